// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.matrix;

import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.Workers;

/** i64 matrix products over a batch; sums wrap around. */
public final class LongMatrixProduct {
    private static final int SIZE = Long.BYTES;
    private static final int BLOCK = 256;
    private static final long TASK_PRODUCTS = 1L << 16;

    private LongMatrixProduct() {}

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
            long alpha,
            long beta) {
        long chunk = Math.max(1, TASK_PRODUCTS / Math.max(1, (long) n * k));
        workers.parallel(
                (long) batch * m,
                chunk,
                (from, to) -> {
                    long[] sums = new long[BLOCK];
                    for (long index = from; index < to; index++) {
                        long matrix = index / m;
                        long i = index % m;
                        long row = address(a, matrix, i, 0);
                        for (int j = 0; j < n; j += BLOCK) {
                            int width = Math.min(BLOCK, n - j);
                            begin(sums, start, matrix, i, j, width, beta);
                            for (int p = 0; p < k; p++) {
                                long factor =
                                        alpha * Memory.getLong(row + SIZE * p * a.columnStride());
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
            long[] sums, Matrix start, long matrix, long i, int j, int width, long beta) {
        for (int e = 0; e < width; e++) {
            sums[e] =
                    start == Matrix.ZERO
                            ? 0
                            : beta * Memory.getLong(address(start, matrix, i, j + e));
        }
    }

    private static void add(long[] sums, long factor, long b, long columnBytes, int width) {
        for (int e = 0; e < width; e++) {
            sums[e] += factor * Memory.getLong(b + e * columnBytes);
        }
    }

    private static void store(long[] sums, long out, long columnStride, int width) {
        for (int e = 0; e < width; e++) {
            Memory.putLong(out + SIZE * e * columnStride, sums[e]);
        }
    }
}
