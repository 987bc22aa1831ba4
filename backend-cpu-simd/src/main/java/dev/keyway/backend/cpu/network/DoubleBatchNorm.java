// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.network;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.backend.cpu.lanes.DoubleLanes;
import dev.keyway.spi.Workers;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

import java.util.Arrays;

/**
 * f64 batch normalisation. Sums over a channel run in the lanes of {@link DoubleLanes}, image by
 * image; the variance takes a second pass. Channels are independent tasks. Addresses of absent
 * tensors are 0.
 */
public final class DoubleBatchNorm {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int BYTES = SPECIES.vectorByteSize();
    private static final int SIZE = Double.BYTES;

    private DoubleBatchNorm() {}

    /**
     * Mean, inverse standard deviation (of the biased variance) and unbiased variance of each
     * channel.
     *
     * @param variance may be 0
     */
    public static void statistics(
            Workers workers,
            BatchNorm shape,
            long input,
            double eps,
            long mean,
            long invstd,
            long variance) {
        workers.parallel(
                shape.channels(),
                1,
                (from, to) -> {
                    double[] lanes = DoubleLanes.own();
                    for (long c = from; c < to; c++) {
                        double average = mean(shape, input, c, lanes);
                        double squares = squares(shape, input, c, average, lanes);
                        double biased = squares / shape.count();
                        Memory.putDouble(mean + SIZE * c, average);
                        Memory.putDouble(invstd + SIZE * c, 1 / Math.sqrt(biased + eps));
                        if (variance != 0) {
                            double unbiased = squares / (shape.count() - 1);
                            Memory.putDouble(variance + SIZE * c, unbiased);
                        }
                    }
                });
    }

    private static double mean(BatchNorm shape, long input, long channel, double[] lanes) {
        Arrays.fill(lanes, 0);
        for (int n = 0; n < shape.batch(); n++) {
            DoubleLanes.sum(plane(shape, input, n, channel), shape.pixels(), lanes);
        }
        return DoubleLanes.fold(lanes) / shape.count();
    }

    private static double squares(
            BatchNorm shape, long input, long channel, double mean, double[] lanes) {
        Arrays.fill(lanes, 0);
        for (int n = 0; n < shape.batch(); n++) {
            DoubleLanes.squares(plane(shape, input, n, channel), mean, shape.pixels(), lanes);
        }
        return DoubleLanes.fold(lanes);
    }

    /** {@code out = (input - mean) * (invstd * weight) + bias}. */
    public static void normalize(
            Workers workers,
            BatchNorm shape,
            long input,
            long mean,
            long invstd,
            long weight,
            long bias,
            long out) {
        workers.parallel(
                (long) shape.batch() * shape.channels(),
                chunk(shape),
                (from, to) -> {
                    for (long index = from; index < to; index++) {
                        long offset = SIZE * (index % shape.channels());
                        long plane = SIZE * index * shape.pixels();
                        transform(
                                input + plane,
                                out + plane,
                                shape.pixels(),
                                4L * BYTES,
                                Memory.getDouble(mean + offset),
                                Memory.getDouble(invstd + offset) * scale(weight, offset),
                                bias == 0 ? 0 : Memory.getDouble(bias + offset));
                    }
                });
    }

    /**
     * One channel of an image.
     *
     * @param step bytes of four vectors; the compiler makes three loops with checks of their own of
     *     one that is counted in constants
     */
    private static void transform(
            long x, long out, int count, long step, double mean, double scale, double shift) {
        DoubleVector means = DoubleVector.broadcast(SPECIES, mean);
        DoubleVector scales = DoubleVector.broadcast(SPECIES, scale);
        DoubleVector shifts = DoubleVector.broadcast(SPECIES, shift);
        long from = x;
        long to = out;
        for (int p = count / (4 * LENGTH); p > 0; p--) {
            load(from).sub(means).fma(scales, shifts).intoMemorySegment(ALL, to, ORDER);
            load(from + BYTES)
                    .sub(means)
                    .fma(scales, shifts)
                    .intoMemorySegment(ALL, to + BYTES, ORDER);
            load(from + 2 * BYTES)
                    .sub(means)
                    .fma(scales, shifts)
                    .intoMemorySegment(ALL, to + 2 * BYTES, ORDER);
            load(from + 3 * BYTES)
                    .sub(means)
                    .fma(scales, shifts)
                    .intoMemorySegment(ALL, to + 3 * BYTES, ORDER);
            from += step;
            to += step;
        }
        for (int p = count % (4 * LENGTH) / LENGTH; p > 0; p--) {
            load(from).sub(means).fma(scales, shifts).intoMemorySegment(ALL, to, ORDER);
            from += BYTES;
            to += BYTES;
        }
        for (int p = count % LENGTH; p > 0; p--) {
            Memory.putDouble(to, Math.fma(Memory.getDouble(from) - mean, scale, shift));
            from += SIZE;
            to += SIZE;
        }
    }

