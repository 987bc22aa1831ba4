// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.matrix;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Memory;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

import java.util.Arrays;

/**
 * The f32 tile for the preferred vector width. Every element of a tile is one chain of fused
 * multiply-adds in order of k, so its bits depend neither on the tile's size nor on the width.
 */
public final class FloatTile {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final int BYTES = SPECIES.vectorByteSize();
    static final boolean WIDE = BYTES == 64;

    /** Rows of the small tile, for what is left of a matrix. */
    public static final int FEW = 4;

    /** Rows: as many as the registers hold. */
    public static final int ROWS = WIDE ? 12 : FEW;

    /** Rows of the middle tile of {@link #multiplyRows} and {@link #multiplyInto}. */
    public static final int SOME = WIDE ? 8 : FEW;

    /** Rows of the high tile of both. */
    static final int MANY = WIDE ? 10 : FEW;

    /** Rows of a tile of two panels side by side. */
    static final int PAIRED = 6;

    private static final int LEAST_PAIRED_PRODUCTS = 256;

    /** The most products that {@link #multiply} takes, and the distance of its rows. */
    public static final int DEPTH = 384;

    /** The most accumulators in a row: those of several tiles lie side by side. */
    public static final int WIDTH = 512;

    /**
     * The distance of rows of accumulators: with a power of two, stores of one row would hold up
     * loads of another, whose addresses end in the same bits.
     */
    public static final int PITCH = WIDTH + 16;

    /** Columns: two vectors. */
    public static final int COLUMNS = 2 * LANES;

    private FloatTile() {}

    /**
     * {@code tile += a * b} where row r of a at k is {@code a[start + r * DEPTH + k]}.
     *
     * @param height rows, {@link #ROWS}, {@link #FEW}, or 1 for twice as many columns
     * @param b address to which the offset of each k is added; {@link #COLUMNS} numbers are read
     *     there, for one row twice as many
     * @param offsets in bytes, for each k from index {@code first} on
     * @param k number of products, at most {@link #DEPTH}
     * @param tile accumulators, with rows at a distance of {@link #PITCH}
     * @param at index of the first accumulator
     */
    public static void multiply(
            int height,
            float[] a,
            int start,
            long b,
            long[] offsets,
            int first,
            int k,
            float[] tile,
            int at) {
        if (height == 1) {
            FloatTile1x4.multiply(a, start, b, offsets, first, k, tile, at);
        } else if (height == FEW) {
            FloatTile4x2.multiply(a, start, b, offsets, first, k, tile, at);
        } else {
            FloatTile12x2.multiply(a, start, b, offsets, first, k, tile, at);
        }
    }

    /**
     * {@code tile += a * b} where row r of a at k is {@code a[starts[first + r] + positions[k]]}.
     *
     * @param b packed, {@link #COLUMNS} numbers for each k
     * @param tile accumulators, row-major
     */
    public static void correlate(
            float[] a, int[] starts, int first, int[] positions, int k, long b, float[] tile) {
        if (WIDE) {
            FloatTile12x2.correlate(a, starts, first, positions, k, b, tile);
        } else {
            FloatTile4x2.correlate(a, starts, first, positions, k, b, tile);
        }
    }

    /**
     * {@code tile += a * b} where row r of a at k is {@code a[r * DEPTH + k]}.
     *
     * @param height rows, of {@link #height}
     * @param b address of {@link #COLUMNS} numbers for the first k
     * @param rowBytes from there to those for the next k
     * @param k number of products, at most {@link #DEPTH}
     * @param tile accumulators, row-major
     * @param at index of the first
     */
    public static void multiplyRows(
            int height, float[] a, long b, long rowBytes, int k, float[] tile, int at) {
        if (height == MANY && WIDE) {
            FloatTile10x2.multiplyRows(a, b, rowBytes, k, tile, at);
        } else {
            multiplyRows(height, a, b, rowBytes, k, tile, at, COLUMNS, tile, at, COLUMNS);
        }
    }

    /**
     * {@code tile = start + a * b} where row r of a at k is {@code a[r * DEPTH + k]}.
     *
     * @param height rows, {@link #SOME} or {@link #FEW}
     * @param b address of {@link #COLUMNS} numbers for the first k
     * @param rowBytes from there to those for the next k
     * @param k number of products, at most {@link #DEPTH}
     * @param start rows of {@link #COLUMNS} numbers
     * @param from index of the first
     * @param step to those of the next row; 0 where all begin with the same
     * @param tile rows of {@link #COLUMNS} results
     * @param at index of the first
     * @param pitch to those of the next row
     */
    public static void multiplyRows(
            int height,
            float[] a,
            long b,
            long rowBytes,
            int k,
            float[] start,
            int from,
            int step,
            float[] tile,
            int at,
            int pitch) {
        if (height == FEW) {
            FloatTile4x2.multiplyRows(a, b, rowBytes, k, start, from, step, tile, at, pitch);
        } else {
            FloatTile8x2.multiplyRows(a, b, rowBytes, k, start, from, step, tile, at, pitch);
        }
    }

