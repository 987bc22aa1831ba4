// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.network;

import static dev.keyway.backend.cpu.KernelFixture.getFloat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.backend.cpu.KernelFixture;
import dev.keyway.spi.Workers;

import org.junit.jupiter.api.Test;

import java.util.List;

/** f32 batch normalisation against double loops. */
final class FloatBatchNormTest {
    private static final double UNIT = 0x1p-24;
    private static final double EPS = 1e-5;
    private static final List<BatchNorm> SHAPES =
            List.of(
                    new BatchNorm(2, 1, 1),
                    new BatchNorm(5, 3, 7),
                    new BatchNorm(3, 4, 64),
                    new BatchNorm(4, 2, 300));

    @Test
    void forward() {
        for (BatchNorm shape : SHAPES) {
            forward(shape, KernelFixture.ONE);
            forward(shape, KernelFixture.TWO);
        }
    }

    private static void forward(BatchNorm shape, Workers workers) {
        try (KernelFixture memory = new KernelFixture(7)) {
            Buffers buffers = new Buffers(memory, shape, workers);
            for (int c = 0; c < shape.channels(); c++) {
                Moments moments = Moments.of(shape, buffers.input, c);
                double tolerance = UNIT * (shape.count() + 8) * (1 + moments.magnitude);
                double variance = moments.squares / (shape.count() - 1);
                double invstd = 1 / Math.sqrt(moments.squares / shape.count() + EPS);
                assertEquals(moments.mean, getFloat(buffers.mean, c), tolerance);
                assertEquals(
                        variance, getFloat(buffers.variance, c), 4 * tolerance * (1 + variance));
                assertEquals(
                        invstd,
                        getFloat(buffers.invstd, c),
                        4 * tolerance * Math.pow(1 + invstd, 3));
            }
            long out = memory.allocate((long) Float.BYTES * buffers.total);
            FloatBatchNorm.normalize(
                    workers,
                    shape,
                    buffers.input,
                    buffers.mean,
                    buffers.invstd,
                    buffers.weight,
                    buffers.bias,
                    out);
            for (int i = 0; i < buffers.total; i++) {
                int c = i / shape.pixels() % shape.channels();
                float scale = getFloat(buffers.invstd, c) * getFloat(buffers.weight, c);
                float centred = getFloat(buffers.input, i) - getFloat(buffers.mean, c);
                float expected = Math.fma(centred, scale, getFloat(buffers.bias, c));
                assertEquals(expected, getFloat(out, i));
            }
        }
    }

    @Test
    void backward() {
        for (BatchNorm shape : SHAPES) {
            backward(shape, KernelFixture.ONE, true);
            backward(shape, KernelFixture.TWO, false);
        }
    }

    private static void backward(BatchNorm shape, Workers workers, boolean training) {
        try (KernelFixture memory = new KernelFixture(8)) {
            Buffers buffers = new Buffers(memory, shape, workers);
            long grad = memory.floats(buffers.total);
            long gradInput = memory.allocate((long) Float.BYTES * buffers.total);
            long gradWeight = memory.allocate((long) Float.BYTES * shape.channels());
            long gradBias = memory.allocate((long) Float.BYTES * shape.channels());
            FloatBatchNorm.backward(
                    workers,
                    shape,
                    grad,
                    buffers.input,
                    buffers.weight,
                    buffers.mean,
                    buffers.invstd,
                    training,
                    gradInput,
                    gradWeight,
                    gradBias);
            double[] sums = new double[shape.channels()];
            double[] products = new double[shape.channels()];
            for (int i = 0; i < buffers.total; i++) {
                int c = i / shape.pixels() % shape.channels();
                sums[c] += getFloat(grad, i);
                products[c] += getFloat(grad, i) * buffers.centred(i, c);
            }
            double tolerance = UNIT * 16 * (shape.count() + 8) * 4;
            for (int i = 0; i < buffers.total; i++) {
                int c = i / shape.pixels() % shape.channels();
                double inverse = getFloat(buffers.invstd, c);
                double mean = training ? sums[c] / shape.count() : 0;
                double slope = training ? inverse * inverse * products[c] / shape.count() : 0;
                double scale = inverse * getFloat(buffers.weight, c);
                double expected =
                        (getFloat(grad, i) - mean - buffers.centred(i, c) * slope) * scale;
                double bound = tolerance * (1 + Math.abs(scale)) * (1 + Math.abs(slope));
                assertEquals(expected, getFloat(gradInput, i), bound);
                assertEquals(
                        products[c] * inverse, getFloat(gradWeight, c), tolerance * (1 + inverse));
                assertEquals(sums[c], getFloat(gradBias, c), tolerance);
            }
        }
    }

