// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.matrix;

import dev.keyway.spi.Workers;

import java.util.stream.LongStream;

/**
 * f32 matrix products {@code out = beta * start + alpha * a * b} over a batch, after K. Goto and R.
 * van de Geijn, "Anatomy of High-Performance Matrix Multiplication" (2008): columns are packed once
 * for a block of k, rows by each task. Each element starts at {@code beta * start} and takes its
 * products by fused multiply-adds in order of k.
 */
public final class FloatMatrixProduct {
    private static final int SIZE = Float.BYTES;
    private static final int ROWS = FloatTile.ROWS;
    private static final int COLUMNS = FloatTile.COLUMNS;
    private static final int K_BLOCK = FloatTile.DEPTH;
    private static final int TASK_COLUMNS = 512 / COLUMNS;
    private static final int COLUMN_BLOCK = 4096;
    private static final long PACKED_BYTES = 8L << 20;
    private static final long TASK_PRODUCTS = 1L << 20;

    /** Where packed columns lie, for each k. */
    private static final long[] OFFSETS =
            LongStream.range(0, K_BLOCK).map(p -> p * COLUMNS * SIZE).toArray();

    private static final ThreadLocal<float[]> PANEL =
            ThreadLocal.withInitial(() -> new float[ROWS * K_BLOCK]);
    private static final ThreadLocal<float[]> TILE =
            ThreadLocal.withInitial(() -> new float[ROWS * FloatTile.PITCH]);

    private final int batch;
    private final int m;
    private final int n;
    private final int k;
    private final Matrix out;
    private final Matrix a;
    private final Matrix b;
    private final Matrix start;
    private final float alpha;
    private final float beta;
    private final int group;
    private final long packed;

    /**
     * Describes a product of {@code [batch, m, k]} by {@code [batch, k, n]}.
     *
     * @param start {@link Matrix#ZERO} for none
     * @param packed scratch memory of {@link #scratchBytes}
     */
    public FloatMatrixProduct(
            int batch,
            int m,
            int n,
            int k,
            Matrix out,
            Matrix a,
            Matrix b,
            Matrix start,
            float alpha,
            float beta,
            long packed) {
        this.batch = batch;
        this.m = m;
        this.n = n;
        this.k = k;
        this.out = out;
        this.a = a;
        this.b = b;
        this.start = start;
        this.alpha = alpha;
        this.beta = beta;
        this.group = group(batch, n, k);
        this.packed = packed;
    }

    /** Bytes of scratch memory. */
    public static long scratchBytes(int batch, int n, int k) {
        return group(batch, n, k) * packedBytes(n, k);
    }

    private static int group(int batch, int n, int k) {
        return (int) Math.max(1, Math.min(batch, PACKED_BYTES / Math.max(1, packedBytes(n, k))));
    }

    private static long packedBytes(int n, int k) {
        long columns = (long) panels(Math.min(n, COLUMN_BLOCK)) * COLUMNS;
        return columns * Math.min(k, K_BLOCK) * SIZE;
    }

    private static int panels(int columns) {
        return (columns + COLUMNS - 1) / COLUMNS;
    }

    /** Computes. With one row or column, each element is a dot product in fixed lanes. */
    public void run(Workers workers) {
        if (n == 1) {
            new FloatMatrixVector(m, k, out, a, b, start, alpha, beta).run(workers, batch);
        } else if (m == 1) {
            Matrix first = start == Matrix.ZERO ? start : start.transposed();
            new FloatMatrixVector(
                            n,
                            k,
                            out.transposed(),
                            b.transposed(),
                            a.transposed(),
                            first,
                            alpha,
                            beta)
                    .run(workers, batch);
        } else {
            blocks(workers);
        }
    }

    private void blocks(Workers workers) {
        int blocks = (k + K_BLOCK - 1) / K_BLOCK;
        int depth = blocks == 0 ? K_BLOCK : (k + blocks - 1) / blocks;
        for (int first = 0; first < batch; first += group) {
            int count = Math.min(group, batch - first);
            for (int column = 0; column < n; column += COLUMN_BLOCK) {
                int columns = Math.min(COLUMN_BLOCK, n - column);
                int p = 0;
                do {
                    new Block(first, count, column, columns, p, Math.min(depth, k - p))
                            .run(workers);
                    p += depth;
                } while (p < k);
            }
        }
    }

    /** The products of one block of k for some matrices of the batch and some columns. */
    private final class Block {
        private final int first;
        private final int count;
        private final int column;
        private final int columns;
        private final int p;
        private final int depth;
        private final int columnPanels;
        private final int rowPanels = (m + ROWS - 1) / ROWS;
        private final int columnTasks;

