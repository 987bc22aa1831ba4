// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.matrix;

import dev.keyway.backend.cpu.CacheLines;
import dev.keyway.spi.Workers;
import dev.keyway.spi.Workers.RangeTask;

/**
 * f32 matrix products {@code out = beta * start + alpha * a * b} with many products for each
 * element, over a batch that shares b. Rows and columns are packed once, for blocks of k so short
 * that two panels of columns fit the first cache. A unit of work takes all blocks one after another
 * for some rows and columns of the result, whose sums stay in an array of the second cache
 * meanwhile: two panels of columns serve all of the unit's rows before the next two follow, as in
 * K. Goto and R. van de Geijn, "Anatomy of High-Performance Matrix Multiplication" (2008), and the
 * result is written once. Each element starts at {@code beta * start} and takes its products by
 * fused multiply-adds in order of k.
 */
final class FloatLargeProduct {
    private static final int SIZE = Float.BYTES;
    private static final int COLUMNS = FloatTile.COLUMNS;
    private static final int STEP = SIZE * COLUMNS;
    private static final int ROWS = FloatLargeTile.ROWS;
    private static final int DEPTH = FloatLargeTile.DEPTH;
    private static final int ROW_TILE = SIZE * ROWS * DEPTH;

    /** Sums of a tile of one panel. */
    private static final int TILE = ROWS * COLUMNS;

    /** Blocks whose rows are read at once. */
    private static final int BLOCKS = FloatTile.DEPTH / DEPTH;

    /** Rows at a multiple of this distance would share few places in the caches. */
    private static final int FEW_PLACES = 8192;

    private static final int LEAST_ROWS = 24;

    /** The most tiles in a unit, down and across. */
    private static final int MOST_DOWN = 132 / ROWS;

    private static final int MOST_ACROSS = 512 / (2 * COLUMNS);

    /** So much of b is packed at once, and so many columns at least; of a no more is packed. */
    private static final long MOST_PACKED = 32L << 20;

    private static final int LEAST_PACKED = 512;

    private static final long TASK_NUMBERS = 1L << 16;

    private static final ThreadLocal<float[]> SUMS =
            ThreadLocal.withInitial(() -> new float[MOST_DOWN * MOST_ACROSS * 2 * TILE]);
    private static final ThreadLocal<float[]> PANEL =
            ThreadLocal.withInitial(() -> new float[ROWS * FloatTile.DEPTH + 1]);

    private int batch;
    private int m;
    private int n;
    private int k;
    private Matrix out = Matrix.ZERO;
    private Matrix a = Matrix.ZERO;
    private Matrix b = Matrix.ZERO;
    private Matrix start = Matrix.ZERO;
    private float alpha;
    private float beta;

    /** Products in a block of k. */
    private int depth;

    /** Tiles, one below the other. */
    private int rowTiles;

    /** Tiles, from the first on, whose rows are read in a. */
    private int tilesThere;

    private long packedRows;
    private long packedColumns;
    private int column;
    private int columns;
    private int panels;
    private boolean fetching;
    private int down;
    private int across;

    private final FloatTileStarts starts = new FloatTileStarts();
    private final RangeTask packingRows = this::packRows;
    private final RangeTask packingColumns = this::packColumns;
    private final RangeTask multiplying = this::multiply;

    /**
     * Whether this takes less time than {@link FloatMatrixProduct}; other widths lack registers.
     */
    static boolean suits(int batch, int m, int n, int k, Matrix b) {
        boolean shared = batch == 1 || b.batchStride() == 0;
        return FloatTile.WIDE
                && shared
                && m >= LEAST_ROWS
                && n >= 2 * COLUMNS
                && k > FloatTile.DEPTH;
    }

    /**
     * Describes the product, another than before, of {@code [batch, m, k]} by {@code [k, n]}.
     *
     * @param k at least 1
     * @param start {@link Matrix#ZERO} for none
     */
    FloatLargeProduct describe(
            int batch,
            int m,
            int n,
            int k,
            Matrix out,
            Matrix a,
            Matrix b,
            Matrix start,
            float alpha,
            float beta) {
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
        int blocks = (k + DEPTH - 1) / DEPTH;
        this.depth = (k + blocks - 1) / blocks;
        this.rowTiles = (m + ROWS - 1) / ROWS;
        this.tilesThere = areRowsThere() ? m / ROWS : 0;
        return this;
    }

