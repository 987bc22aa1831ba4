// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Memory;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

import org.jspecify.annotations.Nullable;

/**
 * Turns rows of f32 accumulators, as {@link FloatRunTile} leaves them, into the channels of an
 * image and back: what is a column here lies in one piece there.
 */
final class FloatColumns {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int COLUMNS = FloatRunTile.COLUMNS;
    private static final int SIZE = Float.BYTES;

    /** A square, and the same transposed. */
    private static final ThreadLocal<float[][]> SQUARES =
            ThreadLocal.withInitial(() -> new float[2][LENGTH * LENGTH]);

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
     * @param step numbers from one row to the next
     */
    static void store(
            float[] sums, int at, int count, int used, long target, long columnBytes, int step) {
        float[] square = SQUARES.get()[1];
        VectorMask<Float> mask = SPECIES.indexInRange(0, count % LENGTH);
        for (int c = 0; c < used; c += LENGTH) {
            int columns = Math.min(LENGTH, used - c);
            long column = target + c * columnBytes;
            for (int p = 0; p < count; p += LENGTH) {
                FloatSquare.transpose(sums, at + p * COLUMNS + c, COLUMNS, square);
                long first = column + (long) SIZE * step * p;
                int rows = Math.min(LENGTH, count - p);
                if (step != 1) {
                    scatter(square, columns, rows, first, columnBytes, step);
                } else if (rows == LENGTH) {
                    whole(square, columns, first, columnBytes);
                } else {
                    part(square, columns, first, columnBytes, mask);
                }
            }
        }
    }

    private static void whole(float[] square, int columns, long target, long columnBytes) {
        for (int c = 0; c < columns; c++) {
            FloatVector.fromArray(SPECIES, square, c * LENGTH)
                    .intoMemorySegment(ALL, target + c * columnBytes, ORDER);
        }
    }

    private static void part(
            float[] square, int columns, long target, long columnBytes, VectorMask<Float> mask) {
        for (int c = 0; c < columns; c++) {
            FloatVector.fromArray(SPECIES, square, c * LENGTH)
                    .intoMemorySegment(ALL, target + c * columnBytes, ORDER, mask);
        }
    }

    private static void scatter(
            float[] square, int columns, int rows, long target, long columnBytes, int step) {
        for (int c = 0; c < columns; c++) {
            for (int r = 0; r < rows; r++) {
                Memory.putFloat(
                        target + c * columnBytes + (long) SIZE * step * r, square[c * LENGTH + r]);
            }
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
     * @param wanted which numbers of a column become rows, in this order; null for all
     * @param target address of the first row
     */
    static void pack(
            long source,
            long columnBytes,
            int count,
            int used,
            int @Nullable [] wanted,
            long target) {
        float[][] squares = SQUARES.get();
        VectorMask<Float> mask = SPECIES.indexInRange(0, count % LENGTH);
        for (int c = 0; c < COLUMNS; c += LENGTH) {
            int columns = Math.clamp(used - c, 0, LENGTH);
            clear(squares[0], columns);
            for (int p = 0; p < count; p += LENGTH) {
                int rows = Math.min(LENGTH, count - p);
                long first = source + c * columnBytes + (long) SIZE * p;
                if (rows == LENGTH) {
                    load(first, columnBytes, columns, squares[0]);
                } else {
                    load(first, columnBytes, columns, squares[0], mask);
                }
                FloatSquare.transpose(squares[0], 0, LENGTH, squares[1]);
                if (wanted == null) {
                    rows(squares[1], rows, target + (long) SIZE * (p * COLUMNS + c));
                } else {
                    rows(squares[1], p, p + rows, wanted, target + (long) SIZE * c);
                }
            }
        }
    }

    /**
     * Brings planes of numbers side by side: number i of plane c becomes number {@code i * planes +
     * c}.
     *
     * @param from the planes one behind the other; may be read up to a square behind the last
     * @param size of a plane
     * @param square room for one
     */
    static void interleave(float[] from, int size, int planes, float[] square, float[] to, int at) {
        if (planes < LENGTH) {
            for (int c = 0; c < planes; c++) {
                for (int i = 0; i < size; i++) {
                    to[at + i * planes + c] = from[c * size + i];
                }
            }
            return;
        }
        for (int i = 0; i < size; i += LENGTH) {
            int rows = Math.min(LENGTH, size - i);
            for (int c = 0; c < planes; c += LENGTH) {
                int first = Math.min(c, planes - LENGTH);
                FloatSquare.transpose(from, first * size + i, size, square);
                for (int r = 0; r < rows; r++) {
                    FloatVector.fromArray(SPECIES, square, r * LENGTH)
                            .intoArray(to, at + (i + r) * planes + first);
                }
            }
        }
    }

    /** {@link #pack} of all numbers, in order. */
    static void pack(long source, long columnBytes, int count, int used, long target) {
        pack(source, columnBytes, count, used, null, target);
    }

    /** One row of up to {@link FloatRunTile#COLUMNS} numbers that lie one behind the other. */
    static void copy(long source, int used, long target) {
        for (int c = 0; c < COLUMNS; c += LENGTH) {
            VectorMask<Float> mask = SPECIES.indexInRange(Math.min(c, used), used);
            FloatVector.fromMemorySegment(SPECIES, ALL, source + (long) SIZE * c, ORDER, mask)
                    .intoMemorySegment(ALL, target + (long) SIZE * c, ORDER);
        }
    }

    private static void clear(float[] square, int columns) {
        for (int i = columns * LENGTH; i < square.length; i++) {
            square[i] = 0;
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

    private static void rows(float[] square, int first, int end, int[] wanted, long target) {
        for (int r = 0; r < wanted.length; r++) {
            if (wanted[r] >= first && wanted[r] < end) {
                FloatVector.fromArray(SPECIES, square, (wanted[r] - first) * LENGTH)
                        .intoMemorySegment(ALL, target + (long) SIZE * COLUMNS * r, ORDER);
            }
        }
    }
}
