// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.KernelFixture.getFloat;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keyway.backend.cpu.KernelFixture;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.Workers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Transposed copies against two plain loops, with gaps between rows and between matrices. */
final class TranspositionTest {
    private static final int[] SIZES = {1, 2, 15, 16, 17, 31, 33, 67, 530};

    /** Odd: products by different numbers differ, in the lowest bits too. */
    private static final long MIX = 0x9E3779B97F4A7C15L;

    private static final long UNTOUCHED = 0x0123456789ABCDEFL;

    @ParameterizedTest
    @ValueSource(ints = {2, 4, 8})
    void everyElementGoesToItsPlace(int size) {
        for (int rows : SIZES) {
            for (int columns : SIZES) {
                check(size, KernelFixture.ONE, 1, rows, columns);
                check(size, KernelFixture.TWO, 3, rows, columns);
            }
        }
    }

    @Test
    void bitsOfNaNsStay() {
        try (KernelFixture memory = new KernelFixture(1)) {
            long in = memory.allocate(4L * 16 * 16);
            long out = memory.floats(16 * 16, i -> 0);
            new Transposition(4, 1, 16, 16, out, 0, 64, in, 0, 64).run(KernelFixture.ONE);
            for (int i = 0; i < 16 * 16; i++) {
                assertEquals(
                        Float.floatToRawIntBits(getFloat(in, i)),
                        Float.floatToRawIntBits(getFloat(out, i)));
            }
        }
    }

    private static void check(int size, Workers workers, int matrices, int rows, int columns) {
        int inColumn = rows + 3;
        int outRow = columns + 1;
        int inBatch = columns * inColumn + 5;
        int outBatch = rows * outRow;
        try (KernelFixture memory = new KernelFixture(2)) {
            long in = memory.allocate((long) size * matrices * inBatch);
            long out = memory.allocate((long) size * matrices * outBatch);
            for (int i = 0; i < matrices * inBatch; i++) {
                put(size, in, i, i * MIX);
            }
            for (int i = 0; i < matrices * outBatch; i++) {
                put(size, out, i, UNTOUCHED);
            }
            new Transposition(
                            size,
                            matrices,
                            rows,
                            columns,
                            out,
                            (long) size * outBatch,
                            (long) size * outRow,
                            in,
                            (long) size * inBatch,
                            (long) size * inColumn)
                    .run(workers);
            for (int m = 0; m < matrices; m++) {
                for (int r = 0; r < rows; r++) {
                    for (int c = 0; c < outRow; c++) {
                        long expected =
                                c < columns
                                        ? get(size, in, m * inBatch + c * inColumn + r)
                                        : get(size, UNTOUCHED);
                        assertEquals(expected, get(size, out, m * outBatch + r * outRow + c));
                    }
                }
            }
        }
    }

    private static void put(int size, long address, int index, long value) {
        long element = address + (long) size * index;
        switch (size) {
            case 2 -> Memory.putShort(element, (short) value);
            case 4 -> Memory.putInt(element, (int) value);
            default -> Memory.putLong(element, value);
        }
    }

    private static long get(int size, long address, int index) {
        long element = address + (long) size * index;
        return switch (size) {
            case 2 -> Memory.getShort(element);
            case 4 -> Memory.getInt(element);
            default -> Memory.getLong(element);
        };
    }

    /** The value as an element keeps it. */
    private static long get(int size, long value) {
        return size == 2 ? (short) value : size == 4 ? (int) value : value;
    }
}
