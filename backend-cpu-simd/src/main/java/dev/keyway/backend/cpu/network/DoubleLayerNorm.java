// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.network;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.backend.cpu.Spare;
import dev.keyway.backend.cpu.lanes.DoubleLanes;
import dev.keyway.spi.Workers;
import dev.keyway.spi.Workers.RangeTask;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

import java.util.Arrays;

/**
 * f64 normalisation of rows, with the mean (layer normalisation) or without (root mean square). The
 * sums of a row run in the lanes of {@link DoubleLanes}; rows are independent tasks. Addresses of
 * absent tensors are 0.
 */
public final class DoubleLayerNorm {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Double.BYTES;
    private static final int BYTES = SPECIES.vectorByteSize();

    /** Columns of a task. */
    private static final int COLUMNS = 64;

    private static final Spare<DoubleLayerNorm> SPARE = new Spare<>(DoubleLayerNorm::new);

    private final RangeTask normalizing = this::normalize;

    private int width;
    private boolean centred;
    private long input;
    private long weight;
    private long bias;
    private double eps;
    private long out;
    private long mean;
    private long rstd;

    private DoubleLayerNorm() {}

    /**
     * {@code out = (input - mean) * rstd * weight + bias}, with the mean and {@code 1 /
     * sqrt(variance + eps)} of each row.
     *
     * @param mean may be 0, as may rstd and the parameters
     */
    public static void forward(
            Workers workers,
            LayerNorm shape,
            long input,
            long weight,
            long bias,
            double eps,
            long out,
            long mean,
            long rstd) {
        DoubleLayerNorm task = SPARE.take();
        task.width = shape.width();
        task.centred = shape.centred();
        task.input = input;
        task.weight = weight;
        task.bias = bias;
        task.eps = eps;
        task.out = out;
        task.mean = mean;
        task.rstd = rstd;
        workers.parallel(shape.rows(), shape.chunk(), task.normalizing);
        SPARE.give(task);
    }

    private void normalize(long from, long to) {
        double[] lanes = DoubleLanes.own();
        for (long row = from; row < to; row++) {
            long x = input + SIZE * row * width;
            double average = centred ? mean(x, width, lanes) : 0;
            double inverse = inverse(x, width, average, eps, lanes);
            if (mean != 0) {
                Memory.putDouble(mean + SIZE * row, average);
            }
            if (rstd != 0) {
                Memory.putDouble(rstd + SIZE * row, inverse);
            }
            long y = out + SIZE * row * width;
            transform(x, y, width, average, inverse, weight, bias);
        }
    }

    static double mean(long x, int width, double[] lanes) {
        return DoubleLanes.total(x, width, lanes) / width;
    }

    static double inverse(long x, int width, double mean, double eps, double[] lanes) {
        Arrays.fill(lanes, 0);
        DoubleLanes.squares(x, mean, width, lanes);
        double variance = DoubleLanes.fold(lanes) / width;
        return 1 / Math.sqrt(variance + eps);
    }

    private static void transform(
            long x, long y, int width, double mean, double rstd, long weight, long bias) {
        int p = 0;
        DoubleVector means = splat(mean);
        DoubleVector scales = splat(rstd);
        for (; p <= width - LENGTH; p += LENGTH) {
            long offset = (long) SIZE * p;
            DoubleVector unit =
                    Exact.DOUBLES
                            .cast(DoubleVector.fromMemorySegment(SPECIES, ALL, x + offset, ORDER))
                            .sub(means)
                            .mul(scales);
            DoubleVector scaled =
                    weight == 0
                            ? unit
                            : unit.mul(
                                    Exact.DOUBLES.cast(
                                            DoubleVector.fromMemorySegment(
                                                    SPECIES, ALL, weight + offset, ORDER)));
            DoubleVector all =
                    bias == 0
                            ? scaled
                            : scaled.add(
                                    Exact.DOUBLES.cast(
                                            DoubleVector.fromMemorySegment(
                                                    SPECIES, ALL, bias + offset, ORDER)));
            all.intoMemorySegment(ALL, y + offset, ORDER);
        }
        for (; p < width; p++) {
            long offset = (long) SIZE * p;
            double unit = (Memory.getDouble(x + offset) - mean) * rstd;
            double scaled = weight == 0 ? unit : unit * Memory.getDouble(weight + offset);
            Memory.putDouble(
                    y + offset, bias == 0 ? scaled : scaled + Memory.getDouble(bias + offset));
        }
    }

