// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static dev.keyway.backend.cpu.KernelFixture.getFloat;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keyway.backend.cpu.KernelFixture;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.Workers;

/** Compares f32 work on channels-last images with the convolution of row-major ones. */
final class ChannelsLastCheck {
    private static final int SIZE = Float.BYTES;

    /** Three threads, as far as work is divided, which one does, from the last unit on. */
    static final Workers THREE =
            new Workers() {
                @Override
                public int threads() {
                    return 3;
                }

                @Override
                public void parallel(long total, long chunk, RangeTask task) {
                    for (long k = (total + chunk - 1) / chunk - 1; k >= 0; k--) {
                        task.run(k * chunk, Math.min(total, (k + 1) * chunk));
                    }
                }
            };

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

            long last = memory.allocate((long) SIZE * (ins + 1)) + SIZE;
            copyLast(input, shape.batch(), shape.channels(), ins, last);
            long packed = memory.scratch(FloatWeightPanels.forwardBytes(shape));
            FloatWeightPanels.forward(KernelFixture.ONE, shape, weight, packed);
            long out = memory.allocate((long) SIZE * (outs + 1)) + SIZE;
            ConvolutionWork work = maker.make(shape, workers.threads());
            work.run(workers, last, packed, bias, out);
            work.run(workers, last, packed, bias, out);

            long order = memory.allocate((long) SIZE * outs);
            copyLast(expected, shape.batch(), shape.outChannels(), outs, order);
            for (int o = 0; o < outs; o++) {
                int index = o;
                assertEquals(
                        getFloat(order, o), getFloat(out, o), () -> shape + " result " + index);
            }
        }
    }

    private static void checkOracle(
            Convolution shape, long input, long weight, long bias, long out) {
        float[] expected = new float[shape.batch() * shape.outChannels() * shape.outPixels()];
        for (int o = 0; o < expected.length; o++) {
            int channel = o / shape.outPixels() % shape.outChannels();
            expected[o] = bias == 0 ? 0 : getFloat(bias, channel);
        }
        ConvolutionOracle.forEachProduct(
                shape,
                (in, w, o) ->
                        expected[o] =
                                Math.fma(getFloat(weight, w), getFloat(input, in), expected[o]));
        for (int o = 0; o < expected.length; o++) {
            assertEquals(expected[o], getFloat(out, o), shape.toString());
        }
    }

    /** Row-major images with the channels of each pixel side by side. */
    private static void copyLast(long from, int batch, int channels, int count, long to) {
        int pixels = count / (batch * channels);
        for (int i = 0; i < count; i++) {
            int image = i / (channels * pixels);
            int channel = i / pixels % channels;
            int last = (image * pixels + i % pixels) * channels + channel;
            Memory.putFloat(to + (long) SIZE * last, getFloat(from, i));
        }
    }
}