    /** Whether tiles read rows of a where they are. */
    private boolean areRowsThere() {
        long distance = SIZE * a.rowStride();
        return alpha == 1
                && a.columnStride() == 1
                && distance > 0
                && distance <= FloatLargeTile.DISTANCE
                && distance % FEW_PLACES != 0;
    }

    /** Whether it packs at most 32 MiB of each operand, as it has to pack all products of a row. */
    boolean fits() {
        return (long) SIZE * LEAST_PACKED * k <= MOST_PACKED && rowBytes() <= MOST_PACKED;
    }

    private static int panels(int columns) {
        return (columns + COLUMNS - 1) / COLUMNS;
    }

    /** Bytes of scratch memory for {@link #runPacked}. */
    long rowBytes() {
        long blocks = (k + depth - 1) / depth;
        return batch * blocks * (rowTiles - tilesThere) * ROW_TILE;
    }

    /** Bytes of scratch memory for {@link #run}. */
    long scratchBytes() {
        return rowBytes() + columnBytes(packedAtOnce());
    }

    private long columnBytes(int columns) {
        return (long) panels(columns) * COLUMNS * k * SIZE;
    }

    private int packedAtOnce() {
        long most = MOST_PACKED / SIZE / k / LEAST_PACKED * LEAST_PACKED;
        return (int) Math.min(n, Math.max(LEAST_PACKED, most));
    }

    /** Bytes of b's packed columns, for {@link #pack}. */
    long packedBytes() {
        return columnBytes(n);
    }

    /** Packs all columns: for each block of k, panel after panel. */
    void pack(Workers workers, long target) {
        packColumns(workers, target, 0, n);
    }

    private void packColumns(Workers workers, long target, int from, int count) {
        packedColumns = target;
        column = from;
        columns = count;
        panels = panels(count);
        workers.parallel(panels, Math.max(1, TASK_NUMBERS / COLUMNS / k), packingColumns);
    }

    private void packColumns(long from, long to) {
        for (int p = 0; p < k; p += depth) {
            int products = Math.min(depth, k - p);
            for (int panel = (int) from; panel < to; panel++) {
                int j = panel * COLUMNS;
                FloatPanels.columns(
                        panel(p, products, panel),
                        b.address(0, p, column + j, SIZE),
                        SIZE * b.rowStride(),
                        SIZE * b.columnStride(),
                        Math.min(COLUMNS, columns - j),
                        products);
            }
        }
    }

    private long panel(int p, int products, int panel) {
        return packedColumns + STEP * ((long) panels * p + (long) panel * products);
    }

    /**
     * Computes.
     *
     * @param scratch memory of {@link #scratchBytes}
     */
    void run(Workers workers, long scratch) {
        packRows(workers, scratch);
        int most = packedAtOnce();
        for (int from = 0; from < n; from += most) {
            packColumns(workers, scratch + rowBytes(), from, Math.min(most, n - from));
            multiply(workers, false);
        }
    }

    /**
     * Computes with the columns that {@link #pack} packed.
     *
     * @param fetch whether they are fetched before they are needed
     * @param scratch memory of {@link #rowBytes}
     */
    void runPacked(Workers workers, long packed, boolean fetch, long scratch) {
        packRows(workers, scratch);
        packedColumns = packed;
        column = 0;
        columns = n;
        panels = panels(n);
        multiply(workers, fetch);
    }

    private void packRows(Workers workers, long target) {
        packedRows = target;
        long chunk = Math.max(1, TASK_NUMBERS / ROWS / k);
        workers.parallel((long) batch * (rowTiles - tilesThere), chunk, packingRows);
    }

    private void packRows(long from, long to) {
        float[] panel = PANEL.get();
        for (long index = from; index < to; index++) {
            int packed = rowTiles - tilesThere;
            long matrix = index / packed;
            int tile = tilesThere + (int) (index % packed);
            int i = tile * ROWS;
            int rows = Math.min(ROWS, m - i);
            for (int p = 0; p < k; p += BLOCKS * depth) {
                int products = Math.min(BLOCKS * depth, k - p);
                FloatPanels.rows(
                        panel,
                        a.address(matrix, i, p, SIZE),
                        SIZE * a.rowStride(),
                        SIZE * a.columnStride(),
                        rows,
                        ROWS,
                        products,
                        alpha);
                for (int q = 0; q < products; q += depth) {
                    FloatLargeTile.place(
                            panel, q, Math.min(depth, products - q), rows(matrix, p + q, tile));
                }
            }
        }
    }

