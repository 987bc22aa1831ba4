// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.KernelFixture.getFloat;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keyway.backend.cpu.KernelFixture;
import dev.keyway.spi.Workers;
import org.junit.jupiter.api.Test;

/** Transposed copies against two plain loops, with gaps between rows and between matrices. */
final class TranspositionTest {
    private static final int[] SIZES = {1, 2, 15, 16, 17, 31, 33, 67, 530};

    @Test
    void everyElementGoesToItsPlace() {
        for (int rows : SIZES) {
            for (int columns : SIZES) {
                check(KernelFixture.ONE, 1, rows, columns);
                check(KernelFixture.TWO, 3, rows, columns);
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

    private static void check(Workers workers, int matrices, int rows, int columns) {
        int inColumn = rows + 3;
        int outRow = columns + 1;
        int inBatch = columns * inColumn + 5;
        int outBatch = rows * outRow;
        try (KernelFixture memory = new KernelFixture(2)) {
            long in = memory.floats(matrices * inBatch, i -> i);
            long out = memory.floats(matrices * outBatch, i -> -1);
            new Transposition(
                            4,
                            matrices,
                            rows,
                            columns,
                            out,
                            4L * outBatch,
                            4L * outRow,
                            in,
                            4L * inBatch,
                            4L * inColumn)
                    .run(workers);
            for (int m = 0; m < matrices; m++) {
                for (int r = 0; r < rows; r++) {
                    for (int c = 0; c < outRow; c++) {
                        float expected = c < columns ? m * inBatch + c * inColumn + r : -1;
                        assertEquals(expected, getFloat(out, m * outBatch + r * outRow + c));
                    }
                }
            }
        }
    }
}
