// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.matrix;

import dev.keyway.backend.cpu.CacheLines;
import dev.keyway.spi.Workers;
import dev.keyway.spi.Workers.RangeTask;

import java.util.ArrayList;
import java.util.List;

/**
 * f32 matrix products {@code out = beta * start + alpha * a * b} over a batch, after K. Goto and R.
 * van de Geijn, "Anatomy of High-Performance Matrix Multiplication" (2008): columns are packed once
 * for a block of k, rows by each task. Each element starts at {@code beta * start} and takes its
 * products by fused multiply-adds in order of k. With one row or column, each element is a dot
 * product in fixed lanes.
 */
final class FloatMatrixProduct {
    private static final int SIZE = Float.BYTES;
    private static final int COLUMNS = FloatTile.COLUMNS;
    private static final int K_BLOCK = FloatTile.DEPTH;
    private static final int TASK_PANELS = 512 / COLUMNS;
    private static final int LEAST_PANELS = 96 / COLUMNS;

    /** So many units of work for a thread, if there are tiles for them, leave none without. */
    private static final int TASKS = 4;

    private static final int TILE = FloatTileStarts.TILE;
    private static final int COLUMN_BLOCK = 4096;
    private static final long PACKED_BYTES = 8L << 20;
    private static final long TASK_PRODUCTS = 1L << 18;

    /** So few rows read columns where they are. */
    private static final int DIRECT_ROWS = 2 * FloatTile.MANY;

    /** So few panels of rows are computed by one thread together. */
    private static final int FEW = 4;

    /** With what sums begin where nothing is added to them. */
    private static final float[] ZEROS = new float[COLUMNS];

    private static final ThreadLocal<float[]> PANEL =
            ThreadLocal.withInitial(() -> new float[FloatTile.MANY * FloatTile.DEPTH + 1]);
    private static final ThreadLocal<float[][]> TILES =
            ThreadLocal.withInitial(() -> new float[2][2 * TILE]);

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

    /** Rows of a panel of a, the last excepted. */
    private int height;

    private int rowPanels;

    /** Whether tiles take two panels of columns where there are two. */
    private boolean paired;

    /** So many units of work are wanted: one thread would pack the same rows for each. */
    private int tasks = TASKS;

    /** Whether whole panels of b are read where they are. */
    private boolean direct;

    /** Whether packed columns are fetched before their first tile. */
    private boolean fetching;

    /** Matrices of the batch whose columns are packed together. */
    private int group;

    /** Of the blocks of k, as many as there ever were; a product by turns has them again. */
    private final List<Block> blocks = new ArrayList<>();

    private final FloatKeptSums kept = new FloatKeptSums(this::add);
    private final FloatMatrixVector vector = new FloatMatrixVector();

    /**
     * Describes the product, another than before, of {@code [batch, m, k]} by {@code [batch, k,
     * n]}.
     *
     * @param start {@link Matrix#ZERO} for none
     */
    FloatMatrixProduct describe(
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
        int blocks = Math.max(1, (k + K_BLOCK - 1) / K_BLOCK);
        this.depth = (k + blocks - 1) / blocks;
        this.paired = blocks == 1 && FloatTile.arePaired(m, n, k);
        int most = paired ? FloatTile.PAIRED : blocks == 1 ? FloatTile.SOME : FloatTile.MANY;
        this.rowPanels = paired ? FloatTile.pairedPanels(m) : (m + most - 1) / most;
        this.height = paired || rowPanels == 0 ? most : (m + rowPanels - 1) / rowPanels;
        this.direct = m <= DIRECT_ROWS && b.columnStride() == 1;
        long each = Math.max(1, blockBytes());
        this.group = (int) Math.max(1, Math.min(batch, PACKED_BYTES / each));
        return this;
    }

    /** Scratch memory for the packed columns of a block of one matrix. */
    private long blockBytes() {
        int panels = direct ? 1 : panels(Math.min(n, COLUMN_BLOCK));
        return (long) panels * COLUMNS * depth * SIZE;
    }

