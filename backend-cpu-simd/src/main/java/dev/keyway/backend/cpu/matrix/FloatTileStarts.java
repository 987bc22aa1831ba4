// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.matrix;

import java.util.Arrays;

/**
 * What the sums of a product's tiles begin with: {@code beta * start} before the first block of k,
 * what the blocks before left in the result else. One thread describes it, several read it then.
 */
final class FloatTileStarts {
    private static final int SIZE = Float.BYTES;
    private static final int COLUMNS = FloatTile.COLUMNS;

    /** Numbers of the largest tile of one panel, which is where a second one begins. */
    static final int TILE = FloatTile.MANY * COLUMNS;

    private Matrix out = Matrix.ZERO;
    private Matrix start = Matrix.ZERO;
    private float beta;
    private int n;
    private int first;
    private int column;
    private int p;

    /**
     * Describes a block.
     *
     * @param start {@link Matrix#ZERO} for none
     * @param n columns of the result
     * @param first matrix of the batch
     * @param column of the first panel
     * @param p first product of the block
     */
    void describe(Matrix out, Matrix start, float beta, int n, int first, int column, int p) {
        this.out = out;
        this.start = start;
        this.beta = beta;
        this.n = n;
        this.first = first;
        this.column = column;
        this.p = p;
    }

    /** Columns of the result in a panel. */
    int width(int columnPanel) {
        return Math.min(COLUMNS, n - column - columnPanel * COLUMNS);
    }

    /** Whether sums go from the registers into the result. */
    boolean isWhole(int columnPanel) {
        return out.columnStride() == 1 && width(columnPanel) == COLUMNS;
    }

    /** Fills the tile of one panel, or of two, as far as it is read. */
    void begin(float[] tile, long matrix, int i, int rows, int columnPanel, boolean two) {
        begin(tile, 0, matrix, i, rows, columnPanel);
        if (two) {
            begin(tile, TILE, matrix, i, rows, columnPanel + 1);
        }
    }

    /** Fills a tile, or its first row if all begin the same. */
    private void begin(float[] tile, int at, long matrix, int i, int rows, int columnPanel) {
        boolean whole = isWhole(columnPanel);
        if (p > 0) {
            load(tile, at, out, matrix, i, rows, columnPanel);
        } else if (!whole) {
            fill(tile, at, matrix, i, rows, columnPanel);
        } else if (start != Matrix.ZERO) {
            int different = start.rowStride() == 0 ? 1 : rows;
            fill(tile, at, matrix, i, different, columnPanel);
        }
    }

    /** Fills rows of a tile with what its sums begin with before the first block. */
    void fill(float[] tile, int at, long matrix, int i, int rows, int columnPanel) {
        if (start == Matrix.ZERO) {
            Arrays.fill(tile, at, at + rows * COLUMNS, 0);
            return;
        }
        load(tile, at, start, matrix, i, rows, columnPanel);
        if (beta != 1) {
            for (int e = at; e < at + rows * COLUMNS; e++) {
                tile[e] *= beta;
            }
        }
    }

    private void load(
            float[] tile, int at, Matrix from, long matrix, int i, int rows, int columnPanel) {
        long source = from.address(first + matrix, i, column + columnPanel * COLUMNS, SIZE);
        long rowBytes = SIZE * from.rowStride();
        long columnBytes = SIZE * from.columnStride();
        FloatTile.load(tile, at, source, rowBytes, columnBytes, rows, width(columnPanel));
    }
}
