// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static dev.keyway.backend.cpu.KernelFixture.getFloat;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keyway.backend.cpu.KernelFixture;
import dev.keyway.spi.Workers;

import org.junit.jupiter.api.Test;

import java.util.List;

/** f32 convolutions have the bits of scalar loops, whatever the width and threads. */
final class FloatConvolutionTest {
    /** After so many both ways were tried. */
    private static final int CALLS = 50;

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
                    new Convolution(9, 21, 9, 14, 21, 5, 3, 2, 1, 2, 1, 1, 2, 21),
                    new Convolution(2, 3, 1, 7, 16, 3, 3, 1, 1, 1, 1, 1, 1, 1),
                    new Convolution(1, 30, 2, 14, 40, 3, 3, 1, 1, 1, 1, 1, 1, 1),
                    new Convolution(3, 58, 7, 7, 68, 3, 3, 1, 1, 1, 1, 1, 1, 2),
                    new Convolution(1, 25, 14, 28, 33, 3, 3, 1, 1, 1, 1, 1, 1, 1),
                    new Convolution(2, 2, 7, 56, 2, 3, 3, 1, 1, 1, 1, 1, 1, 2),
                    new Convolution(1, 2, 1, 20, 2, 3, 3, 1, 1, 3, 4, 1, 1, 2),
                    new Convolution(2, 2, 11, 112, 2, 3, 3, 2, 2, 1, 1, 1, 1, 2),
                    new Convolution(1, 2, 2, 33, 2, 3, 3, 2, 2, 2, 5, 1, 1, 2),
                    new Convolution(1, 5, 1, 14, 16, 3, 3, 2, 2, 1, 1, 1, 1, 1),
                    new Convolution(2, 25, 9, 28, 70, 3, 3, 2, 2, 1, 1, 1, 1, 1),
                    new Convolution(1, 66, 42, 42, 34, 3, 3, 2, 2, 1, 1, 1, 1, 2),
                    new Convolution(2, 3, 1, 14, 16, 7, 7, 2, 2, 3, 3, 1, 1, 1),
                    new Convolution(1, 5, 22, 42, 40, 7, 7, 2, 2, 3, 3, 1, 1, 1),
                    new Convolution(2, 18, 3, 14, 16, 1, 1, 2, 2, 0, 0, 1, 1, 1),
                    new Convolution(1, 250, 10, 28, 45, 1, 1, 2, 2, 0, 0, 1, 1, 1),
                    new Convolution(1, 64, 56, 56, 40, 1, 1, 2, 2, 0, 0, 1, 1, 1),
                    new Convolution(3, 70, 28, 28, 36, 1, 1, 2, 2, 0, 0, 1, 1, 2),
                    new Convolution(2, 34, 9, 37, 17, 1, 1, 1, 2, 0, 0, 1, 1, 1),
                    new Convolution(1, 3, 2, 272, 16, 1, 1, 1, 1, 0, 0, 1, 1, 1),
                    new Convolution(1, 90, 60, 64, 40, 1, 1, 1, 1, 0, 0, 1, 1, 1),
                    new Convolution(1, 20, 49, 10, 33, 1, 1, 3, 3, 0, 0, 1, 1, 1),
                    new Convolution(1, 3, 4, 4, 16, 1, 1, 1, 1, 0, 0, 1, 1, 1),
                    new Convolution(2, 1, 28, 28, 32, 3, 3, 1, 1, 1, 1, 1, 1, 1),
                    new Convolution(1, 4, 6, 31, 40, 3, 3, 1, 1, 1, 1, 1, 1, 2),
                    new Convolution(1, 5, 5, 16, 16, 3, 3, 1, 1, 1, 1, 1, 1, 1),
                    new Convolution(1, 2, 13, 64, 23, 5, 3, 2, 2, 3, 1, 1, 2, 1),
                    new Convolution(1, 2, 1, 40, 2, 3, 3, 1, 1, 1, 1, 1, 1, 2),
                    new Convolution(1, 3, 3, 16, 3, 3, 3, 1, 1, 1, 1, 1, 1, 3),
                    new Convolution(2, 3, 19, 32, 65, 7, 7, 2, 2, 3, 3, 1, 1, 1),
                    new Convolution(1, 3, 17, 64, 40, 7, 7, 2, 2, 3, 3, 1, 1, 1),
                    new Convolution(1, 3, 41, 96, 33, 7, 7, 2, 2, 3, 3, 1, 1, 1),
                    new Convolution(2, 6, 9, 16, 20, 5, 5, 1, 1, 2, 2, 1, 1, 1),
                    new Convolution(1, 7, 5, 16, 20, 5, 5, 1, 1, 2, 2, 1, 1, 1),
                    new Convolution(1, 240, 9, 56, 40, 3, 3, 1, 1, 1, 1, 1, 1, 1),
                    new Convolution(2, 50, 7, 7, 100, 3, 3, 1, 1, 1, 1, 1, 1, 1),
                    new Convolution(2, 37, 5, 20, 37, 3, 3, 1, 1, 1, 1, 1, 1, 37),
                    new Convolution(1, 3, 23, 90, 20, 5, 5, 4, 4, 2, 2, 1, 1, 1),
                    new Convolution(1, 3, 23, 30, 20, 5, 5, 4, 4, 2, 2, 1, 1, 1),
                    new Convolution(3, 37, 7, 7, 70, 1, 1, 1, 1, 0, 0, 1, 1, 1),
                    new Convolution(2, 34, 14, 14, 96, 1, 1, 2, 2, 0, 0, 1, 1, 2),
                    new Convolution(1, 9, 13, 13, 35, 1, 1, 2, 2, 0, 0, 1, 1, 1),
                    new Convolution(2, 7, 5, 4, 17, 1, 1, 2, 1, 0, 0, 1, 1, 1),
                    new Convolution(1, 6, 10, 20, 16, 1, 1, 2, 2, 0, 0, 1, 1, 1),
                    new Convolution(2, 1, 2, 5, 48, 1, 1, 1, 1, 0, 0, 1, 1, 1),
                    new Convolution(1, 8, 3, 16, 20, 1, 1, 1, 2, 0, 0, 1, 1, 1),
                    new Convolution(1, 40, 36, 36, 50, 1, 1, 3, 3, 0, 0, 1, 1, 2),
                    new Convolution(2, 20, 12, 12, 50, 1, 1, 1, 1, 0, 0, 1, 1, 1),
                    new Convolution(3, 12, 28, 28, 42, 1, 1, 1, 1, 0, 0, 1, 1, 2),
                    new Convolution(2, 30, 28, 28, 83, 1, 1, 2, 2, 0, 0, 1, 1, 1),
                    new Convolution(2, 3, 56, 56, 3, 3, 3, 2, 2, 1, 1, 1, 1, 3),
                    new Convolution(1, 2, 9, 32, 2, 3, 3, 2, 2, 1, 1, 1, 1, 2),
                    new Convolution(1, 2, 1, 34, 2, 3, 3, 2, 2, 1, 1, 1, 1, 2),
                    new Convolution(1, 2, 150, 90, 2, 3, 3, 2, 2, 1, 1, 1, 1, 2),
                    new Convolution(1, 40, 9, 30, 13, 3, 3, 1, 1, 1, 1, 1, 1, 1),
                    new Convolution(2, 8, 60, 41, 14, 3, 3, 2, 2, 1, 1, 1, 1, 2),
                    new Convolution(2, 8, 28, 28, 8, 3, 3, 1, 1, 1, 1, 1, 1, 2));

    @Test
    void forwardHasTheBitsOfTheScalarLoop() {
        SHAPES.forEach(shape -> forward(shape, KernelFixture.ONE, true));
        SHAPES.forEach(shape -> forward(shape, KernelFixture.TWO, false));
    }

    /** From one vector of 512 bits to eight: tiles take three, then two or one. */
    @Test
    void everyNumberOfVectorsHasTheBitsOfTheScalarLoop() {
        for (int vectors = 1; vectors <= 8; vectors++) {
            for (int width = 15; width <= 16; width++) {
                Convolution point =
                        new Convolution(1, 5, vectors, width, 21, 1, 1, 1, 1, 0, 0, 1, 1, 1);
                Convolution window =
                        new Convolution(1, 2, vectors, 2 * width, 21, 3, 3, 1, 2, 1, 1, 1, 1, 1);
                Convolution pairs =
                        new Convolution(2, 2, vectors, 31, 21, 3, 3, 1, 1, 1, 1, 1, 1, 1);
                List.of(point, window, pairs)
                        .forEach(shape -> forward(shape, KernelFixture.ONE, true));
            }
        }
    }

    /** Windows of 3x3 by channel: four vectors of a row side by side, two of every second row. */
    @Test
    void depthwiseRowsOfEveryWidthHaveTheBitsOfTheScalarLoop() {
        for (int width = 1; width <= 140; width++) {
            for (int height : new int[] {1, 2, 5}) {
                for (int stride = 1; stride <= 2; stride++) {
                    Convolution shape =
                            new Convolution(
                                    1, 2, height, width, 2, 3, 3, stride, stride, 1, 1, 1, 1, 2);
                    forward(shape, KernelFixture.ONE, true);
                }
            }
        }
    }

    /** The first rows fit the second cache with all their channels, the last ones do not. */
    @Test
    void rowsThatAreCopiedInPartsLeaveNoOthersInTheirPlace() {
        Convolution shape = new Convolution(1, 72, 64, 56, 260, 3, 3, 2, 2, 1, 1, 1, 1, 1);
        forward(shape, KernelFixture.ONE, true);
    }

    /** Calls try to do without fetching weights ({@link dev.keyway.backend.cpu.FetchTrial}). */
    @Test
    void callsThatDoNotFetchHaveTheSameBits() {
        Convolution window = new Convolution(1, 5, 5, 16, 16, 3, 3, 1, 1, 1, 1, 1, 1, 1);
        Convolution taps = new Convolution(1, 7, 5, 16, 20, 5, 5, 1, 1, 2, 2, 1, 1, 1);
        Convolution strided = new Convolution(1, 6, 10, 20, 16, 3, 3, 2, 2, 1, 1, 1, 1, 1);
        for (int call = 0; call < CALLS; call++) {
            List.of(window, taps, strided)
                    .forEach(
                            shape -> {
                                forward(shape, KernelFixture.ONE, true);
                                backwardInput(shape, KernelFixture.ONE);
                            });
        }
    }

    /** Small images share what is read of the weights, in units of several. */
    @Test
    void severalSmallImagesHaveTheBitsOfTheScalarLoop() {
        Convolution odd = new Convolution(11, 40, 7, 7, 33, 3, 3, 1, 1, 1, 1, 1, 1, 1);
        Convolution groups = new Convolution(13, 62, 3, 14, 70, 3, 3, 1, 1, 1, 1, 1, 1, 2);
        Convolution large = new Convolution(5, 300, 14, 14, 34, 3, 3, 1, 1, 1, 1, 1, 1, 1);
        Convolution none = new Convolution(0, 20, 7, 7, 33, 3, 3, 1, 1, 1, 1, 1, 1, 1);
        for (Workers workers : List.of(KernelFixture.ONE, KernelFixture.TWO)) {
            for (Convolution shape : List.of(odd, groups, large, none)) {
                forward(shape, workers, true);
                forward(shape, workers, false);
                backwardInput(shape, workers);
            }
        }
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
            long input = memory.floats(inputs(shape));
            long weight = memory.floats(shape.outChannels() * shape.taps());
            long bias = biased ? memory.floats(shape.outChannels()) : 0;
            long out = memory.allocate((long) Float.BYTES * outputs(shape));
            long scratch = memory.scratch(FloatConvolution.scratchBytes(shape, true));
            FloatConvolution.forward(workers, shape, input, weight, bias, out, scratch);
            float[] expected = new float[outputs(shape)];
            int pixels = shape.outPixels();
            for (int o = 0; o < expected.length; o++) {
                expected[o] = biased ? getFloat(bias, o / pixels % shape.outChannels()) : 0;
            }
            ConvolutionOracle.forEachProduct(
                    shape,
                    (in, w, o) ->
                            expected[o] =
                                    Math.fma(
                                            getFloat(weight, w), getFloat(input, in), expected[o]));
            for (int o = 0; o < expected.length; o++) {
                assertEquals(expected[o], getFloat(out, o), shape::toString);
            }
        }
    }

    private static void backwardInput(Convolution shape, Workers workers) {
        try (KernelFixture memory = new KernelFixture(shape.hashCode())) {
            long gradient = memory.floats(outputs(shape));
            long weight = memory.floats(shape.outChannels() * shape.taps());
            long out = memory.allocate((long) Float.BYTES * inputs(shape));
            long scratch = memory.scratch(FloatConvolution.scratchBytes(shape, false));
            FloatConvolution.backwardInput(workers, shape, gradient, weight, out, scratch);
            float[] expected = new float[inputs(shape)];
            ConvolutionOracle.forEachProduct(
                    shape,
                    (in, w, o) ->
                            expected[in] =
                                    Math.fma(
                                            getFloat(weight, w),
                                            getFloat(gradient, o),
                                            expected[in]));
            for (int i = 0; i < expected.length; i++) {
                assertEquals(expected[i], getFloat(out, i), shape::toString);
            }
        }
    }

    private static void backwardWeight(Convolution shape, Workers workers) {
        try (KernelFixture memory = new KernelFixture(shape.hashCode())) {
            long gradient = memory.floats(outputs(shape));
            long input = memory.floats(inputs(shape));
            int weights = shape.outChannels() * shape.taps();
            long out = memory.allocate((long) Float.BYTES * weights);
            long scratch = memory.scratch(FloatWeightGradient.scratchBytes(shape));
            FloatWeightGradient.run(workers, shape, gradient, input, out, scratch);
            int shares = FloatWeightGradient.shares(shape);
            float[][] sums = new float[shares][weights];
            int image = shape.outChannels() * shape.outPixels();
            ConvolutionOracle.forEachPixel(
                    shape,
                    (in, w, o) ->
                            sums[o / image % shares][w] =
                                    Math.fma(
                                            getFloat(input, in),
                                            getFloat(gradient, o),
                                            sums[o / image % shares][w]));
            float[] expected = sum(sums, weights);
            for (int i = 0; i < weights; i++) {
                assertEquals(expected[i], getFloat(out, i), shape::toString);
            }
        }
    }

    private static float[] sum(float[][] shares, int weights) {
        float[] result = shares[0].clone();
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
