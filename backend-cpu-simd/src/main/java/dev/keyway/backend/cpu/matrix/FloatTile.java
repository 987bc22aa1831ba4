// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.matrix;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Memory;

import jdk.incubator.vector.FloatVector;
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
    private static final boolean WIDE = BYTES == 64;

    /** Rows: as many as the registers hold. */
    public static final int ROWS = WIDE ? 12 : 4;

    /** The most products that {@link #multiplyRows} takes, and the distance of its rows. */
    static final int DEPTH = 384;

    /** Columns: two vectors. */
    public static final int COLUMNS = 2 * LANES;

    private FloatTile() {}

    /**
     * {@code tile += a * b} with packed rows.
     *
     * @param a {@link #ROWS} numbers for each k
     * @param start index of the first number in a
     * @param b address to which the offset of each k is added; {@link #COLUMNS} numbers are read
     *     there
     * @param offsets for each k, in bytes
     * @param k number of products
     * @param tile row-major accumulators
     */
    public static void multiply(float[] a, int start, long b, long[] offsets, int k, float[] tile) {
        if (WIDE) {
            FloatTile12x2.multiply(a, start, b, offsets, k, tile);
        } else {
            FloatTile4x2.multiply(a, start, b, offsets, k, tile);
        }
    }

    /**
     * {@code tile += a * b} where row r of a at k is {@code a[starts[first + r] + positions[k]]}.
     *
     * @param b packed, {@link #COLUMNS} numbers for each k
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
     * @param b packed, {@link #COLUMNS} numbers for each k
     * @param k number of products, at most {@link #DEPTH}
     */
    static void multiplyRows(float[] a, long b, int k, float[] tile) {
        if (WIDE) {
            FloatTile12x2.multiplyRows(a, b, k, tile);
        } else {
            FloatTile4x2.multiplyRows(a, b, k, tile);
        }
    }

    /** Reads part of a tile; the rest becomes 0. Strides are in bytes. */
    static void load(float[] tile, long c, long rowBytes, long columnBytes, int rows, int columns) {
        boolean full = columns == COLUMNS && columnBytes == Float.BYTES;
        if (rows < ROWS || columns < COLUMNS) {
            Arrays.fill(tile, 0);
        }
        for (int r = 0; r < rows; r++) {
            long row = c + r * rowBytes;
            if (full) {
                FloatVector.fromMemorySegment(SPECIES, ALL, row, ORDER)
                        .intoArray(tile, r * COLUMNS);
                FloatVector.fromMemorySegment(SPECIES, ALL, row + BYTES, ORDER)
                        .intoArray(tile, r * COLUMNS + LANES);
            } else {
                for (int j = 0; j < columns; j++) {
                    tile[r * COLUMNS + j] = Memory.getFloat(row + j * columnBytes);
                }
            }
        }
    }

    /** Writes part of a tile. Strides are in bytes. */
    public static void store(
            float[] tile, long c, long rowBytes, long columnBytes, int rows, int columns) {
        boolean full = columns == COLUMNS && columnBytes == Float.BYTES;
        for (int r = 0; r < rows; r++) {
            long row = c + r * rowBytes;
            if (full) {
                FloatVector.fromArray(SPECIES, tile, r * COLUMNS)
                        .intoMemorySegment(ALL, row, ORDER);
                FloatVector.fromArray(SPECIES, tile, r * COLUMNS + LANES)
                        .intoMemorySegment(ALL, row + BYTES, ORDER);
            } else {
                for (int j = 0; j < columns; j++) {
                    Memory.putFloat(row + j * columnBytes, tile[r * COLUMNS + j]);
                }
            }
        }
    }
}
