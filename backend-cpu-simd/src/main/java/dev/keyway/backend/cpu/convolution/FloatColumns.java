// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Memory;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

import java.util.Arrays;

/**
 * Turns rows of f32 accumulators, as {@link FloatRunTile} leaves them, into the channels of an
 * image and back: what is a column here lies in one piece there.
 */
final class FloatColumns {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int COLUMNS = FloatRunTile.COLUMNS;
    private static final int SIZE = Float.BYTES;

    /** So many rows are written number by number. */
    private static final int FEW = 2;

    /** Squares that are written together. */
    private static final int GROUP = 4;

    /** A square, and several transposed. */
    private static final ThreadLocal<float[][]> SQUARES =
            ThreadLocal.withInitial(() -> new float[2][GROUP * LENGTH * LENGTH]);

    private FloatColumns() {}

    /**
     * Writes columns.
     *
     * @param sums rows of {@link FloatRunTile#COLUMNS} numbers; may be read up to a vector's length
     *     of rows behind the last
     * @param at index of the first number
     * @param count rows
     * @param used columns
     * @param target address of the first column's first number
     * @param columnBytes from one column to the next
     */
    static void store(float[] sums, int at, int count, int used, long target, long columnBytes) {
        float[] squares = SQUARES.get()[1];
        VectorMask<Float> mask = SPECIES.indexInRange(0, count % LENGTH);
        for (int c = 0; c < used; c += LENGTH) {
            int columns = Math.min(LENGTH, used - c);
            long column = target + c * columnBytes;
            int p = 0;
            while (p < count) {
                long first = column + (long) SIZE * p;
                if (isSquare(columns, count - p)) {
                    FloatSquareStore.transpose(
                            sums, at + p * COLUMNS + c, COLUMNS, first, columnBytes);
                    p += LENGTH;
                    continue;
                }
                int rows = Math.min(LENGTH, count - p);
                if (rows <= FEW) {
                    numbers(sums, at + p * COLUMNS + c, rows, columns, first, columnBytes);
                    break;
                }
                if (isSquare(columns, count)) {
                    // Once more what was written already.
                    p = count - LENGTH;
                    continue;
                }
                int whole = Math.min(GROUP, (count - p) / LENGTH);
                for (int i = 0; i < Math.max(1, whole); i++) {
                    int from = at + (p + i * LENGTH) * COLUMNS + c;
                    FloatSquare.transpose(sums, from, COLUMNS, squares, i * LENGTH * LENGTH);
                }
                if (whole == 0) {
                    part(squares, columns, first, columnBytes, mask);
                } else {
                    whole(squares, whole, columns, first, columnBytes);
                }
                p += Math.max(1, whole) * LENGTH;
            }
        }
    }

    /** Rows that are not worth a square. */
    private static void numbers(
            float[] sums, int at, int rows, int columns, long target, long columnBytes) {
        for (int c = 0; c < columns; c++) {
            for (int r = 0; r < rows; r++) {
                Memory.putFloat(
                        target + c * columnBytes + (long) SIZE * r, sums[at + r * COLUMNS + c]);
            }
        }
    }

    private static boolean isSquare(int columns, int rows) {
        return FloatSquareStore.FITS && columns == LENGTH && rows >= LENGTH;
    }

    /** Column by column, whose numbers lie in pages of their own. */
    private static void whole(
            float[] squares, int count, int columns, long target, long columnBytes) {
        for (int c = 0; c < columns; c++) {
            for (int i = 0; i < count; i++) {
                FloatVector.fromArray(SPECIES, squares, (i * LENGTH + c) * LENGTH)
                        .intoMemorySegment(
                                ALL, target + c * columnBytes + (long) SIZE * LENGTH * i, ORDER);
            }
        }
    }

    private static void part(
            float[] square, int columns, long target, long columnBytes, VectorMask<Float> mask) {
        for (int c = 0; c < columns; c++) {
            FloatVector.fromArray(SPECIES, square, c * LENGTH)
                    .intoMemorySegment(ALL, target + c * columnBytes, ORDER, mask);
        }
    }

