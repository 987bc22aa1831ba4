// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static dev.keyway.backend.cpu.KernelFixture.getFloat;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keyway.backend.cpu.KernelFixture;
import dev.keyway.spi.Workers;

/** Compares f32 work on channels-last images with the convolution of row-major ones. */
final class ChannelsLastCheck {
    private static final int SIZE = Float.BYTES;

    private ChannelsLastCheck() {}

    /** Compares all results, of two calls, bit by bit. Images lie at no beginning of a line. */
    static void check(Convolution shape, KeptWork.Maker maker, Workers workers, boolean biased) {
        try (KernelFixture memory = new KernelFixture(shape.hashCode())) {
            int pixels = shape.outPixels();
            int outs = shape.batch() * shape.outChannels() * pixels;
            int ins = shape.batch() * shape.channels() * shape.height() * shape.width();
            long input = memory.floats(ins);
            long weight = memory.floats(shape.outChannels() * shape.taps());
            long bias = biased ? memory.floats(shape.outChannels()) : 0;
            long expected = memory.allocate((long) SIZE * outs);
            FloatConvolution.forward(
                    KernelFixture.ONE,
                    shape,
                    input,
                    weight,
                    bias,
                    expected,
                    memory.scratch(FloatConvolution.scratchBytes(shape, true)));
            checkOracle(shape, input, weight, bias, expected);

            long last =
                    LastFixture.last(
                            memory,
                            input,
                            shape.batch(),
                            shape.channels(),
                            shape.height() * shape.width());
            long packed = memory.scratch(FloatWeightPanels.forwardBytes(shape));
            FloatWeightPanels.forward(KernelFixture.ONE, shape, weight, packed);
            long out = memory.allocate((long) SIZE * (outs + 1)) + SIZE;
            ConvolutionWork work = maker.make(shape, workers.threads());
            work.run(workers, last, packed, bias, out);
            work.run(workers, last, packed, bias, out);
            LastFixture.assertSame(
                    expected, out, shape.batch(), shape.outChannels(), pixels, shape.toString());
        }
    }

    private static void checkOracle(
            Convolution shape, long input, long weight, long bias, long out) {
        float[] expected = expected(shape, input, weight, bias);
        for (int o = 0; o < expected.length; o++) {
            assertEquals(expected[o], getFloat(out, o), shape::toString);
        }
    }

    /** Row-major results by the scalar loop; {@code bias} is 0 for none. */
    static float[] expected(Convolution shape, long input, long weight, long bias) {
        float[] sums = new float[shape.batch() * shape.outChannels() * shape.outPixels()];
        for (int o = 0; bias != 0 && o < sums.length; o++) {
            sums[o] = getFloat(bias, o / shape.outPixels() % shape.outChannels());
        }
        ConvolutionOracle.forEachProduct(
                shape,
                (in, w, o) ->
                        sums[o] = Math.fma(getFloat(weight, w), getFloat(input, in), sums[o]));
        return sums;
    }
}
