// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Memory;
import dev.keyway.backend.cpu.Spare;
import dev.keyway.spi.Workers;
import dev.keyway.spi.Workers.RangeTask;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Copies f32 images between two layouts: rows of channels, each of all pixels, and pixels, each of
 * all channels. Both are transposes of a matrix for each image. A unit of work is a strip of the
 * result as wide as a square; where the last square would not be whole it begins earlier.
 */
public final class FloatLastCopies implements RangeTask {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Float.BYTES;

    /** Columns of a unit of work: what it writes is in the caches for the next rows. */
    private static final int STRIP = 512;

    /** Numbers of a task, about. */
    private static final long TASK = 1 << 14;

    private static final Spare<FloatLastCopies> SPARE = new Spare<>(FloatLastCopies::new);

    private static final Spare<float[]> SQUARES = new Spare<>(() -> new float[LENGTH * LENGTH]);

    private long source;
    private long target;
    private int rows;
    private int columns;

    private FloatLastCopies() {}

    /**
     * From pixels of all channels to channels of all pixels.
     *
     * @param pixels of an image
     */
    public static void toRows(
            Workers workers, long source, long target, int batch, int channels, int pixels) {
        transpose(workers, source, target, batch, pixels, channels);
    }

    /**
     * From channels of all pixels to pixels of all channels.
     *
     * @param pixels of an image
     */
    public static void fromRows(
            Workers workers, long source, long target, int batch, int channels, int pixels) {
        transpose(workers, source, target, batch, channels, pixels);
    }

    /** Matrices one behind the other. */
    private static void transpose(
            Workers workers, long source, long target, int batch, int rows, int columns) {
        FloatLastCopies work = SPARE.take();
        work.source = source;
        work.target = target;
        work.rows = rows;
        work.columns = columns;
        long units = batch * work.strips() * work.groups();
        long numbers = (long) LENGTH * Math.max(1, Math.min(columns, STRIP));
        workers.parallel(units, Math.max(1, TASK / numbers), work);
        SPARE.give(work);
    }

    /** Strips of a matrix. */
    private long strips() {
        return Math.ceilDiv(columns, STRIP);
    }

    /** Groups of as many rows as a square has. */
    private long groups() {
        return Math.ceilDiv(rows, LENGTH);
    }

    @Override
    public void run(long from, long to) {
        float[] square = SQUARES.take();
        for (long index = from; index < to; index++) {
            long group = index % groups();
            long matrix = index / groups() / strips();
            int column = (int) (index / groups() % strips()) * STRIP;
            unit(matrix, (int) group * LENGTH, column, Math.min(columns, column + STRIP), square);
        }
        SQUARES.give(square);
    }

    /** Some rows from a column on. */
    private void unit(long matrix, int row, int column, int end, float[] square) {
        long from = source + SIZE * matrix * rows * columns;
        long to = target + SIZE * matrix * rows * columns;
        if (!FloatSquareStore.FITS || rows < LENGTH || columns < LENGTH) {
            numbers(from, to, row, Math.min(rows, row + LENGTH), column, end);
            return;
        }
        int first = Math.min(row, rows - LENGTH);
        for (int c = column; c < end; c += LENGTH) {
            int start = Math.min(c, columns - LENGTH);
            long corner = from + SIZE * ((long) first * columns + start);
            FloatSquareLoad.transpose(corner, (long) SIZE * columns, square, 0);
            store(square, to + SIZE * ((long) start * rows + first), (long) SIZE * rows);
        }
    }

    /** The rows of a square. */
    private static void store(float[] square, long to, long pitch) {
        long row = to;
        for (int i = 0; i < LENGTH * LENGTH; i += LENGTH) {
            FloatVector.fromArray(SPECIES, square, i)
                    .intoMemorySegment(ALL, Memory.bounded(row), ORDER);
            row += pitch;
        }
    }

    /** One by one. */
    private void numbers(long from, long to, int row, int endRow, int column, int end) {
        for (int c = column; c < end; c++) {
            for (int r = row; r < endRow; r++) {
                int number = Memory.getInt(from + SIZE * ((long) r * columns + c));
                Memory.putInt(to + SIZE * ((long) c * rows + r), number);
            }
        }
    }
}
