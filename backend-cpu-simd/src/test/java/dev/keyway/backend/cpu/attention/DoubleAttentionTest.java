// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.attention;

import static dev.keyway.backend.cpu.attention.AttentionShape.KEYS;
import static dev.keyway.backend.cpu.KernelFixture.getDouble;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keyway.backend.cpu.KernelFixture;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.Workers;

import org.junit.jupiter.api.Test;

/**
 * f64 attention against loops in double. Scores of normal numbers are about sqrt(features); each is
 * off by features units, which the exponential passes on; results are means of normal numbers.
 */
final class DoubleAttentionTest {
    private static final double UNIT = Math.ulp(1.0) / 2;

    /** Batch, heads, queries, keys, features, width. */
    private static final int[][] SIZES = {
        {1, 1, 1, 1, 1, 1},
        {1, 2, 3, 5, 4, 2},
        {2, 1, 31, 63, 3, 17},
        {1, 1, 32, 64, 16, 16},
        {1, 2, 33, 65, 8, 15},
        {1, 1, 5, 200, 17, 33},
        {1, 2, 41, KEYS + 14, 8, 64},
        {1, 1, 9, 2 * KEYS + 3, 5, 7},
        {1, 1, 9, 3, 400, 32},
        {0, 1, 4, 4, 4, 4}
    };

    /** Bits of {@code kind}: 1 causal, 2 a mask for each query, 4 one for all. */
    private static AttentionShape shape(KernelFixture memory, int[] n, int kind) {
        long mask = 0;
        boolean each = (kind & 2) != 0;
        if ((kind & 6) != 0) {
            mask = memory.doubles(each ? n[1] * n[2] * n[3] : n[3], i -> i % 5 - 2);
        }
        return new AttentionShape(
                n[0],
                n[1],
                n[2],
                n[3],
                n[4],
                n[5],
                1 / Math.sqrt(n[4]),
                (kind & 1) != 0,
                mask,
                0,
                each ? (long) n[2] * n[3] : 0,
                each ? n[3] : 0,
                1);
    }

    private record Data(long query, long key, long value, long out, long sums, long scratch) {
        static Data of(KernelFixture memory, AttentionShape s) {
            int heads = s.batch() * s.heads();
            return new Data(
                    memory.doubles(heads * s.queries() * s.features()),
                    memory.doubles(heads * s.keys() * s.features()),
                    memory.doubles(heads * s.keys() * s.width()),
                    memory.allocate(8L * heads * s.queries() * s.width()),
                    memory.allocate(8L * heads * s.queries()),
                    memory.scratch(Data.scratchBytes(s)));
        }

        private static Heads heads(AttentionShape s, long address, int head, int row) {
            return new Heads(address, s.heads(), (long) s.heads() * head, head, row, 1);
        }

        static long scratchBytes(AttentionShape s) {
            return DoubleAttention.scratchBytes(s, heads(s, 0, s.keys() * s.width(), s.width()));
        }

        void run(Workers workers, AttentionShape s) {
            int q = s.queries() * s.features();
            int k = s.keys() * s.features();
            int v = s.keys() * s.width();
            DoubleAttention.forward(
                    workers,
                    s,
                    heads(s, query, q, s.features()),
                    heads(s, key, k, s.features()),
                    heads(s, value, v, s.width()),
                    out,
                    sums,
                    scratch);
        }
    }

    private static double score(AttentionShape s, Data data, int head, int row, int key) {
        if (s.causal() && key > row) {
            return Double.NEGATIVE_INFINITY;
        }
        double sum = 0;
        for (int e = 0; e < s.features(); e++) {
            sum +=
                    getDouble(data.query(), ((long) head * s.queries() + row) * s.features() + e)
                            * getDouble(
                                    data.key(), ((long) head * s.keys() + key) * s.features() + e);
        }
        double mask =
                s.mask() == 0 ? 0 : getDouble(s.mask(), s.maskStart(head, row) + key * s.maskKey());
        return sum * s.scale() + mask;
    }

    @Test
    void agreesWithTheDefinition() {
        for (int[] size : SIZES) {
            for (int kind = 0; kind < 6; kind++) {
                try (KernelFixture memory = new KernelFixture(size[2] + kind)) {
                    AttentionShape s = shape(memory, size, kind);
                    Data data = Data.of(memory, s);
                    data.run(KernelFixture.TWO, s);
                    for (int head = 0; head < s.batch() * s.heads(); head++) {
                        for (int row = 0; row < s.queries(); row++) {
                            check(s, data, head, row);
                        }
                    }
                }
            }
        }
    }

    private static void check(AttentionShape s, Data data, int head, int row) {
        double largest = Double.NEGATIVE_INFINITY;
        for (int k = 0; k < s.keys(); k++) {
            largest = Math.max(largest, score(s, data, head, row, k));
        }
        double total = 0;
        double[] expected = new double[s.width()];
        for (int k = 0; k < s.keys(); k++) {
            double weight = Math.exp(score(s, data, head, row, k) - largest);
            total += weight;
            for (int e = 0; e < s.width(); e++) {
                long at = ((long) head * s.keys() + k) * s.width() + e;
                expected[e] += weight * getDouble(data.value(), at);
            }
        }
        double tolerance = (8 * s.features() + 2 * s.keys() + 64) * UNIT * 8;
        long at = (long) head * s.queries() + row;
        for (int e = 0; e < s.width(); e++) {
            assertEquals(expected[e] / total, getDouble(data.out(), at * s.width() + e), tolerance);
        }
        assertEquals(Math.log(total) + largest, getDouble(data.sums(), at), tolerance);
    }

