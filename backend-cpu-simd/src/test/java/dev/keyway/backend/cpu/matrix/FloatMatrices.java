// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.matrix;

import dev.keyway.backend.cpu.KernelFixture;
import dev.keyway.backend.cpu.Memory;

/** f32 matrices of tests, and the scalar loop that gives the bits of their products. */
final class FloatMatrices {
    private FloatMatrices() {}

    /** What happens to the columns of the right operand, where the kernel takes them packed. */
    enum Columns {
        PACKED_IN_THE_CALL,
        PACKED_BEFORE,
        PACKED_BEFORE_AND_FETCHED
    }

    /** How a test operand lies in memory. */
    enum Order {
        ROWS,
        COLUMNS,
        SPREAD,
        SHARED;

        Matrix matrix(KernelFixture memory, int batch, int rows, int columns) {
            return switch (this) {
                case ROWS -> at(memory, batch, rows * columns, columns, 1);
                case COLUMNS -> at(memory, batch, rows * columns, 1, rows);
                case SHARED ->
                        new Matrix(memory.floats(Math.max(rows * columns, SPACE)), 0, columns, 1);
                case SPREAD -> at(memory, batch, rows * columns * 6, columns * 6, 3);
            };
        }

        private static final int SPACE = 1 << 14;

        private static Matrix at(KernelFixture memory, int batch, int size, int row, int column) {
            return new Matrix(memory.floats(Math.max(batch * size, SPACE)), size, row, column);
        }
    }

    /** An element of the product, which starts with a number. */
    static float chain(Matrix a, Matrix b, int q, int i, int j, int k, float alpha, float first) {
        float sum = first;
        for (int p = 0; p < k; p++) {
            sum = Math.fma(alpha * get(a, q, i, p), get(b, q, p, j), sum);
        }
        return sum;
    }

    /** A number. */
    static float get(Matrix matrix, int q, int i, int j) {
        long index = q * matrix.batchStride() + i * matrix.rowStride() + j * matrix.columnStride();
        return Memory.getFloat(matrix.address() + Float.BYTES * index);
    }
}