    /**
     * The gradient of the input: {@code rstd * (g - mean(g) - x * mean(g * x))} with {@code g =
     * grad * weight} and the normalised x; without the mean of g where rows are not centred.
     */
    public static void backwardInput(
            Workers workers,
            LayerNorm shape,
            long grad,
            long input,
            long weight,
            long mean,
            long rstd,
            long gradInput) {
        workers.parallel(
                shape.rows(),
                shape.chunk(),
                (from, to) -> {
                    double[] plain = new double[DoubleLanes.LANES];
                    double[] products = new double[DoubleLanes.LANES];
                    for (long row = from; row < to; row++) {
                        long start = SIZE * row * shape.width();
                        double average = mean == 0 ? 0 : Memory.getDouble(mean + SIZE * row);
                        double inverse = Memory.getDouble(rstd + SIZE * row);
                        Arrays.fill(plain, 0);
                        Arrays.fill(products, 0);
                        sums(
                                grad + start,
                                input + start,
                                weight,
                                average,
                                shape.width(),
                                plain,
                                products);
                        double sum = DoubleLanes.fold(plain);
                        double share = shape.centred() ? sum / shape.width() : 0;
                        double slope =
                                DoubleLanes.fold(products) * inverse * inverse / shape.width();
                        gradient(
                                grad + start,
                                input + start,
                                weight,
                                gradInput + start,
                                shape.width(),
                                average,
                                share,
                                slope,
                                inverse);
                    }
                });
    }

    /** Adds {@code g} and {@code g * (x - mean)} to the lanes. */
    private static void sums(
            long grad,
            long x,
            long weight,
            double mean,
            int width,
            double[] plain,
            double[] products) {
        DoubleVector means = splat(mean);
        int full = width & -DoubleLanes.LANES;
        for (int lane = 0; lane < DoubleLanes.LANES; lane += 2 * LENGTH) {
            DoubleVector s0 = Exact.DOUBLES.cast(DoubleVector.fromArray(SPECIES, plain, lane));
            DoubleVector s1 =
                    Exact.DOUBLES.cast(DoubleVector.fromArray(SPECIES, plain, lane + LENGTH));
            DoubleVector t0 = Exact.DOUBLES.cast(DoubleVector.fromArray(SPECIES, products, lane));
            DoubleVector t1 =
                    Exact.DOUBLES.cast(DoubleVector.fromArray(SPECIES, products, lane + LENGTH));
            for (int p = lane; p < full; p += DoubleLanes.LANES) {
                long at = (long) SIZE * p;
                long next = at + (long) SIZE * LENGTH;
                DoubleVector g0 =
                        Exact.DOUBLES.cast(
                                DoubleVector.fromMemorySegment(SPECIES, ALL, grad + at, ORDER));
                DoubleVector g1 =
                        Exact.DOUBLES.cast(
                                DoubleVector.fromMemorySegment(SPECIES, ALL, grad + next, ORDER));
                if (weight != 0) {
                    g0 =
                            g0.mul(
                                    Exact.DOUBLES.cast(
                                            DoubleVector.fromMemorySegment(
                                                    SPECIES, ALL, weight + at, ORDER)));
                    g1 =
                            g1.mul(
                                    Exact.DOUBLES.cast(
                                            DoubleVector.fromMemorySegment(
                                                    SPECIES, ALL, weight + next, ORDER)));
                }
                s0 = g0.add(s0);
                s1 = g1.add(s1);
                t0 =
                        Exact.DOUBLES
                                .cast(DoubleVector.fromMemorySegment(SPECIES, ALL, x + at, ORDER))
                                .sub(means)
                                .fma(g0, t0);
                t1 =
                        Exact.DOUBLES
                                .cast(DoubleVector.fromMemorySegment(SPECIES, ALL, x + next, ORDER))
                                .sub(means)
                                .fma(g1, t1);
            }
            Exact.DOUBLES.cast(s0).intoArray(plain, lane);
            Exact.DOUBLES.cast(s1).intoArray(plain, lane + LENGTH);
            Exact.DOUBLES.cast(t0).intoArray(products, lane);
            Exact.DOUBLES.cast(t1).intoArray(products, lane + LENGTH);
        }
        for (int p = full; p < width; p++) {
            long at = (long) SIZE * p;
            double g = Memory.getDouble(grad + at);
            g = weight == 0 ? g : g * Memory.getDouble(weight + at);
            plain[p - full] = plain[p - full] + g;
            products[p - full] = Math.fma(Memory.getDouble(x + at) - mean, g, products[p - full]);
        }
    }

