// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.matrix;

import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.Workers;

/** i32 matrix products over a batch; sums wrap around. */
public final class IntMatrixProduct {
    private static final int SIZE = Integer.BYTES;
    private static final int BLOCK = 256;
    private static final long TASK_PRODUCTS = 1L << 16;

    private IntMatrixProduct() {}

    /**
     * {@code out = beta * start + alpha * a * b}; see {@link FloatMatrixProduct} for the arguments.
     */
    public static void run(
            Workers workers,
            int batch,
            int m,
            int n,
            int k,
            Matrix out,
            Matrix a,
            Matrix b,
            Matrix start,
            int alpha,
            int beta) {
        long chunk = Math.max(1, TASK_PRODUCTS / Math.max(1, (long) n * k));
        workers.parallel(
                (long) batch * m,
                chunk,
                (from, to) -> {
                    int[] sums = new int[BLOCK];
                    for (long index = from; index < to; index++) {
                        long matrix = index / m;
                        long i = index % m;
                        long row = address(a, matrix, i, 0);
                        for (int j = 0; j < n; j += BLOCK) {
                            int width = Math.min(BLOCK, n - j);
                            begin(sums, start, matrix, i, j, width, beta);
                            for (int p = 0; p < k; p++) {
                                int factor =
                                        alpha * Memory.getInt(row + SIZE * p * a.columnStride());
                                long column = address(b, matrix, p, j);
                                add(sums, factor, column, SIZE * b.columnStride(), width);
                            }
                            store(sums, address(out, matrix, i, j), out.columnStride(), width);
                        }
                    }
                });
    }

    private static long address(Matrix matrix, long index, long i, long j) {
        return matrix.address()
                + SIZE
                        * (index * matrix.batchStride()
                                + i * matrix.rowStride()
                                + j * matrix.columnStride());
    }

    private static void begin(
            int[] sums, Matrix start, long matrix, long i, int j, int width, int beta) {
        for (int e = 0; e < width; e++) {
            sums[e] =
                    start == Matrix.ZERO
                            ? 0
                            : beta * Memory.getInt(address(start, matrix, i, j + e));
        }
    }

    private static void add(int[] sums, int factor, long b, long columnBytes, int width) {
        for (int e = 0; e < width; e++) {
            sums[e] += factor * Memory.getInt(b + e * columnBytes);
        }
    }

    private static void store(int[] sums, long out, long columnStride, int width) {
        for (int e = 0; e < width; e++) {
            Memory.putInt(out + SIZE * e * columnStride, sums[e]);
        }
    }
}
