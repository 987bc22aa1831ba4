// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.reduction;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keyway.backend.cpu.KernelFixture;
import dev.keyway.backend.cpu.Memory;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

/** Positions of extremes against comparing one element after another. */
final class LinePositionTest {
    private static final int[] LENGTHS = {
        1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 131, 515
    };

    private static int expected(IntToDoubleFunction value, int n, boolean largest) {
        int best = 0;
        for (int i = 1; i < n; i++) {
            double x = value.applyAsDouble(i);
            double extreme = value.applyAsDouble(best);
            boolean better = largest ? x > extreme : x < extreme;
            if (!Double.isNaN(extreme) && (Double.isNaN(x) || better)) {
                best = i;
            }
        }
        return best;
    }

    private static void check(IntToDoubleFunction value) {
        for (int n : LENGTHS) {
            for (boolean largest : new boolean[] {false, true}) {
                int expected = expected(value, n, largest);
                try (KernelFixture memory = new KernelFixture(n)) {
                    long floats = memory.floats(n, value);
                    long doubles = memory.doubles(n, value);
                    LinePosition single = new FloatPosition(largest);
                    LinePosition twice = new DoublePosition(largest);
                    assertEquals(expected, single.dense(floats, n), "n=" + n);
                    assertEquals(expected, twice.dense(doubles, n), "n=" + n);
                    assertEquals(expected, single.strided(floats, Float.BYTES, n), "n=" + n);
                    assertEquals(expected, twice.strided(doubles, Double.BYTES, n), "n=" + n);
                    long gaps = memory.floats(3 * n, i -> value.applyAsDouble(i / 3));
                    assertEquals(expected, single.strided(gaps, 3 * Float.BYTES, n), "n=" + n);
                }
            }
        }
    }

    @Test
    void numbers() {
        check(i -> Math.floorMod(i * 7919, 1009));
        check(i -> i);
        check(i -> -i);
    }

    @Test
    void firstOfEqualElements() {
        check(i -> i * 31 % 4);
        check(i -> i % 2 == 0 ? -0.0 : 0.0);
        check(i -> 1);
    }

    @Test
    void notANumberIsTheExtreme() {
        check(i -> i % 19 == 18 ? Double.NaN : i);
        check(i -> i % 70 == 66 ? Double.NaN : -i);
        check(i -> Double.NaN);
    }

    @Test
    void integers() {
        for (int n : LENGTHS) {
            for (boolean largest : new boolean[] {false, true}) {
                for (int factor : new int[] {1, -1, 7919, 31}) {
                    int expected = expected(i -> integer(i, factor), n, largest);
                    try (KernelFixture memory = new KernelFixture(n)) {
                        long ints = memory.allocate(4L * n);
                        long longs = memory.allocate(8L * n);
                        for (int i = 0; i < n; i++) {
                            Memory.putInt(ints + 4L * i, integer(i, factor));
                            Memory.putLong(longs + 8L * i, integer(i, factor));
                        }
                        LinePosition single = new IntPosition(largest);
                        LinePosition twice = new LongPosition(largest);
                        assertEquals(expected, single.dense(ints, n));
                        assertEquals(expected, twice.dense(longs, n));
                        assertEquals(expected, single.strided(ints, Integer.BYTES, n));
                        assertEquals(expected, twice.strided(longs, Long.BYTES, n));
                    }
                }
            }
        }
    }

    private static int integer(int i, int factor) {
        return i % 70 == 66 ? Integer.MIN_VALUE : Math.floorMod(i * factor, 97) - 50;
    }

    @Test
    void infinities() {
        check(i -> i % 19 == 7 ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY);
        check(i -> Double.NEGATIVE_INFINITY);
    }
}
