// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.network;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.backend.cpu.Spare;
import dev.keyway.backend.cpu.lanes.FloatLanes;
import dev.keyway.spi.Workers;
import dev.keyway.spi.Workers.RangeTask;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

import java.util.Arrays;

/**
 * f32 normalisation of rows, with the mean (layer normalisation) or without (root mean square). The
 * sums of a row run in the lanes of {@link FloatLanes}; rows are independent tasks. Addresses of
 * absent tensors are 0.
 */
public final class FloatLayerNorm {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Float.BYTES;
    private static final int BYTES = SPECIES.vectorByteSize();

    /** Columns of a task. */
    private static final int COLUMNS = 64;

    private static final Spare<FloatLayerNorm> SPARE = new Spare<>(FloatLayerNorm::new);

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

    private FloatLayerNorm() {}

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
        FloatLayerNorm task = SPARE.take();
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
        float[] lanes = FloatLanes.own();
        for (long row = from; row < to; row++) {
            long x = input + SIZE * row * width;
            float average = centred ? mean(x, width, lanes) : 0;
            float inverse = inverse(x, width, average, eps, lanes);
            if (mean != 0) {
                Memory.putFloat(mean + SIZE * row, average);
            }
            if (rstd != 0) {
                Memory.putFloat(rstd + SIZE * row, inverse);
            }
            long y = out + SIZE * row * width;
            transform(x, y, width, average, inverse, weight, bias);
        }
    }

    static float mean(long x, int width, float[] lanes) {
        return FloatLanes.total(x, width, lanes) / width;
    }

    static float inverse(long x, int width, float mean, double eps, float[] lanes) {
        Arrays.fill(lanes, 0);
        FloatLanes.squares(x, mean, width, lanes);
        double variance = (double) FloatLanes.fold(lanes) / width;
        return (float) (1 / Math.sqrt(variance + eps));
    }

    private static void transform(
            long x, long y, int width, float mean, float rstd, long weight, long bias) {
        int p = 0;
        FloatVector means = splat(mean);
        FloatVector scales = splat(rstd);
        for (; p <= width - LENGTH; p += LENGTH) {
            long offset = (long) SIZE * p;
            FloatVector unit =
                    Exact.FLOATS
                            .cast(FloatVector.fromMemorySegment(SPECIES, ALL, x + offset, ORDER))
                            .sub(means)
                            .mul(scales);
            FloatVector scaled =
                    weight == 0
                            ? unit
                            : unit.mul(
                                    Exact.FLOATS.cast(
                                            FloatVector.fromMemorySegment(
                                                    SPECIES, ALL, weight + offset, ORDER)));
            FloatVector all =
                    bias == 0
                            ? scaled
                            : scaled.add(
                                    Exact.FLOATS.cast(
                                            FloatVector.fromMemorySegment(
                                                    SPECIES, ALL, bias + offset, ORDER)));
            all.intoMemorySegment(ALL, y + offset, ORDER);
        }
        for (; p < width; p++) {
            long offset = (long) SIZE * p;
            float unit = (Memory.getFloat(x + offset) - mean) * rstd;
            float scaled = weight == 0 ? unit : unit * Memory.getFloat(weight + offset);
            Memory.putFloat(
                    y + offset, bias == 0 ? scaled : scaled + Memory.getFloat(bias + offset));
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
                    float[] plain = new float[FloatLanes.LANES];
                    float[] products = new float[FloatLanes.LANES];
                    for (long row = from; row < to; row++) {
                        long start = SIZE * row * shape.width();
                        float average = mean == 0 ? 0 : Memory.getFloat(mean + SIZE * row);
                        float inverse = Memory.getFloat(rstd + SIZE * row);
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
                        float sum = FloatLanes.fold(plain);
                        float share = shape.centred() ? sum / shape.width() : 0;
                        float slope = FloatLanes.fold(products) * inverse * inverse / shape.width();
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
            float mean,
            int width,
            float[] plain,
            float[] products) {
        FloatVector means = splat(mean);
        int full = width & -FloatLanes.LANES;
        for (int lane = 0; lane < FloatLanes.LANES; lane += 2 * LENGTH) {
            FloatVector s0 = Exact.FLOATS.cast(FloatVector.fromArray(SPECIES, plain, lane));
            FloatVector s1 =
                    Exact.FLOATS.cast(FloatVector.fromArray(SPECIES, plain, lane + LENGTH));
            FloatVector t0 = Exact.FLOATS.cast(FloatVector.fromArray(SPECIES, products, lane));
            FloatVector t1 =
                    Exact.FLOATS.cast(FloatVector.fromArray(SPECIES, products, lane + LENGTH));
            for (int p = lane; p < full; p += FloatLanes.LANES) {
                long at = (long) SIZE * p;
                long next = at + (long) SIZE * LENGTH;
                FloatVector g0 =
                        Exact.FLOATS.cast(
                                FloatVector.fromMemorySegment(SPECIES, ALL, grad + at, ORDER));
                FloatVector g1 =
                        Exact.FLOATS.cast(
                                FloatVector.fromMemorySegment(SPECIES, ALL, grad + next, ORDER));
                if (weight != 0) {
                    g0 =
                            g0.mul(
                                    Exact.FLOATS.cast(
                                            FloatVector.fromMemorySegment(
                                                    SPECIES, ALL, weight + at, ORDER)));
                    g1 =
                            g1.mul(
                                    Exact.FLOATS.cast(
                                            FloatVector.fromMemorySegment(
                                                    SPECIES, ALL, weight + next, ORDER)));
                }
                s0 = g0.add(s0);
                s1 = g1.add(s1);
                t0 =
                        Exact.FLOATS
                                .cast(FloatVector.fromMemorySegment(SPECIES, ALL, x + at, ORDER))
                                .sub(means)
                                .fma(g0, t0);
                t1 =
                        Exact.FLOATS
                                .cast(FloatVector.fromMemorySegment(SPECIES, ALL, x + next, ORDER))
                                .sub(means)
                                .fma(g1, t1);
            }
            Exact.FLOATS.cast(s0).intoArray(plain, lane);
            Exact.FLOATS.cast(s1).intoArray(plain, lane + LENGTH);
            Exact.FLOATS.cast(t0).intoArray(products, lane);
            Exact.FLOATS.cast(t1).intoArray(products, lane + LENGTH);
        }
        for (int p = full; p < width; p++) {
            long at = (long) SIZE * p;
            float g = Memory.getFloat(grad + at);
            g = weight == 0 ? g : g * Memory.getFloat(weight + at);
            plain[p - full] = plain[p - full] + g;
            products[p - full] = Math.fma(Memory.getFloat(x + at) - mean, g, products[p - full]);
        }
    }

    /** {@code out = ((g - share) - (x - mean) * slope) * scale}. */
    private static void gradient(
            long grad,
            long x,
            long weight,
            long out,
            int width,
            float mean,
            float share,
            float slope,
            float scale) {
        int p = 0;
        FloatVector means = splat(mean);
        FloatVector shares = splat(share);
        FloatVector scales = splat(scale);
        FloatVector slopes = FloatVector.broadcast(SPECIES, -slope);
        for (; p <= width - LENGTH; p += LENGTH) {
            long at = (long) SIZE * p;
            FloatVector g =
                    Exact.FLOATS.cast(
                            FloatVector.fromMemorySegment(SPECIES, ALL, grad + at, ORDER));
            FloatVector weighted =
                    weight == 0
                            ? g
                            : g.mul(
                                    Exact.FLOATS.cast(
                                            FloatVector.fromMemorySegment(
                                                    SPECIES, ALL, weight + at, ORDER)));
            Exact.FLOATS
                    .cast(FloatVector.fromMemorySegment(SPECIES, ALL, x + at, ORDER))
                    .sub(means)
                    .fma(slopes, weighted.sub(shares))
                    .mul(scales)
                    .intoMemorySegment(ALL, out + at, ORDER);
        }
        for (; p < width; p++) {
            long at = (long) SIZE * p;
            float g = Memory.getFloat(grad + at);
            g = weight == 0 ? g : g * Memory.getFloat(weight + at);
            float centred = Memory.getFloat(x + at) - mean;
            Memory.putFloat(out + at, Math.fma(centred, -slope, g - share) * scale);
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
        FloatVector weight = FloatVector.zero(SPECIES);
        FloatVector bias = FloatVector.zero(SPECIES);
        for (long row = 0; row < shape.rows(); row++) {
            long at = SIZE * (row * shape.width() + column);
            FloatVector average = splat(mean == 0 ? 0 : Memory.getFloat(mean + SIZE * row));
            FloatVector scale = splat(Memory.getFloat(rstd + SIZE * row));
            FloatVector g = load(grad + at);
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
        FloatVector w0 = FloatVector.zero(SPECIES);
        FloatVector w1 = w0;
        FloatVector w2 = w0;
        FloatVector w3 = w0;
        FloatVector b0 = w0;
        FloatVector b1 = w0;
        FloatVector b2 = w0;
        FloatVector b3 = w0;
        for (long row = 0; row < shape.rows(); row++) {
            long at = SIZE * (row * shape.width() + column);
            FloatVector average = splat(mean == 0 ? 0 : Memory.getFloat(mean + SIZE * row));
            FloatVector scale = splat(Memory.getFloat(rstd + SIZE * row));
            FloatVector g0 = load(grad + at);
            FloatVector g1 = load(grad + at + BYTES);
            FloatVector g2 = load(grad + at + 2 * BYTES);
            FloatVector g3 = load(grad + at + 3 * BYTES);
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
            FloatVector v0, FloatVector v1, FloatVector v2, FloatVector v3, long out) {
        store(v0, out);
        store(v1, out + BYTES);
        store(v2, out + 2 * BYTES);
        store(v3, out + 3 * BYTES);
    }

    private static void store(FloatVector vector, long out) {
        Exact.FLOATS.cast(vector).intoMemorySegment(ALL, out, ORDER);
    }

    private static FloatVector splat(float value) {
        return FloatVector.broadcast(SPECIES, value);
    }

    private static FloatVector load(long address) {
        return Exact.FLOATS.cast(FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
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
        float weight = 0;
        float bias = 0;
        for (long row = 0; row < shape.rows(); row++) {
            long at = SIZE * (row * shape.width() + column);
            float average = mean == 0 ? 0 : Memory.getFloat(mean + SIZE * row);
            float unit =
                    (Memory.getFloat(input + at) - average) * Memory.getFloat(rstd + SIZE * row);
            float g = Memory.getFloat(grad + at);
            weight = Math.fma(unit, g, weight);
            bias += g;
        }
        Memory.putFloat(gradWeight + (long) SIZE * column, weight);
        if (gradBias != 0) {
            Memory.putFloat(gradBias + (long) SIZE * column, bias);
        }
    }
}
