// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.indexing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.ArgumentException;
import dev.keyway.backend.cpu.KernelFixture;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.backend.cpu.indexing.GatherKernels.Gather;
import dev.keyway.backend.cpu.indexing.GatherKernels.Scatter;
import dev.keyway.spi.Workers;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Gather and scatter against plain loops; outer 3, n 7, rows of several lengths. */
class GatherKernelsTest {
    private static final int OUTER = 3;
    private static final int N = 7;
    private static final int PLACES = 11;

    private static long[] index(KernelFixture memory, boolean rows, int inner, long[] address) {
        int count = OUTER * PLACES * (rows ? 1 : inner);
        long[] index = new long[count];
        address[0] = memory.allocate(8L * count);
        for (int i = 0; i < count; i++) {
            index[i] = (i * 37L + i / 5) % N;
            Memory.putLong(address[0] + 8L * i, index[i]);
        }
        return index;
    }

    private static long[] indexStep(boolean rows, int inner) {
        return rows
                ? new long[] {8L * PLACES, 8, 0}
                : new long[] {8L * PLACES * inner, 8L * inner, 8};
    }

    private static int at(boolean rows, int inner, int o, int j, int i) {
        return rows ? o * PLACES + j : (o * PLACES + j) * inner + i;
    }

    private static long[] dense(int size, int middle, int inner) {
        return new long[] {(long) size * middle * inner, (long) size * inner, size};
    }

    @ParameterizedTest
    @CsvSource({
        "true,1",
        "true,15",
        "true,16",
        "true,17",
        "true,67",
        "true,5000",
        "false,1",
        "false,3",
        "false,17",
        "false,259"
    })
    void gathers(boolean rows, int inner) {
        try (KernelFixture memory = new KernelFixture(1)) {
            long self = memory.floats(OUTER * N * inner);
            long[] address = new long[1];
            long[] index = index(memory, rows, inner, address);
            for (boolean fetched : new boolean[] {false, true}) {
                Workers workers = fetched ? KernelFixture.ONE : KernelFixture.TWO;
                long out = memory.allocate(4L * OUTER * PLACES * inner);
                Gather gather =
                        new Gather(
                                4,
                                out,
                                self,
                                address[0],
                                N,
                                PLACES,
                                inner,
                                dense(4, N, inner),
                                indexStep(rows, inner),
                                fetched);
                GatherKernels.gather(workers, gather, OUTER);
                for (int o = 0; o < OUTER; o++) {
                    for (int j = 0; j < PLACES; j++) {
                        for (int i = 0; i < inner; i++) {
                            long place = index[at(rows, inner, o, j, i)];
                            long from = self + 4 * ((o * N + place) * inner + i);
                            long to = out + 4L * ((o * PLACES + j) * inner + i);
                            assertEquals(Memory.getInt(from), Memory.getInt(to));
                        }
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1,5", "2,5", "4,5", "8,5", "1,1", "2,1", "4,1", "8,1"})
    void everySizeOfElementsMoves(int size, int inner) {
        try (KernelFixture memory = new KernelFixture(2)) {
            long self = memory.doubles(N * inner * 3);
            long[] address = new long[1];
            long[] index = index(memory, false, inner, address);
            long out = memory.allocate((long) size * OUTER * PLACES * inner);
            Gather gather =
                    new Gather(
                            size,
                            out,
                            self,
                            address[0],
                            N,
                            PLACES,
                            inner,
                            dense(size, N, inner),
                            indexStep(false, inner),
                            true);
            GatherKernels.gather(KernelFixture.ONE, gather, OUTER);
            for (int k = 0; k < OUTER * PLACES * inner; k++) {
                int o = k / (PLACES * inner);
                long from = self + size * ((o * N + index[k]) * inner + k % inner);
                for (int b = 0; b < size; b++) {
                    assertEquals(
                            Memory.getByte(from + b), Memory.getByte(out + (long) k * size + b));
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "true,1",
        "true,15",
        "true,16",
        "true,17",
        "true,67",
        "true,515",
        "false,1",
        "false,3",
        "false,17",
        "false,259"
    })
    void scattersInTheOrderOfTheIndex(boolean rows, int inner) {
        for (RowSum sum : new @Nullable RowSum[] {null, RowSum.F32}) {
            try (KernelFixture memory = new KernelFixture(3)) {
                long source = memory.floats(OUTER * PLACES * inner);
                long[] address = new long[1];
                long[] index = index(memory, rows, inner, address);
                float[] expected = new float[OUTER * N * inner];
                Arrays.fill(expected, 0.5f);
                for (int k = 0; k < OUTER * PLACES * inner; k++) {
                    int o = k / (PLACES * inner);
                    int j = k / inner % PLACES;
                    long place = index[at(rows, inner, o, j, k % inner)];
                    int target = (int) ((o * N + place) * inner + k % inner);
                    float value = Memory.getFloat(source + 4L * k);
                    expected[target] = sum == null ? value : expected[target] + value;
                }
                for (boolean fetched : new boolean[] {false, true}) {
                    Workers workers = fetched ? KernelFixture.ONE : KernelFixture.TWO;
                    long out = memory.floats(OUTER * N * inner, i -> 0.5);
                    Scatter scatter =
                            new Scatter(
                                    4,
                                    out,
                                    address[0],
                                    source,
                                    N,
                                    PLACES,
                                    inner,
                                    indexStep(rows, inner),
                                    dense(4, PLACES, inner),
                                    fetched,
                                    sum);
                    GatherKernels.scatter(workers, scatter, OUTER);
                    for (int k = 0; k < expected.length; k++) {
                        assertEquals(expected[k], Memory.getFloat(out + 4L * k));
                    }
                }
            }
        }
    }

    @Test
    void rowsAddInEveryDtype() {
        for (int count : new int[] {0, 1, 3, 4, 5, 7, 8, 9, 15, 16, 17, 67}) {
            try (KernelFixture memory = new KernelFixture(4)) {
                for (RowSum sum : RowSum.values()) {
                    boolean wide = sum == RowSum.F64 || sum == RowSum.I64;
                    int size = wide ? 8 : 4;
                    long to = wide ? memory.doubles(count + 1) : memory.floats(count + 1);
                    long from = wide ? memory.doubles(count + 1) : memory.floats(count + 1);
                    long[] expected = new long[count + 1];
                    for (int i = 0; i <= count; i++) {
                        long at = (long) size * i;
                        expected[i] =
                                i == count ? bits(size, to + at) : added(sum, to + at, from + at);
                    }
                    sum.add(to, from, count);
                    for (int i = 0; i <= count; i++) {
                        assertEquals(expected[i], bits(size, to + (long) size * i));
                    }
                }
            }
        }
    }

    private static long bits(int size, long address) {
        return size == 8 ? Memory.getLong(address) : Memory.getInt(address);
    }

    private static long added(RowSum sum, long a, long b) {
        return switch (sum) {
            case F32 -> Float.floatToRawIntBits(Memory.getFloat(a) + Memory.getFloat(b));
            case F64 -> Double.doubleToRawLongBits(Memory.getDouble(a) + Memory.getDouble(b));
            case I32 -> Memory.getInt(a) + Memory.getInt(b);
            case I64 -> Memory.getLong(a) + Memory.getLong(b);
        };
    }

    @Test
    void aPositionOutsideIsNamed() {
        for (long wrong : new long[] {-1, 7, Long.MAX_VALUE}) {
            ArgumentException e =
                    assertThrows(ArgumentException.class, () -> GatherKernels.checked(wrong, N));
            assertTrue(String.valueOf(e.getMessage()).contains("index " + wrong));
        }
    }
}