    /** {@code out = ((g - share) - (x - mean) * slope) * scale}. */
    private static void gradient(
            long grad,
            long x,
            long weight,
            long out,
            int width,
            double mean,
            double share,
            double slope,
            double scale) {
        int p = 0;
        DoubleVector means = splat(mean);
        DoubleVector shares = splat(share);
        DoubleVector scales = splat(scale);
        DoubleVector slopes = DoubleVector.broadcast(SPECIES, -slope);
        for (; p <= width - LENGTH; p += LENGTH) {
            long at = (long) SIZE * p;
            DoubleVector g =
                    Exact.DOUBLES.cast(
                            DoubleVector.fromMemorySegment(SPECIES, ALL, grad + at, ORDER));
            DoubleVector weighted =
                    weight == 0
                            ? g
                            : g.mul(
                                    Exact.DOUBLES.cast(
                                            DoubleVector.fromMemorySegment(
                                                    SPECIES, ALL, weight + at, ORDER)));
            Exact.DOUBLES
                    .cast(DoubleVector.fromMemorySegment(SPECIES, ALL, x + at, ORDER))
                    .sub(means)
                    .fma(slopes, weighted.sub(shares))
                    .mul(scales)
                    .intoMemorySegment(ALL, out + at, ORDER);
        }
        for (; p < width; p++) {
            long at = (long) SIZE * p;
            double g = Memory.getDouble(grad + at);
            g = weight == 0 ? g : g * Memory.getDouble(weight + at);
            double centred = Memory.getDouble(x + at) - mean;
            Memory.putDouble(out + at, Math.fma(centred, -slope, g - share) * scale);
        }
    }

    /**
     * The gradients of weight and bias: sums over the rows, in order, of {@code grad * x} with the
     * normalised x, and of {@code grad}.
     *
     * @param gradBias may be 0
     */
    public static void backwardParameters(
            Workers workers,
            LayerNorm shape,
            long grad,
            long input,
            long mean,
            long rstd,
            long gradWeight,
            long gradBias) {
        int groups = (shape.width() + COLUMNS - 1) / COLUMNS;
        // How many columns a vector takes makes no difference: each is a sum of its own.
        workers.parallel(
                groups,
                1,
                (from, to) -> {
                    int column = (int) from * COLUMNS;
                    int end = (int) Math.min(shape.width(), to * COLUMNS);
                    for (; column + 4 * LENGTH <= end; column += 4 * LENGTH) {
                        strip(shape, grad, input, mean, rstd, gradWeight, gradBias, column);
                    }
                    for (; column + LENGTH <= end; column += LENGTH) {
                        columns(shape, grad, input, mean, rstd, gradWeight, gradBias, column);
                    }
                    for (; column < end; column++) {
                        column(shape, grad, input, mean, rstd, gradWeight, gradBias, column);
                    }
                });
    }

