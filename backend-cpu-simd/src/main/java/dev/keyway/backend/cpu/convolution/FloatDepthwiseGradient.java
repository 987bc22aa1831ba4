// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.Workers;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

import java.util.Arrays;

/**
 * f32 gradient for the weight of a depthwise convolution, one channel in and one out for each
 * group: channels are in the lanes, four taps at a time. The chains are those of {@link
 * FloatWeightGradient}. A unit of work is a share of the batch by as many channels as a vector
 * holds.
 */
final class FloatDepthwiseGradient {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Float.BYTES;

    /** Pixels of a region, about. */
    private static final int PIXELS = 256;

    private static final ThreadLocal<float[][]> ARRAYS =
            ThreadLocal.withInitial(() -> new float[4][0]);

    private final Convolution shape;
    private final long gradOutput;
    private final long input;
    private final long out;
    private final int shares;
    private final int taps;
    private final int regionRows;

    FloatDepthwiseGradient(Convolution shape, long gradOutput, long input, long out, int shares) {
        this.shape = shape;
        this.gradOutput = gradOutput;
        this.input = input;
        this.out = out;
        this.shares = shares;
        this.taps = shape.kernelHeight() * shape.kernelWidth();
        this.regionRows = Math.max(1, PIXELS / Math.max(1, shape.outWidth()));
    }

    /** Whether each group has one channel in and one out. */
    static boolean suits(Convolution shape) {
        return shape.groupChannels() == 1 && shape.groupOutChannels() == 1;
    }

    /** Writes the weights of all shares. */
    void run(Workers workers) {
        int blocks = (shape.groups() + LENGTH - 1) / LENGTH;
        workers.parallel(
                (long) shares * blocks,
                1,
                (from, to) -> {
                    for (long unit = from; unit < to; unit++) {
                        unit((int) (unit / blocks), (int) (unit % blocks) * LENGTH);
                    }
                });
    }

    private void unit(int share, int first) {
        int channels = Math.min(LENGTH, shape.groups() - first);
        int fours = (taps + 3) / 4 * 4;
        float[] sums = array(0, fours * LENGTH);
        Arrays.fill(sums, 0, fours * LENGTH, 0);
        for (int image = share; image < shape.batch(); image += shares) {
            for (int row = 0; row < shape.outHeight(); row += regionRows) {
                region((long) image * shape.groups() + first, channels, row, sums);
            }
        }
        long target = out + SIZE * ((long) share * shape.groups() + first) * taps;
        for (int c = 0; c < channels; c++) {
            for (int t = 0; t < taps; t++) {
                Memory.putFloat(target + (long) SIZE * (c * taps + t), sums[t * LENGTH + c]);
            }
        }
    }

    private void region(long channel, int channels, int row, float[] sums) {
        int rows = Math.min(regionRows, shape.outHeight() - row);
        Planes images = images(row, rows);
        Planes gradients = gradients(row, rows);
        float[] numbers = lanes(1, images, input, channel, channels);
        float[] gradient = lanes(2, gradients, gradOutput, channel, channels);
        int[] positions = new int[rows * shape.outWidth()];
        for (int i = 0; i < positions.length; i++) {
            int y = i / shape.outWidth() * shape.strideHeight();
            positions[i] = LENGTH * images.index(0, y, i % shape.outWidth() * shape.strideWidth());
        }
        for (int t = 0; t < taps; t += 4) {
            add(
                    numbers,
                    start(images, t),
                    start(images, t + 1),
                    start(images, t + 2),
                    start(images, t + 3),
                    positions,
                    gradient,
                    sums,
                    t * LENGTH);
        }
    }

    /** Where a tap lies; the last one stands for those behind it. */
    private int start(Planes images, int tap) {
        int t = Math.min(tap, taps - 1);
        int y = t / shape.kernelWidth() * shape.dilationHeight();
        return LENGTH * images.index(0, y, t % shape.kernelWidth() * shape.dilationWidth());
    }

    private Planes images(int row, int rows) {
        return new Planes(
                LENGTH,
                shape.height(),
                shape.width(),
                shape.paddingHeight() - row * shape.strideHeight(),
                shape.paddingWidth(),
                1,
                1,
                (rows - 1) * shape.strideHeight()
                        + (shape.kernelHeight() - 1) * shape.dilationHeight()
                        + 1,
                (shape.outWidth() - 1) * shape.strideWidth()
                        + (shape.kernelWidth() - 1) * shape.dilationWidth()
                        + 1,
                1,
                1);
    }

    private Planes gradients(int row, int rows) {
        int height = shape.outHeight();
        int width = shape.outWidth();
        return new Planes(LENGTH, height, width, -row, 0, 1, 1, rows, width, 1, 1);
    }

    /** Copies channels with their padding, side by side. */
    private static float[] lanes(
            int place, Planes planes, long source, long channel, int channels) {
        int size = planes.channelSize();
        float[] rows = array(3, LENGTH * size + LENGTH);
        FloatRegion.clear(planes, channels, rows);
        long pixels = (long) planes.height() * planes.width();
        for (int c = 0; c < channels; c++) {
            FloatRegion.channel(planes, source + SIZE * (channel + c) * pixels, rows, c * size);
        }
        float[] result = array(place, (size + LENGTH) * LENGTH);
        for (int i = 0; i < size; i += LENGTH) {
            FloatSquare.transpose(rows, i, size, result, i * LENGTH);
        }
        return result;
    }

    private static void add(
            float[] numbers,
            int start0,
            int start1,
            int start2,
            int start3,
            int[] positions,
            float[] gradient,
            float[] sums,
            int at) {
        FloatVector s0 = FloatVector.fromArray(SPECIES, sums, at);
        FloatVector s1 = FloatVector.fromArray(SPECIES, sums, at + LENGTH);
        FloatVector s2 = FloatVector.fromArray(SPECIES, sums, at + 2 * LENGTH);
        FloatVector s3 = FloatVector.fromArray(SPECIES, sums, at + 3 * LENGTH);
        for (int p = 0; p < positions.length; p++) {
            int position = positions[p];
            FloatVector g = FloatVector.fromArray(SPECIES, gradient, p * LENGTH);
            s0 = g.fma(FloatVector.fromArray(SPECIES, numbers, start0 + position), s0);
            s1 = g.fma(FloatVector.fromArray(SPECIES, numbers, start1 + position), s1);
            s2 = g.fma(FloatVector.fromArray(SPECIES, numbers, start2 + position), s2);
            s3 = g.fma(FloatVector.fromArray(SPECIES, numbers, start3 + position), s3);
        }
        s0.intoArray(sums, at);
        s1.intoArray(sums, at + LENGTH);
        s2.intoArray(sums, at + 2 * LENGTH);
        s3.intoArray(sums, at + 3 * LENGTH);
    }

    private static float[] array(int place, int length) {
        float[][] arrays = ARRAYS.get();
        if (arrays[place].length < length) {
            arrays[place] = new float[length];
        }
        return arrays[place];
    }
}