    @Test
    void aQueryThatSeesNothingGetsZeros() {
        try (KernelFixture memory = new KernelFixture(3)) {
            long mask = memory.doubles(70, i -> Double.NEGATIVE_INFINITY);
            AttentionShape s = new AttentionShape(1, 1, 2, 70, 4, 3, 0.5, false, mask, 0, 0, 0, 1);
            Data data = Data.of(memory, s);
            data.run(KernelFixture.ONE, s);
            for (int i = 0; i < 6; i++) {
                assertEquals(0, getDouble(data.out(), i));
            }
            assertEquals(Double.POSITIVE_INFINITY, getDouble(data.sums(), 0));
        }
    }

    @Test
    void notANumberStaysInItsRow() {
        try (KernelFixture memory = new KernelFixture(3)) {
            AttentionShape s = shape(memory, new int[] {1, 1, 3, 70, 4, 3}, 0);
            Data data = Data.of(memory, s);
            Memory.putDouble(data.query(), Double.NaN);
            data.run(KernelFixture.ONE, s);
            for (int i = 0; i < 9; i++) {
                assertEquals(i < 3, Double.isNaN(getDouble(data.out(), i)));
            }
        }
    }

    /** Wherever it stands: a mask of zeros alone is not added. */
    @Test
    void oneNumberInAMaskCounts() {
        int keys = 37;
        for (int place = 0; place < keys; place++) {
            try (KernelFixture memory = new KernelFixture(place)) {
                int here = place;
                long mask = memory.doubles(keys, i -> i == here ? -3 : 0);
                AttentionShape s =
                        new AttentionShape(1, 1, 3, keys, 4, 3, 0.5, false, mask, 0, 0, 0, 1);
                Data data = Data.of(memory, s);
                data.run(KernelFixture.ONE, s);
                for (int row = 0; row < 3; row++) {
                    check(s, data, 0, row);
                }
            }
        }
    }

    @Test
    void aMaskOfZerosDoesNotShowInTheBits() {
        int[] size = {1, 2, 9, 37, 4, 3};
        try (KernelFixture memory = new KernelFixture(13)) {
            AttentionShape without = shape(memory, size, 0);
            Data data = Data.of(memory, without);
            long mask = memory.doubles(37, i -> i % 2 == 0 ? 0 : -0.0);
            AttentionShape with =
                    new AttentionShape(1, 2, 9, 37, 4, 3, without.scale(), false, mask, 0, 0, 0, 1);
            data.run(KernelFixture.ONE, without);
            double[] expected = new double[2 * 9 * 3];
            for (int i = 0; i < expected.length; i++) {
                expected[i] = getDouble(data.out(), i);
            }
            data.run(KernelFixture.ONE, with);
            for (int i = 0; i < expected.length; i++) {
                assertEquals(expected[i], getDouble(data.out(), i));
            }
        }
    }

    @Test
    void stridesDoNotShowInTheBits() {
        try (KernelFixture memory = new KernelFixture(5)) {
            for (int width : new int[] {10, 32}) {
                AttentionShape s = shape(memory, new int[] {2, 3, 11, 40, width, width}, 1);
                Data data = Data.of(memory, s);
                data.run(KernelFixture.ONE, s);
                long out = memory.allocate(8L * 2 * 3 * 11 * width);
                Heads value = turned(memory, data.value(), 3, 40, width);
                DoubleAttention.forward(
                        KernelFixture.TWO,
                        s,
                        turned(memory, data.query(), 3, 11, width),
                        turned(memory, data.key(), 3, 40, width),
                        value,
                        out,
                        memory.allocate(8L * 2 * 3 * 11),
                        memory.scratch(DoubleAttention.scratchBytes(s, value)));
                for (int i = 0; i < 2 * 3 * 11 * width; i++) {
                    assertEquals(getDouble(data.out(), i), getDouble(out, i));
                }
            }
        }
    }

    /** The same two batches with the heads of a row side by side. */
    private static Heads turned(KernelFixture memory, long from, int heads, int rows, int width) {
        int batch = rows * heads * width;
        long to =
                memory.doubles(
                        2 * batch,
                        i -> {
                            int row = i % batch / (heads * width);
                            int head = i / width % heads;
                            int at = ((i / batch * heads + head) * rows + row) * width;
                            return getDouble(from, at + i % width);
                        });
        return new Heads(to, heads, batch, width, (long) heads * width, 1);
    }

    @Test
    void bitsDoNotDependOnThreads() {
        try (KernelFixture memory = new KernelFixture(7)) {
            AttentionShape s = shape(memory, new int[] {2, 2, 67, KEYS + 3, 9, 10}, 1);
            Data one = Data.of(memory, s);
            Data two =
                    new Data(
                            one.query(),
                            one.key(),
                            one.value(),
                            memory.allocate(8L * 4 * 67 * 10),
                            memory.allocate(8L * 4 * 67),
                            memory.scratch(Data.scratchBytes(s)));
            one.run(KernelFixture.ONE, s);
            two.run(KernelFixture.TWO, s);
            for (int i = 0; i < 4 * 67 * 10; i++) {
                assertEquals(getDouble(one.out(), i), getDouble(two.out(), i));
            }
        }
    }
}