    /**
     * {@code out = start + a * b} where row r of a at k is {@code a[r * DEPTH + k]}: sums begin in
     * an array and end in memory.
     *
     * @param height rows, of {@link #height}
     * @param start what the sums begin with: {@link #COLUMNS} numbers for each row
     * @param at index of the first of them
     * @param pitch from there to those of the next row; 0 where all begin with the same
     * @param b address of {@link #COLUMNS} numbers for the first k
     * @param rowBytes from there to those for the next k
     * @param k number of products, at most {@link #DEPTH}
     * @param out address of the first row of the result, of {@link #COLUMNS} numbers
     * @param outBytes from one row to the next
     * @param used rows that there are, at least one
     */
    static void multiplyInto(
            int height,
            float[] a,
            float[] start,
            int at,
            int pitch,
            long b,
            long rowBytes,
            int k,
            long out,
            long outBytes,
            int used) {
        if (height == FEW) {
            FloatTile4x2.multiplyInto(a, start, at, pitch, b, rowBytes, k, out, outBytes, used);
        } else if (height == SOME) {
            FloatTile8x2.multiplyInto(a, start, at, pitch, b, rowBytes, k, out, outBytes, used);
        } else {
            FloatTile10x2.multiplyInto(a, start, at, pitch, b, rowBytes, k, out, outBytes, used);
        }
    }

    /**
     * Whether tiles take two panels of columns, for which they start fewer instructions than for
     * one. With few products their ends, half as long again, cost as much.
     */
    static boolean arePaired(int rows, int columns, int k) {
        return WIDE && rows > FEW && columns >= 2 * COLUMNS && k >= LEAST_PAIRED_PRODUCTS;
    }

    /**
     * Panels of {@link #PAIRED} rows; the last has up to {@link #SOME}, where one of one row or of
     * two would follow.
     */
    static int pairedPanels(int rows) {
        return (rows + PAIRED - 1 - (SOME - PAIRED)) / PAIRED;
    }

    /** The height of the lowest of these tiles that holds so many rows. */
    static int height(int rows) {
        return rows <= FEW ? FEW : rows <= SOME ? SOME : MANY;
    }

    /** Reads part of a tile; the rest of its rows becomes 0. Strides are in bytes. */
    static void load(
            float[] tile, int at, long c, long rowBytes, long columnBytes, int rows, int columns) {
        for (int r = 0; r < rows; r++) {
            long row = c + r * rowBytes;
            if (columnBytes == Float.BYTES) {
                loadRow(tile, at + r * COLUMNS, row, columns);
            } else {
                Arrays.fill(tile, at + r * COLUMNS, at + (r + 1) * COLUMNS, 0);
                for (int j = 0; j < columns; j++) {
                    tile[at + r * COLUMNS + j] = Memory.getFloat(row + j * columnBytes);
                }
            }
        }
    }

    private static void loadRow(float[] tile, int at, long row, int columns) {
        if (columns == COLUMNS) {
            FloatVector.fromMemorySegment(SPECIES, ALL, row, ORDER).intoArray(tile, at);
            FloatVector.fromMemorySegment(SPECIES, ALL, row + BYTES, ORDER)
                    .intoArray(tile, at + LANES);
        } else {
            part(row, columns).intoArray(tile, at);
            part(row + BYTES, columns - LANES).intoArray(tile, at + LANES);
        }
    }

    private static FloatVector part(long row, int columns) {
        VectorMask<Float> mask = SPECIES.indexInRange(0, Math.max(0, columns));
        return FloatVector.fromMemorySegment(SPECIES, ALL, row, ORDER, mask);
    }

    /** Writes part of a tile. Strides are in bytes. */
    public static void store(
            float[] tile, int at, long c, long rowBytes, long columnBytes, int rows, int columns) {
        for (int r = 0; r < rows; r++) {
            long row = c + r * rowBytes;
            if (columnBytes == Float.BYTES) {
                storeRow(tile, at + r * COLUMNS, row, columns);
            } else {
                for (int j = 0; j < columns; j++) {
                    Memory.putFloat(row + j * columnBytes, tile[at + r * COLUMNS + j]);
                }
            }
        }
    }

    private static void storeRow(float[] tile, int at, long row, int columns) {
        if (columns == COLUMNS) {
            FloatVector.fromArray(SPECIES, tile, at).intoMemorySegment(ALL, row, ORDER);
            FloatVector.fromArray(SPECIES, tile, at + LANES)
                    .intoMemorySegment(ALL, row + BYTES, ORDER);
        } else {
            part(tile, at, row, columns);
            part(tile, at + LANES, row + BYTES, columns - LANES);
        }
    }

    private static void part(float[] tile, int at, long row, int columns) {
        VectorMask<Float> mask = SPECIES.indexInRange(0, Math.max(0, columns));
        FloatVector.fromArray(SPECIES, tile, at).intoMemorySegment(ALL, row, ORDER, mask);
    }
}