    private static int panels(int columns) {
        return (columns + COLUMNS - 1) / COLUMNS;
    }

    private boolean isVector() {
        return m == 1 || n == 1;
    }

    /** Bytes of scratch memory for {@link #run}. */
    public long scratchBytes() {
        return isVector() ? 0 : group * blockBytes();
    }

    /** Bytes of b's packed columns, for {@link #pack}; 0 where they would be of no use. */
    public long packedBytes() {
        boolean shared = batch == 1 || b.batchStride() == 0;
        return isVector() || !shared ? 0 : (long) panels(n) * COLUMNS * k * SIZE;
    }

    /** Packs all columns of b's only matrix: for each block of k, panel after panel. */
    public void pack(Workers workers, long target) {
        for (int p = 0; p < k; p += depth) {
            block(0).describe(0, 1, 0, n, p, whole(target, p), 0, true).pack(workers);
        }
    }

    private long whole(long packed, int p) {
        return packed + (long) panels(n) * COLUMNS * p * SIZE;
    }

    /**
     * Computes with the columns that {@link #pack} packed.
     *
     * @param fetch whether they are fetched before they are needed
     */
    public void runPacked(Workers workers, long packed, boolean fetch) {
        fetching = fetch;
        divide(workers);
        if (depth >= k) {
            block(0).describe(0, batch, 0, n, 0, packed, 0, true).multiply(workers);
        } else {
            int count = (k + depth - 1) / depth;
            for (int i = 0; i < count; i++) {
                block(i).describe(0, batch, 0, n, i * depth, whole(packed, i * depth), 0, true);
            }
            kept.describe(count, batch, rowPanels, panels(n), workers.threads());
            workers.parallel(kept.units(), 1, kept);
        }
    }

    private void divide(Workers workers) {
        tasks = workers.threads() == 1 ? 1 : TASKS * workers.threads();
    }

    /** Some panels of a block, for {@link FloatKeptSums}. */
    private void add(
            int block,
            float[] sums,
            int at,
            long matrix,
            int rowPanel,
            int from,
            int to,
            boolean first) {
        Block some = blocks.get(block);
        some.add(PANEL.get(), sums, at, matrix, rowPanel * height, from, to, first);
    }

    private Block block(int index) {
        while (blocks.size() <= index) {
            blocks.add(new Block());
        }
        return blocks.get(index);
    }

    /** Computes; scratch memory is of {@link #scratchBytes}. */
    public void run(Workers workers, long scratch) {
        if (n == 1) {
            vector.describe(m, k, out, a, b, start, alpha, beta).run(workers, batch);
        } else if (m == 1) {
            vector.describeRow(n, k, out, a, b, start, alpha, beta).run(workers, batch);
        } else {
            blocks(workers, scratch);
        }
    }

    private void blocks(Workers workers, long scratch) {
        divide(workers);
        Block block = block(0);
        for (int first = 0; first < batch; first += group) {
            int count = Math.min(group, batch - first);
            for (int column = 0; column < n; column += COLUMN_BLOCK) {
                int columns = Math.min(COLUMN_BLOCK, n - column);
                int there = direct ? columns / COLUMNS : 0;
                int p = 0;
                do {
                    block.describe(first, count, column, columns, p, scratch, there, false);
                    block.pack(workers);
                    block.multiply(workers);
                    p += depth;
                } while (p < k);
            }
        }
    }

    /** The products of one block of k for some matrices of the batch and some columns. */
    private final class Block {
        private int first;
        private int count;
        private int column;
        private int columns;
        private int p;
        private int products;
        private long packed;
        private int there;
        private int columnPanels;
        private int taskPanels;
        private int columnTasks;

        private final FloatTileStarts starts = new FloatTileStarts();

        /** Whether panels are fetched by who needs them first. */
        private boolean touched;

        /** Packed panels of each matrix; 0 where all have the same. */
        private int matrixPanels;

        private final RangeTask packing = this::packColumns;
        private final RangeTask multiplying = this::rows;

