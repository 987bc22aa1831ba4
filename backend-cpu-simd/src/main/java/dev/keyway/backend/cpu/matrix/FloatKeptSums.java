// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.matrix;

import dev.keyway.spi.Workers.RangeTask;

/**
 * All blocks of k of a product with packed columns. A unit of work takes them one after another for
 * some rows and columns of the result, whose sums stay in an array meanwhile: they are written
 * once, and no thread waits for others before the end.
 */
final class FloatKeptSums implements RangeTask {
    private static final int COLUMNS = FloatTile.COLUMNS;
    private static final int TILE = FloatTile.MANY * COLUMNS;

    /** The most panels of columns, and of rows, of a unit. */
    private static final int MOST_COLUMNS = 512 / COLUMNS;

    private static final int MOST_ROWS = 8;

    /** So few panels of columns are not divided. */
    private static final int LEAST_COLUMNS = 96 / COLUMNS;

    private static final ThreadLocal<float[]> SUMS =
            ThreadLocal.withInitial(() -> new float[MOST_COLUMNS * MOST_ROWS * TILE]);

    /** What adds the products of a block to a tile for each of some panels of columns. */
    interface Adder {
        /**
         * Adds.
         *
         * @param at where the first tile lies in the sums
         * @param first whether the unit has not used these columns' block before
         */
        void add(
                int block,
                float[] sums,
                int at,
                long matrix,
                int rowPanel,
                int from,
                int to,
                boolean first);
    }

    private final Adder adder;
    private int count;
    private int rowPanels;
    private int columnPanels;
    private int columnTasks;
    private int rowTasks;
    private long units;

    FloatKeptSums(Adder adder) {
        this.adder = adder;
    }

    /**
     * Describes the work.
     *
     * @param count blocks of k
     */
    void describe(int count, int batch, int rowPanels, int columnPanels, int threads) {
        // Each unit packs its rows, so that there are no more than are needed.
        long wanted = threads == 1 ? 1 : 2L * threads;
        this.count = count;
        this.rowPanels = rowPanels;
        this.columnPanels = columnPanels;
        int across = (columnPanels + MOST_COLUMNS - 1) / MOST_COLUMNS;
        int down = (rowPanels + MOST_ROWS - 1) / MOST_ROWS;
        while ((long) batch * across * down < wanted) {
            if (columnPanels / (2 * across) >= LEAST_COLUMNS) {
                across *= 2;
            } else if (rowPanels >= 2 * down) {
                // Units one below the other read the same columns.
                down *= 2;
            } else {
                break;
            }
        }
        down = Shares.even((long) batch * across, down, rowPanels, threads);
        this.columnTasks = across;
        this.rowTasks = down;
        this.units = (long) batch * across * down;
    }

    long units() {
        return units;
    }

    @Override
    public void run(long from, long to) {
        float[] sums = SUMS.get();
        for (long index = from; index < to; index++) {
            int down = (int) (index % rowTasks);
            int across = (int) (index / rowTasks % columnTasks);
            long matrix = index / rowTasks / columnTasks;
            int first = share(rowPanels, rowTasks, down);
            int last = share(rowPanels, rowTasks, down + 1);
            int left = share(columnPanels, columnTasks, across);
            int right = share(columnPanels, columnTasks, across + 1);
            for (int block = 0; block < count; block++) {
                int at = 0;
                for (int row = first; row < last; row++) {
                    adder.add(block, sums, at, matrix, row, left, right, row == first);
                    at += (right - left) * TILE;
                }
            }
        }
    }

    /**
     * Where a task's share of the panels begins. The larger ones come first: who took a smaller one
     * then comes first for the next large one.
     */
    private static int share(int panels, int tasks, int task) {
        return panels / tasks * task + Math.min(task, panels % tasks);
    }
}