    /** Where the numbers of a block of a tile's first row are. */
    private long rows(long matrix, int p, int tile) {
        if (tile < tilesThere) {
            return a.address(matrix, tile * ROWS, p, SIZE);
        }
        long blocks = (k + depth - 1) / depth;
        long before = (matrix * blocks + p / depth) * (rowTiles - tilesThere);
        return packedRows + (before + tile - tilesThere) * ROW_TILE;
    }

    private void multiply(Workers workers, boolean fetch) {
        fetching = fetch;
        starts.describe(out, start, beta, n, 0, column, 0);
        divide(workers.threads());
        workers.parallel((long) batch * across * down, 1, multiplying);
    }

    /**
     * Divides the tiles into units: no more than are needed, since each reads its rows and columns.
     */
    private void divide(int threads) {
        int pairs = (panels + 1) / 2;
        across = (pairs + MOST_ACROSS - 1) / MOST_ACROSS;
        down = (rowTiles + MOST_DOWN - 1) / MOST_DOWN;
        while ((long) batch * across * down < threads) {
            if (pairs >= 2 * across) {
                across *= 2;
            } else if (rowTiles >= 2 * down) {
                down *= 2;
            } else {
                break;
            }
        }
        down = Shares.even((long) batch * across, down, rowTiles, threads);
    }

    private void multiply(long from, long to) {
        float[] sums = SUMS.get();
        int pairs = (panels + 1) / 2;
        for (long index = from; index < to; index++) {
            int below = (int) (index % down);
            int beside = (int) (index / down % across);
            int first = part(rowTiles, down, below);
            int last = part(rowTiles, down, below + 1);
            int left = 2 * part(pairs, across, beside);
            int right = Math.min(panels, 2 * part(pairs, across, beside + 1));
            for (int p = 0; p < k; p += depth) {
                int at = 0;
                for (int panel = left; panel < right; panel += 2) {
                    tiles(sums, at, index / down / across, p, first, last, panel, right);
                    at += 2 * TILE * (last - first);
                }
            }
        }
    }

    /**
     * Adds a block's products to the sums of some rows in a panel and, if there is one before the
     * right end, the next.
     */
    private void tiles(
            float[] sums, int at, long matrix, int p, int first, int last, int panel, int right) {
        int products = Math.min(depth, k - p);
        long source = panel(p, products, panel);
        boolean two = panel + 1 < right;
        if (fetching) {
            // What was read has to go somewhere.
            float[] sink = PANEL.get();
            sink[sink.length - 1] =
                    CacheLines.touch(source, (long) STEP * products * (two ? 2 : 1));
        }
        int place = at;
        for (int tile = first; tile < last; tile++) {
            if (p == 0) {
                begin(sums, place, matrix, tile, panel, two);
            }
            long rows = rows(matrix, p, tile);
            int distance = tile < tilesThere ? (int) (SIZE * a.rowStride()) : FloatLargeTile.ROW;
            if (two) {
                int second = STEP * products;
                FloatLargeTile.pair(rows, distance, source, second, products, sums, place);
            } else {
                FloatLargeTile.single(rows, distance, source, products, sums, place);
            }
            if (p + products == k) {
                end(sums, place, matrix, tile, panel, two);
            }
            place += 2 * TILE;
        }
    }

    private void begin(float[] sums, int at, long matrix, int tile, int panel, boolean two) {
        int i = tile * ROWS;
        int rows = Math.min(ROWS, m - i);
        starts.fill(sums, at, matrix, i, rows, panel);
        if (two) {
            starts.fill(sums, at + TILE, matrix, i, rows, panel + 1);
        }
    }

    private void end(float[] sums, int at, long matrix, int tile, int panel, boolean two) {
        store(sums, at, matrix, tile * ROWS, panel);
        if (two) {
            store(sums, at + TILE, matrix, tile * ROWS, panel + 1);
        }
    }

    private void store(float[] sums, int at, long matrix, int i, int panel) {
        FloatTile.store(
                sums,
                at,
                out.address(matrix, i, column + panel * COLUMNS, SIZE),
                SIZE * out.rowStride(),
                SIZE * out.columnStride(),
                Math.min(ROWS, m - i),
                starts.width(panel));
    }

    /** Where a task's share of the tiles begins: the same number of tasks are about as large. */
    private static int part(int tiles, int tasks, int task) {
        return (int) ((long) tiles * task / tasks);
    }
}