        /**
         * Describes it.
         *
         * @param packed where its packed panels are
         * @param there so many panels before them are read in b
         * @param shared whether all matrices have the same packed panels
         */
        Block describe(
                int first,
                int count,
                int column,
                int columns,
                int p,
                long packed,
                int there,
                boolean shared) {
            this.first = first;
            this.count = count;
            this.column = column;
            this.columns = columns;
            this.p = p;
            this.products = Math.min(depth, k - p);
            starts.describe(out, start, beta, n, first, column, p);
            this.packed = packed;
            this.there = there;
            this.columnPanels = panels(columns);
            this.touched = shared && fetching;
            this.matrixPanels = shared ? 0 : columnPanels - there;
            long tiles = (long) count * rowPanels * columnPanels;
            long most = Math.max(LEAST_PANELS, Math.min(TASK_PANELS, tiles / tasks));
            int least = (int) ((columnPanels + most - 1) / most);
            this.taskPanels = (columnPanels + least - 1) / least;
            this.columnTasks = (columnPanels + taskPanels - 1) / taskPanels;
            return this;
        }

        /** Packs the panels that are not read in b. */
        void pack(Workers workers) {
            long work = Math.max(1, (long) COLUMNS * products * 4);
            long panels = (long) count * (columnPanels - there);
            workers.parallel(panels, Math.max(1, TASK_PRODUCTS / work), packing);
        }

        private void packColumns(long from, long to) {
            for (long index = from; index < to; index++) {
                int panels = columnPanels - there;
                int panel = there + (int) (index % panels);
                FloatPanels.columns(
                        packed + index * COLUMNS * products * SIZE,
                        source(index / panels, panel),
                        SIZE * b.rowStride(),
                        SIZE * b.columnStride(),
                        Math.min(COLUMNS, columns - panel * COLUMNS),
                        products);
            }
        }

        private long source(long matrix, int panel) {
            return address(b, matrix, p, column + panel * COLUMNS);
        }

        void multiply(Workers workers) {
            long units = (long) count * columnTasks * rowPanels;
            long each = (long) height * products * taskPanels * COLUMNS + 1;
            long chunk = Math.max(1, TASK_PRODUCTS / each);
            // Few rows wait for weights: whoever fetched some takes them for all rows.
            if (touched && rowPanels <= FEW && columnTasks >= 2 * workers.threads()) {
                chunk = rowPanels;
            }
            workers.parallel(units, chunk, multiplying);
        }

        private void rows(long from, long to) {
            float[] panel = PANEL.get();
            float[][] tiles = TILES.get();
            for (long index = from; index < to; index++) {
                int rowPanel = (int) (index % rowPanels);
                int i = rowPanel * height;
                boolean fresh = touched && i == 0;
                int task = (int) (index / rowPanels % columnTasks);
                long matrix = index / rowPanels / columnTasks;
                int rows = rowPanel == rowPanels - 1 ? m - i : height;
                packRows(panel, matrix, i, rows);
                int last = Math.min(columnPanels, (task + 1) * taskPanels);
                int j = task * taskPanels;
                boolean two = isPair(rows, j, last);
                int turn = 0;
                starts.begin(tiles[turn], matrix, i, rows, j, two);
                while (j < last) {
                    int next = j + (two ? 2 : 1);
                    if (fresh) {
                        touch(panel, matrix, j, next - j);
                    }
                    boolean nextTwo = isPair(rows, next, last);
                    // What the next sums begin with arrives while these are computed.
                    if (next < last) {
                        starts.begin(tiles[turn ^ 1], matrix, i, rows, next, nextTwo);
                    }
                    if (two) {
                        pair(panel, tiles[turn], matrix, i, rows, j);
                    } else {
                        tile(panel, tiles[turn], 0, matrix, i, rows, j);
                    }
                    j = next;
                    two = nextTwo;
                    turn ^= 1;
                }
            }
        }

        /** Whether the next tile takes a panel of columns and the one after it. */
        private boolean isPair(int rows, int columnPanel, int last) {
            return paired
                    && rows > FloatTile.FEW
                    && rows <= FloatTile.PAIRED
                    && columnPanel + 1 < last
                    && starts.isWhole(columnPanel + 1);
        }

