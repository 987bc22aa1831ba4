// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;
import static dev.keyway.backend.cpu.convolution.FloatLoads.load;

import dev.keyway.backend.cpu.Memory;
import dev.keyway.backend.cpu.Spare;
import dev.keyway.spi.Workers;
import dev.keyway.spi.Workers.RangeTask;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * The largest f32 of windows, as by {@link FloatMaxValues}, of images whose pixels have their
 * channels side by side, into such: channels are in the lanes. A unit of work is a row of outputs.
 */
public final class FloatLastMaxPooling implements RangeTask {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int BYTES = SPECIES.vectorByteSize();
    private static final int SIZE = Float.BYTES;
    private static final float NOTHING = Float.NEGATIVE_INFINITY;
    private static final FloatVector NONE = FloatVector.broadcast(SPECIES, NOTHING);

    /** Numbers of a task, about. */
    private static final long TASK = 1 << 15;

    private static final Spare<FloatLastMaxPooling> SPARE = new Spare<>(FloatLastMaxPooling::new);

    private Pooling shape = Pooling.NONE;
    private int channels;
    private long input;
    private long out;

    private FloatLastMaxPooling() {}

    /**
     * Writes the largest number of each window.
     *
     * @param shape whose planes are the channels of all images
     * @param channels of an image
     */
    public static void run(Workers workers, Pooling shape, int channels, long input, long out) {
        FloatLastMaxPooling work = SPARE.take();
        work.shape = shape;
        work.channels = channels;
        work.input = input;
        work.out = out;
        long window = (long) shape.kernelHeight() * shape.kernelWidth();
        long numbers = window * shape.outWidth() * channels;
        long rows = shape.planes() / Math.max(1, channels) * shape.outHeight();
        workers.parallel(rows, Math.max(1, TASK / Math.max(1, numbers)), work);
        SPARE.give(work);
    }

    @Override
    public void run(long from, long to) {
        for (long row = from; row < to; row++) {
            row(row / shape.outHeight(), (int) (row % shape.outHeight()), row);
        }
    }

    private void row(long image, int y, long row) {
        int stepY = shape.dilationHeight();
        int top = y * shape.strideHeight() - shape.paddingHeight();
        int skipped = top < 0 ? Math.ceilDiv(-top, stepY) : 0;
        int bottom = Math.min(shape.kernelHeight(), Math.ceilDiv(shape.height() - top, stepY));
        int rows = Math.max(0, bottom - skipped);
        long pixelBytes = (long) SIZE * channels;
        long rowBytes = shape.width() * pixelBytes;
        long first = input + (image * shape.height() + top + (long) skipped * stepY) * rowBytes;
        long target = out + row * shape.outWidth() * pixelBytes;
        int stepX = shape.dilationWidth();
        for (int x = 0; x < shape.outWidth(); x++) {
            int left = x * shape.strideWidth() - shape.paddingWidth();
            int before = left < 0 ? Math.ceilDiv(-left, stepX) : 0;
            int end = Math.min(shape.kernelWidth(), Math.ceilDiv(shape.width() - left, stepX));
            pixel(
                    first + (left + (long) before * stepX) * pixelBytes,
                    stepY * rowBytes,
                    rows,
                    stepX * pixelBytes,
                    Math.max(0, end - before),
                    channels,
                    target + x * pixelBytes);
        }
    }

    /**
     * One output of all channels.
     *
     * @param source address of the first number of the window that lies in the image
     */
    private static void pixel(
            long source,
            long rowBytes,
            int rows,
            long columnBytes,
            int columns,
            int channels,
            long out) {
        int c = 0;
        for (; c <= channels - 4 * LENGTH; c += 4 * LENGTH) {
            four(
                    source + SIZE * (long) c,
                    rowBytes,
                    rows,
                    columnBytes,
                    columns,
                    out + SIZE * (long) c);
        }
        for (; c < channels; c += LENGTH) {
            VectorMask<Float> mask = SPECIES.indexInRange(c, channels);
            one(
                    source + SIZE * (long) c,
                    rowBytes,
                    rows,
                    columnBytes,
                    columns,
                    mask,
                    out + SIZE * (long) c);
        }
    }

    private static void four(
            long source, long rowBytes, int rows, long columnBytes, int columns, long out) {
        FloatVector best0 = FloatVector.broadcast(SPECIES, NOTHING);
        FloatVector best1 = FloatVector.broadcast(SPECIES, NOTHING);
        FloatVector best2 = FloatVector.broadcast(SPECIES, NOTHING);
        FloatVector best3 = FloatVector.broadcast(SPECIES, NOTHING);
        long row = source;
        for (int i = 0; i < rows; i++) {
            long at = row;
            for (int j = 0; j < columns; j++) {
                long place = Memory.bounded(at);
                best0 = load(place).max(best0);
                best1 = load(place + BYTES).max(best1);
                best2 = load(place + 2 * BYTES).max(best2);
                best3 = load(place + 3 * BYTES).max(best3);
                at += columnBytes;
            }
            row += rowBytes;
        }
        NONE.max(best0).intoMemorySegment(ALL, out, ORDER);
        NONE.max(best1).intoMemorySegment(ALL, out + BYTES, ORDER);
        NONE.max(best2).intoMemorySegment(ALL, out + 2 * BYTES, ORDER);
        NONE.max(best3).intoMemorySegment(ALL, out + 3 * BYTES, ORDER);
    }

    private static void one(
            long source,
            long rowBytes,
            int rows,
            long columnBytes,
            int columns,
            VectorMask<Float> mask,
            long out) {
        FloatVector best = FloatVector.broadcast(SPECIES, NOTHING);
        long row = source;
        for (int i = 0; i < rows; i++) {
            long at = row;
            for (int j = 0; j < columns; j++) {
                best = load(Memory.bounded(at), mask).max(best);
                at += columnBytes;
            }
            row += rowBytes;
        }
        NONE.max(best).intoMemorySegment(ALL, out, ORDER, mask);
    }
}