        Block(int first, int count, int column, int columns, int p, int depth) {
            this.first = first;
            this.count = count;
            this.column = column;
            this.columns = columns;
            this.p = p;
            this.depth = depth;
            this.columnPanels = panels(columns);
            this.columnTasks = (columnPanels + TASK_COLUMNS - 1) / TASK_COLUMNS;
        }

        void run(Workers workers) {
            long work = Math.max(1, (long) COLUMNS * depth * 4);
            workers.parallel(
                    (long) count * columnPanels,
                    Math.max(1, TASK_PRODUCTS / work),
                    this::packColumns);
            long units = (long) count * columnTasks * rowPanels;
            long products = (long) ROWS * depth * Math.min(columns, TASK_COLUMNS * COLUMNS) + 1;
            workers.parallel(units, Math.max(1, TASK_PRODUCTS / products), this::rows);
        }

        private void packColumns(long from, long to) {
            for (long index = from; index < to; index++) {
                int panel = (int) (index % columnPanels);
                long matrix = index / columnPanels;
                int j = panel * COLUMNS;
                long source =
                        b.address()
                                + SIZE
                                        * ((first + matrix) * b.batchStride()
                                                + p * b.rowStride()
                                                + (column + j) * b.columnStride());
                FloatPanels.columns(
                        panel(matrix, panel),
                        source,
                        SIZE * b.rowStride(),
                        SIZE * b.columnStride(),
                        Math.min(COLUMNS, columns - j),
                        depth);
            }
        }

        private long panel(long matrix, int panel) {
            return packed + SIZE * (matrix * columnPanels + panel) * depth * COLUMNS;
        }

        private void rows(long from, long to) {
            float[] panel = PANEL.get();
            float[] tile = TILE.get();
            for (long index = from; index < to; index++) {
                int i = (int) (index % rowPanels) * ROWS;
                int task = (int) (index / rowPanels % columnTasks);
                long matrix = index / rowPanels / columnTasks;
                int rows = Math.min(ROWS, m - i);
                FloatPanels.rows(
                        panel,
                        a.address()
                                + SIZE
                                        * ((first + matrix) * a.batchStride()
                                                + i * a.rowStride()
                                                + p * a.columnStride()),
                        SIZE * a.rowStride(),
                        SIZE * a.columnStride(),
                        rows,
                        depth,
                        alpha);
                int last = Math.min(columnPanels, (task + 1) * TASK_COLUMNS);
                for (int j = task * TASK_COLUMNS; j < last; j++) {
                    column(panel, tile, matrix, i, rows, j);
                }
            }
        }

        /** A tile of all rows, or several of few. */
        private void column(
                float[] rowPanel, float[] tile, long matrix, int i, int rows, int columnPanel) {
            int height = rows == ROWS ? ROWS : FloatTile.FEW;
            for (int r = 0; r < rows; r += height) {
                int used = Math.min(height, rows - r);
                tile(rowPanel, tile, r, matrix, i + r, height, used, columnPanel);
            }
        }

        private void tile(
                float[] rowPanel,
                float[] tile,
                int r,
                long matrix,
                int i,
                int height,
                int rows,
                int columnPanel) {
            int j = column + columnPanel * COLUMNS;
            int width = Math.min(COLUMNS, n - j);
            long source = panel(matrix, columnPanel);
            long target = address(out, matrix, i, j);
            long rowBytes = SIZE * out.rowStride();
            long columnBytes = SIZE * out.columnStride();
            if (p > 0) {
                FloatTile.load(tile, target, rowBytes, columnBytes, rows, width);
            } else {
                begin(tile, matrix, i, j, rows, width);
            }
            FloatTile.multiply(
                    height, rowPanel, r * FloatTile.DEPTH, source, OFFSETS, 0, depth, tile, 0);
            FloatTile.store(tile, target, rowBytes, columnBytes, rows, width);
        }

        private void begin(float[] tile, long matrix, int i, int j, int rows, int width) {
            if (start == Matrix.ZERO) {
                FloatTile.clear(tile);
                return;
            }
            FloatTile.load(
                    tile,
                    address(start, matrix, i, j),
                    SIZE * start.rowStride(),
                    SIZE * start.columnStride(),
                    rows,
                    width);
            if (beta != 1) {
                for (int r = 0; r < rows; r++) {
                    for (int e = r * FloatTile.PITCH; e < r * FloatTile.PITCH + width; e++) {
                        tile[e] *= beta;
                    }
                }
            }
        }

        private long address(Matrix matrix, long index, int i, int j) {
            return matrix.address()
                    + SIZE
                            * ((first + index) * matrix.batchStride()
                                    + i * matrix.rowStride()
                                    + j * matrix.columnStride());
        }
    }
}
