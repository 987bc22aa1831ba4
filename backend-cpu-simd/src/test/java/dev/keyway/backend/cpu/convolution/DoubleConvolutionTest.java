// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static dev.keyway.backend.cpu.KernelFixture.getDouble;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keyway.backend.cpu.KernelFixture;
import dev.keyway.spi.Workers;

import org.junit.jupiter.api.Test;

import java.util.List;

/** f64 convolutions have the bits of scalar loops, whatever the width and threads. */
final class DoubleConvolutionTest {
    private static final List<Convolution> SHAPES =
            List.of(
                    new Convolution(1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 1, 1, 1),
                    new Convolution(3, 2, 7, 6, 5, 3, 3, 1, 1, 0, 0, 1, 1, 1),
                    new Convolution(2, 4, 9, 11, 6, 3, 2, 2, 3, 1, 2, 2, 1, 2),
                    new Convolution(2, 3, 10, 9, 40, 5, 3, 3, 2, 3, 1, 1, 2, 1),
                    new Convolution(5, 6, 8, 8, 6, 3, 3, 1, 1, 1, 1, 1, 1, 6),
                    new Convolution(2, 2, 5, 5, 3, 1, 1, 3, 3, 0, 0, 1, 1, 1),
                    new Convolution(2, 2, 5, 5, 3, 2, 2, 1, 1, 3, 4, 1, 1, 1),
                    new Convolution(70, 1, 9, 9, 14, 3, 3, 1, 1, 0, 0, 1, 1, 1),
                    new Convolution(1, 20, 17, 37, 33, 3, 3, 1, 1, 1, 1, 1, 1, 1),
                    new Convolution(2, 50, 6, 5, 55, 3, 3, 1, 1, 1, 1, 1, 1, 1),
                    new Convolution(1, 3, 25, 40, 29, 2, 3, 1, 2, 1, 1, 1, 1, 1),
                    new Convolution(0, 2, 5, 5, 3, 2, 2, 1, 1, 0, 0, 1, 1, 1),
                    new Convolution(2, 3, 18, 30, 65, 7, 7, 2, 2, 3, 3, 1, 1, 1),
                    new Convolution(3, 130, 7, 7, 34, 3, 3, 1, 1, 1, 1, 1, 1, 1),
                    new Convolution(5, 17, 14, 14, 32, 3, 3, 2, 2, 1, 1, 1, 1, 1),
                    new Convolution(2, 33, 8, 12, 47, 1, 1, 2, 2, 0, 0, 1, 1, 1),
                    new Convolution(1, 19, 5, 43, 300, 1, 1, 1, 1, 0, 0, 1, 1, 1),
                    new Convolution(2, 36, 15, 9, 50, 3, 3, 1, 2, 2, 3, 2, 3, 2),
                    new Convolution(1, 20, 70, 16, 16, 5, 3, 3, 1, 0, 1, 1, 1, 1),
                    new Convolution(2, 3, 70, 90, 3, 3, 3, 1, 1, 1, 1, 1, 1, 3),
                    new Convolution(1, 2, 5, 17, 2, 3, 3, 1, 1, 0, 1, 1, 1, 2),
                    new Convolution(1, 4, 33, 35, 4, 3, 3, 2, 2, 1, 1, 1, 1, 4),
                    new Convolution(9, 21, 9, 14, 21, 5, 3, 2, 1, 2, 1, 1, 2, 21));

    @Test
    void forwardHasTheBitsOfTheScalarLoop() {
        SHAPES.forEach(shape -> forward(shape, KernelFixture.ONE, true));
        SHAPES.forEach(shape -> forward(shape, KernelFixture.TWO, false));
    }

    @Test
    void inputGradientHasTheBitsOfTheScalarLoop() {
        SHAPES.forEach(shape -> backwardInput(shape, KernelFixture.ONE));
        SHAPES.forEach(shape -> backwardInput(shape, KernelFixture.TWO));
    }