    /**
     * The gradients.
     *
     * @param mean used by forward: of the batch in training, else the running one
     * @param invstd likewise
     * @param training whether mean and invstd depend on the input
     * @param gradInput may be 0 when not wanted, as may the others
     */
    public static void backward(
            Workers workers,
            BatchNorm shape,
            long gradOutput,
            long input,
            long weight,
            long mean,
            long invstd,
            boolean training,
            long gradInput,
            long gradWeight,
            long gradBias) {
        workers.parallel(
                shape.channels(),
                1,
                (from, to) -> {
                    double[] lanes = DoubleLanes.own();
                    for (long c = from; c < to; c++) {
                        long offset = SIZE * c;
                        double average = Memory.getDouble(mean + offset);
                        double inverse = Memory.getDouble(invstd + offset);
                        double sum = gradientSum(shape, gradOutput, c, lanes);
                        double products = products(shape, gradOutput, input, c, average, lanes);
                        if (gradWeight != 0) {
                            Memory.putDouble(gradWeight + offset, products * inverse);
                        }
                        if (gradBias != 0) {
                            Memory.putDouble(gradBias + offset, sum);
                        }
                        if (gradInput != 0) {
                            double scale = inverse * scale(weight, offset);
                            double share = training ? sum / shape.count() : 0;
                            double slope =
                                    training ? inverse * inverse * products / shape.count() : 0;
                            for (int n = 0; n < shape.batch(); n++) {
                                gradient(
                                        plane(shape, gradOutput, n, c),
                                        plane(shape, input, n, c),
                                        plane(shape, gradInput, n, c),
                                        shape.pixels(),
                                        average,
                                        share,
                                        slope,
                                        scale);
                            }
                        }
                    }
                });
    }

    private static double gradientSum(
            BatchNorm shape, long gradOutput, long channel, double[] lanes) {
        Arrays.fill(lanes, 0);
        for (int n = 0; n < shape.batch(); n++) {
            DoubleLanes.sum(plane(shape, gradOutput, n, channel), shape.pixels(), lanes);
        }
        return DoubleLanes.fold(lanes);
    }

    private static double products(
            BatchNorm shape,
            long gradOutput,
            long input,
            long channel,
            double mean,
            double[] lanes) {
        Arrays.fill(lanes, 0);
        for (int n = 0; n < shape.batch(); n++) {
            DoubleLanes.products(
                    plane(shape, input, n, channel),
                    mean,
                    plane(shape, gradOutput, n, channel),
                    shape.pixels(),
                    lanes);
        }
        return DoubleLanes.fold(lanes);
    }

    /** {@code out = ((grad - share) - (x - mean) * slope) * scale}. */
    private static void gradient(
            long grad,
            long x,
            long out,
            int count,
            double mean,
            double share,
            double slope,
            double scale) {
        int p = 0;
        DoubleVector means = DoubleVector.broadcast(SPECIES, mean);
        DoubleVector shares = DoubleVector.broadcast(SPECIES, share);
        DoubleVector scales = DoubleVector.broadcast(SPECIES, scale);
        DoubleVector slopes = DoubleVector.broadcast(SPECIES, -slope);
        for (; p <= count - LENGTH; p += LENGTH) {
            long offset = (long) SIZE * p;
            load(x + offset)
                    .sub(means)
                    .fma(slopes, load(grad + offset).sub(shares))
                    .mul(scales)
                    .intoMemorySegment(ALL, out + offset, ORDER);
        }
        for (; p < count; p++) {
            long offset = (long) SIZE * p;
            double centred = Memory.getDouble(x + offset) - mean;
            double value = Math.fma(centred, -slope, Memory.getDouble(grad + offset) - share);
            Memory.putDouble(out + offset, value * scale);
        }
    }

    private static long chunk(BatchNorm shape) {
        return Math.max(1, (1 << 14) / Math.max(1, shape.pixels()));
    }

    private static double scale(long weight, long offset) {
        return weight == 0 ? 1 : Memory.getDouble(weight + offset);
    }

    private static long plane(BatchNorm shape, long tensor, long image, long channel) {
        return tensor + SIZE * (image * shape.channels() + channel) * shape.pixels();
    }

    private static DoubleVector load(long address) {
        return Exact.DOUBLES.cast(DoubleVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
    }
}