    /** A vector of columns. */
    private static void columns(
            LayerNorm shape,
            long grad,
            long input,
            long mean,
            long rstd,
            long gradWeight,
            long gradBias,
            int column) {
        DoubleVector weight = DoubleVector.zero(SPECIES);
        DoubleVector bias = DoubleVector.zero(SPECIES);
        for (long row = 0; row < shape.rows(); row++) {
            long at = SIZE * (row * shape.width() + column);
            DoubleVector average = splat(mean == 0 ? 0 : Memory.getDouble(mean + SIZE * row));
            DoubleVector scale = splat(Memory.getDouble(rstd + SIZE * row));
            DoubleVector g = load(grad + at);
            weight = load(input + at).sub(average).mul(scale).fma(g, weight);
            bias = g.add(bias);
        }
        store(weight, gradWeight + (long) SIZE * column);
        if (gradBias != 0) {
            store(bias, gradBias + (long) SIZE * column);
        }
    }

    /** Four vectors of columns, so that a row's share is more than one line of the cache. */
    private static void strip(
            LayerNorm shape,
            long grad,
            long input,
            long mean,
            long rstd,
            long gradWeight,
            long gradBias,
            int column) {
        DoubleVector w0 = DoubleVector.zero(SPECIES);
        DoubleVector w1 = w0;
        DoubleVector w2 = w0;
        DoubleVector w3 = w0;
        DoubleVector b0 = w0;
        DoubleVector b1 = w0;
        DoubleVector b2 = w0;
        DoubleVector b3 = w0;
        for (long row = 0; row < shape.rows(); row++) {
            long at = SIZE * (row * shape.width() + column);
            DoubleVector average = splat(mean == 0 ? 0 : Memory.getDouble(mean + SIZE * row));
            DoubleVector scale = splat(Memory.getDouble(rstd + SIZE * row));
            DoubleVector g0 = load(grad + at);
            DoubleVector g1 = load(grad + at + BYTES);
            DoubleVector g2 = load(grad + at + 2 * BYTES);
            DoubleVector g3 = load(grad + at + 3 * BYTES);
            w0 = load(input + at).sub(average).mul(scale).fma(g0, w0);
            w1 = load(input + at + BYTES).sub(average).mul(scale).fma(g1, w1);
            w2 = load(input + at + 2 * BYTES).sub(average).mul(scale).fma(g2, w2);
            w3 = load(input + at + 3 * BYTES).sub(average).mul(scale).fma(g3, w3);
            b0 = g0.add(b0);
            b1 = g1.add(b1);
            b2 = g2.add(b2);
            b3 = g3.add(b3);
        }
        store4(w0, w1, w2, w3, gradWeight + (long) SIZE * column);
        if (gradBias != 0) {
            store4(b0, b1, b2, b3, gradBias + (long) SIZE * column);
        }
    }

    private static void store4(
            DoubleVector v0, DoubleVector v1, DoubleVector v2, DoubleVector v3, long out) {
        store(v0, out);
        store(v1, out + BYTES);
        store(v2, out + 2 * BYTES);
        store(v3, out + 3 * BYTES);
    }

    private static void store(DoubleVector vector, long out) {
        Exact.DOUBLES.cast(vector).intoMemorySegment(ALL, out, ORDER);
    }

    private static DoubleVector splat(double value) {
        return DoubleVector.broadcast(SPECIES, value);
    }

    private static DoubleVector load(long address) {
        return Exact.DOUBLES.cast(DoubleVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
    }

    private static void column(
            LayerNorm shape,
            long grad,
            long input,
            long mean,
            long rstd,
            long gradWeight,
            long gradBias,
            int column) {
        double weight = 0;
        double bias = 0;
        for (long row = 0; row < shape.rows(); row++) {
            long at = SIZE * (row * shape.width() + column);
            double average = mean == 0 ? 0 : Memory.getDouble(mean + SIZE * row);
            double unit =
                    (Memory.getDouble(input + at) - average) * Memory.getDouble(rstd + SIZE * row);
            double g = Memory.getDouble(grad + at);
            weight = Math.fma(unit, g, weight);
            bias += g;
        }
        Memory.putDouble(gradWeight + (long) SIZE * column, weight);
        if (gradBias != 0) {
            Memory.putDouble(gradBias + (long) SIZE * column, bias);
        }
    }
}
