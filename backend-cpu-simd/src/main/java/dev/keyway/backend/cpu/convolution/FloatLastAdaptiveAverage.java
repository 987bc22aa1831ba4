// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;
import static dev.keyway.backend.cpu.convolution.FloatLoads.load;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.backend.cpu.Spare;
import dev.keyway.spi.Workers;
import dev.keyway.spi.Workers.RangeTask;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * Means of f32 windows, as by {@link FloatAdaptiveAverage}, of images whose pixels have their
 * channels side by side, into such: channels are in the lanes, each sum is one chain, row by row. A
 * unit of work is one output of four vectors of channels, or of what is left of them.
 */
public final class FloatLastAdaptiveAverage implements RangeTask {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int BYTES = SPECIES.vectorByteSize();
    private static final int SIZE = Float.BYTES;

    /** Channels of a unit. */
    private static final int CHANNELS = 4 * LENGTH;

    /** Numbers of a task, about. */
    private static final long TASK = 1 << 14;

    private static final Spare<FloatLastAdaptiveAverage> SPARE =
            new Spare<>(FloatLastAdaptiveAverage::new);

    private int channels;
    private int height;
    private int width;
    private int outHeight;
    private int outWidth;
    private long input;
    private long out;

    private FloatLastAdaptiveAverage() {}

    /** Writes the means of all windows of all channels. */
    public static void run(
            Workers workers,
            int batch,
            int channels,
            int height,
            int width,
            int outHeight,
            int outWidth,
            long input,
            long out) {
        FloatLastAdaptiveAverage work = SPARE.take();
        work.channels = channels;
        work.height = height;
        work.width = width;
        work.outHeight = outHeight;
        work.outWidth = outWidth;
        work.input = input;
        work.out = out;
        long units = (long) batch * outHeight * outWidth * work.blocks();
        long window = (long) height * width / Math.max(1, outHeight * outWidth);
        workers.parallel(units, Math.max(1, TASK / (CHANNELS * (window + 1))), work);
        SPARE.give(work);
    }

    /** Units for an output. */
    private long blocks() {
        return Math.ceilDiv(channels, CHANNELS);
    }

    @Override
    public void run(long from, long to) {
        for (long index = from; index < to; index++) {
            unit(index / blocks(), (int) (index % blocks()) * CHANNELS);
        }
    }

    private void unit(long output, int channel) {
        int y = (int) (output / outWidth % outHeight);
        int x = (int) (output % outWidth);
        long image = output / outWidth / outHeight;
        int top = y * height / outHeight;
        int rows = ((y + 1) * height + outHeight - 1) / outHeight - top;
        int left = x * width / outWidth;
        int columns = ((x + 1) * width + outWidth - 1) / outWidth - left;
        long pixelBytes = (long) SIZE * channels;
        long pixel = (image * height + top) * width + left;
        long source = input + pixel * pixelBytes + (long) SIZE * channel;
        long target = out + output * pixelBytes + (long) SIZE * channel;
        if (channels - channel >= CHANNELS) {
            four(source, width * pixelBytes, rows, pixelBytes, columns, target);
            return;
        }
        for (int c = channel; c < channels; c += LENGTH) {
            long offset = (long) SIZE * (c - channel);
            one(
                    source + offset,
                    width * pixelBytes,
                    rows,
                    pixelBytes,
                    columns,
                    SPECIES.indexInRange(c, channels),
                    target + offset);
        }
    }

    private static void four(
            long source, long rowBytes, int rows, long columnBytes, int columns, long out) {
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = FloatVector.zero(SPECIES);
        FloatVector s2 = FloatVector.zero(SPECIES);
        FloatVector s3 = FloatVector.zero(SPECIES);
        long row = source;
        for (int i = 0; i < rows; i++) {
            long at = row;
            for (int j = 0; j < columns; j++) {
                long place = Memory.bounded(at);
                s0 = Exact.FLOATS.cast(load(place)).add(s0);
                s1 = Exact.FLOATS.cast(load(place + BYTES)).add(s1);
                s2 = Exact.FLOATS.cast(load(place + 2 * BYTES)).add(s2);
                s3 = Exact.FLOATS.cast(load(place + 3 * BYTES)).add(s3);
                at += columnBytes;
            }
            row += rowBytes;
        }
        FloatVector count = FloatVector.broadcast(SPECIES, rows * columns);
        Exact.FLOATS.cast(s0).div(count).intoMemorySegment(ALL, out, ORDER);
        Exact.FLOATS.cast(s1).div(count).intoMemorySegment(ALL, out + BYTES, ORDER);
        Exact.FLOATS.cast(s2).div(count).intoMemorySegment(ALL, out + 2 * BYTES, ORDER);
        Exact.FLOATS.cast(s3).div(count).intoMemorySegment(ALL, out + 3 * BYTES, ORDER);
    }

    private static void one(
            long source,
            long rowBytes,
            int rows,
            long columnBytes,
            int columns,
            VectorMask<Float> mask,
            long out) {
        FloatVector sum = FloatVector.zero(SPECIES);
        long row = source;
        for (int i = 0; i < rows; i++) {
            long at = row;
            for (int j = 0; j < columns; j++) {
                sum = Exact.FLOATS.cast(load(Memory.bounded(at), mask)).add(sum);
                at += columnBytes;
            }
            row += rowBytes;
        }
        FloatVector count = FloatVector.broadcast(SPECIES, rows * columns);
        Exact.FLOATS.cast(sum).div(count).intoMemorySegment(ALL, out, ORDER, mask);
    }
}