    @Test
    void weightGradientHasTheBitsOfTheScalarLoop() {
        SHAPES.forEach(shape -> backwardWeight(shape, KernelFixture.ONE));
        SHAPES.forEach(shape -> backwardWeight(shape, KernelFixture.TWO));
    }

    private static void forward(Convolution shape, Workers workers, boolean biased) {
        try (KernelFixture memory = new KernelFixture(shape.hashCode())) {
            long input = memory.doubles(inputs(shape));
            long weight = memory.doubles(shape.outChannels() * shape.taps());
            long bias = biased ? memory.doubles(shape.outChannels()) : 0;
            long out = memory.allocate((long) Double.BYTES * outputs(shape));
            long scratch = memory.scratch(DoubleConvolution.scratchBytes(shape, true));
            DoubleConvolution.forward(workers, shape, input, weight, bias, out, scratch);
            double[] expected = new double[outputs(shape)];
            int pixels = shape.outPixels();
            for (int o = 0; o < expected.length; o++) {
                expected[o] = biased ? getDouble(bias, o / pixels % shape.outChannels()) : 0;
            }
            ConvolutionOracle.forEachProduct(
                    shape,
                    (in, w, o) ->
                            expected[o] =
                                    Math.fma(
                                            getDouble(weight, w),
                                            getDouble(input, in),
                                            expected[o]));
            for (int o = 0; o < expected.length; o++) {
                assertEquals(expected[o], getDouble(out, o), shape::toString);
            }
        }
    }

    private static void backwardInput(Convolution shape, Workers workers) {
        try (KernelFixture memory = new KernelFixture(shape.hashCode())) {
            long gradient = memory.doubles(outputs(shape));
            long weight = memory.doubles(shape.outChannels() * shape.taps());
            long out = memory.allocate((long) Double.BYTES * inputs(shape));
            long scratch = memory.scratch(DoubleConvolution.scratchBytes(shape, false));
            DoubleConvolution.backwardInput(workers, shape, gradient, weight, out, scratch);
            double[] expected = new double[inputs(shape)];
            ConvolutionOracle.forEachProduct(
                    shape,
                    (in, w, o) ->
                            expected[in] =
                                    Math.fma(
                                            getDouble(weight, w),
                                            getDouble(gradient, o),
                                            expected[in]));
            for (int i = 0; i < expected.length; i++) {
                assertEquals(expected[i], getDouble(out, i), shape::toString);
            }
        }
    }

    private static void backwardWeight(Convolution shape, Workers workers) {
        try (KernelFixture memory = new KernelFixture(shape.hashCode())) {
            long gradient = memory.doubles(outputs(shape));
            long input = memory.doubles(inputs(shape));
            int weights = shape.outChannels() * shape.taps();
            long out = memory.allocate((long) Double.BYTES * weights);
            long scratch = memory.scratch(DoubleWeightGradient.scratchBytes(shape));
            DoubleWeightGradient.run(workers, shape, gradient, input, out, scratch);
            int shares = DoubleWeightGradient.shares(shape);
            double[][] sums = new double[shares][weights];
            int image = shape.outChannels() * shape.outPixels();
            ConvolutionOracle.forEachPixel(
                    shape,
                    (in, w, o) ->
                            sums[o / image % shares][w] =
                                    Math.fma(
                                            getDouble(input, in),
                                            getDouble(gradient, o),
                                            sums[o / image % shares][w]));
            double[] expected = sum(sums, weights);
            for (int i = 0; i < weights; i++) {
                assertEquals(expected[i], getDouble(out, i), shape::toString);
            }
        }
    }

    private static double[] sum(double[][] shares, int weights) {
        double[] result = shares[0].clone();
        for (int share = 1; share < shares.length; share++) {
            for (int w = 0; w < weights; w++) {
                result[w] += shares[share][w];
            }
        }
        return result;
    }

    private static int inputs(Convolution shape) {
        return shape.batch() * shape.channels() * shape.height() * shape.width();
    }

    private static int outputs(Convolution shape) {
        return shape.batch() * shape.outChannels() * shape.outPixels();
    }
}