    /**
     * Reads columns into rows of {@link FloatRunTile#COLUMNS} numbers, zeros where there are fewer
     * columns.
     *
     * @param source address of the first column's first number
     * @param columnBytes from one column to the next
     * @param count numbers of a column
     * @param used columns
     * @param target address of the first row
     */
    static void pack(long source, long columnBytes, int count, int used, long target) {
        float[][] squares = SQUARES.get();
        VectorMask<Float> mask = SPECIES.indexInRange(0, count % LENGTH);
        for (int c = 0; c < COLUMNS; c += LENGTH) {
            int columns = Math.clamp(used - c, 0, LENGTH);
            Arrays.fill(squares[0], columns * LENGTH, LENGTH * LENGTH, 0);
            boolean whole = isSquare(columns, count);
            for (int next = 0; next < count; next += LENGTH) {
                // The last square of several goes over what is there already.
                int p = whole ? Math.min(next, count - LENGTH) : next;
                int rows = Math.min(LENGTH, count - p);
                long first = source + c * columnBytes + (long) SIZE * p;
                if (whole) {
                    FloatSquareLoad.transpose(first, columnBytes, squares[1], 0);
                    rows(squares[1], rows, target + (long) SIZE * (p * COLUMNS + c));
                    continue;
                }
                if (rows == LENGTH) {
                    load(first, columnBytes, columns, squares[0]);
                } else {
                    load(first, columnBytes, columns, squares[0], mask);
                }
                FloatSquare.transpose(squares[0], 0, LENGTH, squares[1], 0);
                rows(squares[1], rows, target + (long) SIZE * (p * COLUMNS + c));
            }
        }
    }

    /** Numbers that lie one behind the other into an array, from an index on. */
    static void read(long source, int count, float[] to, int at) {
        int whole = count - count % LENGTH;
        for (int i = 0; i < whole; i += LENGTH) {
            FloatVector.fromMemorySegment(SPECIES, ALL, source + (long) SIZE * i, ORDER)
                    .intoArray(to, at + i);
        }
        VectorMask<Float> mask = SPECIES.indexInRange(whole, count);
        FloatVector.fromMemorySegment(SPECIES, ALL, source + (long) SIZE * whole, ORDER, mask)
                .intoArray(to, at + whole, mask);
    }

    /**
     * Numbers of an array, from an index on, to memory; up to a vector behind them is written as
     * well.
     */
    static void write(float[] from, int at, int count, long target) {
        for (int i = 0; i < count; i += LENGTH) {
            FloatVector.fromArray(SPECIES, from, at + i)
                    .intoMemorySegment(ALL, target + (long) SIZE * i, ORDER);
        }
    }

    /** One row of up to {@link FloatRunTile#COLUMNS} numbers that lie one behind the other. */
    static void copy(long source, int used, long target) {
        for (int c = 0; c < COLUMNS; c += LENGTH) {
            VectorMask<Float> mask = SPECIES.indexInRange(Math.min(c, used), used);
            FloatVector.fromMemorySegment(SPECIES, ALL, source + (long) SIZE * c, ORDER, mask)
                    .intoMemorySegment(ALL, target + (long) SIZE * c, ORDER);
        }
    }

    /**
     * Brings planes of numbers side by side: number i of plane c becomes number {@code i * planes +
     * c}.
     *
     * @param from the planes; may be read up to a square behind the last
     * @param pitch from one plane to the next
     * @param size of a plane
     * @param square room for one
     */
    static void interleave(
            float[] from, int pitch, int size, int planes, float[] square, float[] to, int at) {
        if (planes < LENGTH) {
            for (int c = 0; c < planes; c++) {
                for (int i = 0; i < size; i++) {
                    to[at + i * planes + c] = from[c * pitch + i];
                }
            }
            return;
        }
        for (int i = 0; i < size; i += LENGTH) {
            int rows = Math.min(LENGTH, size - i);
            for (int c = 0; c < planes; c += LENGTH) {
                int first = Math.min(c, planes - LENGTH);
                FloatSquare.transpose(from, first * pitch + i, pitch, square, 0);
                for (int r = 0; r < rows; r++) {
                    FloatVector.fromArray(SPECIES, square, r * LENGTH)
                            .intoArray(to, at + (i + r) * planes + first);
                }
            }
        }
    }

    private static void load(long source, long columnBytes, int columns, float[] square) {
        for (int c = 0; c < columns; c++) {
            FloatVector.fromMemorySegment(SPECIES, ALL, source + c * columnBytes, ORDER)
                    .intoArray(square, c * LENGTH);
        }
    }

    private static void load(
            long source, long columnBytes, int columns, float[] square, VectorMask<Float> mask) {
        for (int c = 0; c < columns; c++) {
            FloatVector.fromMemorySegment(SPECIES, ALL, source + c * columnBytes, ORDER, mask)
                    .intoArray(square, c * LENGTH);
        }
    }

    private static void rows(float[] square, int rows, long target) {
        for (int r = 0; r < rows; r++) {
            FloatVector.fromArray(SPECIES, square, r * LENGTH)
                    .intoMemorySegment(ALL, target + (long) SIZE * COLUMNS * r, ORDER);
        }
    }
}