        private void packRows(float[] panel, long matrix, int i, int rows) {
            FloatPanels.rows(
                    panel,
                    address(a, matrix, i, p),
                    SIZE * a.rowStride(),
                    SIZE * a.columnStride(),
                    rows,
                    FloatTile.height(rows),
                    products,
                    alpha);
        }

        /** Fetches packed panels; the last number of an array gets what was read. */
        private void touch(float[] array, long matrix, int columnPanel, int panels) {
            long bytes = (long) SIZE * COLUMNS * products * panels;
            array[array.length - 1] = CacheLines.touch(panel(matrix, columnPanel), bytes);
        }

        /** Adds to a tile of sums for each panel of columns; the last block writes the result. */
        void add(
                float[] panel,
                float[] sums,
                int at,
                long matrix,
                int i,
                int from,
                int to,
                boolean first) {
            int rows = Math.min(height, m - i);
            packRows(panel, matrix, i, rows);
            int tile = at;
            for (int j = from; j < to; j++) {
                if (first && touched) {
                    touch(panel, matrix, j, 1);
                }
                if (p == 0) {
                    starts.fill(sums, tile, matrix, i, rows, j);
                }
                if (p + products < k) {
                    long source = panel(matrix, j);
                    int tall = FloatTile.height(rows);
                    FloatTile.multiplyRows(
                            tall, panel, source, SIZE * COLUMNS, products, sums, tile);
                } else {
                    tile(panel, sums, tile, matrix, i, rows, j);
                }
                tile += TILE;
            }
        }

        /** The sums of a tile of two panels, all products, into the result. */
        private void pair(
                float[] panel, float[] tile, long matrix, int i, int rows, int columnPanel) {
            boolean inPlace = columnPanel < there;
            boolean none = start == Matrix.ZERO;
            FloatTile6x4.multiplyInto(
                    panel,
                    none ? ZEROS : tile,
                    start.rowStride() == 0 ? 0 : COLUMNS,
                    none ? 0 : TILE,
                    inPlace ? source(matrix, columnPanel) : panel(matrix, columnPanel),
                    SIZE * COLUMNS * (inPlace ? 1 : products),
                    SIZE * (inPlace ? b.rowStride() : COLUMNS),
                    products,
                    address(out, matrix, i, column + columnPanel * COLUMNS),
                    SIZE * out.rowStride(),
                    rows);
        }

        /** The sums of a tile, from an array into the result. */
        private void tile(
                float[] panel,
                float[] tile,
                int at,
                long matrix,
                int i,
                int rows,
                int columnPanel) {
            boolean inPlace = columnPanel < there;
            long source = inPlace ? source(matrix, columnPanel) : panel(matrix, columnPanel);
            long step = SIZE * (inPlace ? b.rowStride() : COLUMNS);
            long target = address(out, matrix, i, column + columnPanel * COLUMNS);
            long rowBytes = SIZE * out.rowStride();
            int tall = FloatTile.height(rows);
            if (starts.isWhole(columnPanel)) {
                boolean same = p == 0 && start.rowStride() == 0;
                float[] first = p == 0 && start == Matrix.ZERO ? ZEROS : tile;
                FloatTile.multiplyInto(
                        tall,
                        panel,
                        first,
                        at,
                        same ? 0 : COLUMNS,
                        source,
                        step,
                        products,
                        target,
                        rowBytes,
                        rows);
            } else {
                FloatTile.multiplyRows(tall, panel, source, step, products, tile, at);
                long columnBytes = SIZE * out.columnStride();
                FloatTile.store(
                        tile, at, target, rowBytes, columnBytes, rows, starts.width(columnPanel));
            }
        }

        private long panel(long matrix, int panel) {
            long before = matrix * matrixPanels + panel - there;
            return packed + before * COLUMNS * products * SIZE;
        }

        private long address(Matrix matrix, long index, int i, int j) {
            return matrix.address(first + index, i, j, SIZE);
        }
    }
}