    @Test
    void threadsDoNotShowInTheBits() {
        BatchNorm shape = new BatchNorm(6, 5, 130);
        try (KernelFixture memory = new KernelFixture(9)) {
            Buffers one = new Buffers(memory, shape, KernelFixture.ONE);
            long mean = memory.allocate((long) Float.BYTES * shape.channels());
            long invstd = memory.allocate((long) Float.BYTES * shape.channels());
            FloatBatchNorm.statistics(KernelFixture.TWO, shape, one.input, EPS, mean, invstd, 0);
            for (int c = 0; c < shape.channels(); c++) {
                assertEquals(getFloat(one.mean, c), getFloat(mean, c));
                assertEquals(getFloat(one.invstd, c), getFloat(invstd, c));
            }
        }
    }

    @Test
    void notANumberStaysInItsChannel() {
        BatchNorm shape = new BatchNorm(2, 2, 70);
        try (KernelFixture memory = new KernelFixture(10)) {
            long input = memory.floats(280, i -> i == 3 ? Double.NaN : i);
            long mean = memory.allocate(2L * Float.BYTES);
            long invstd = memory.allocate(2L * Float.BYTES);
            FloatBatchNorm.statistics(KernelFixture.ONE, shape, input, EPS, mean, invstd, 0);
            assertTrue(Float.isNaN(getFloat(mean, 0)));
            assertTrue(Float.isFinite(getFloat(mean, 1)));
        }
    }

    /** Tensors of a case. */
    private static final class Buffers {
        final int total;
        final long input;
        final long weight;
        final long bias;
        final long mean;
        final long invstd;
        final long variance;

        Buffers(KernelFixture memory, BatchNorm shape, Workers workers) {
            total = (int) shape.count() * shape.channels();
            input = memory.floats(total);
            weight = memory.floats(shape.channels());
            bias = memory.floats(shape.channels());
            mean = memory.allocate((long) Float.BYTES * shape.channels());
            invstd = memory.allocate((long) Float.BYTES * shape.channels());
            variance = memory.allocate((long) Float.BYTES * shape.channels());
            FloatBatchNorm.statistics(workers, shape, input, EPS, mean, invstd, variance);
        }

        double centred(int index, int channel) {
            return (double) getFloat(input, index) - getFloat(mean, channel);
        }
    }

    /** What double loops give for a channel. */
    private record Moments(double mean, double squares, double magnitude) {
        static Moments of(BatchNorm shape, long input, int channel) {
            double sum = 0;
            double magnitude = 0;
            for (int i = 0; i < shape.count() * shape.channels(); i++) {
                if (i / shape.pixels() % shape.channels() == channel) {
                    sum += getFloat(input, i);
                    magnitude = Math.max(magnitude, Math.abs(getFloat(input, i)));
                }
            }
            double mean = sum / shape.count();
            double squares = 0;
            for (int i = 0; i < shape.count() * shape.channels(); i++) {
                if (i / shape.pixels() % shape.channels() == channel) {
                    squares += Math.pow(getFloat(input, i) - mean, 2);
                }
            }
            return new Moments(mean, squares, magnitude);
        }
    }
}
