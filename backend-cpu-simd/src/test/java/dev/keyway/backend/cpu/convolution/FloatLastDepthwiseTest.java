// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static dev.keyway.backend.cpu.KernelFixture.getFloat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.backend.cpu.KernelFixture;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.Workers;

import org.junit.jupiter.api.Test;

import java.util.List;

/**
 * Depthwise convolutions of pixels with their channels side by side have the scalar loop's bits.
 */
final class FloatLastDepthwiseTest {
    private static final List<Convolution> SHAPES =
            List.of(
                    window(1, 96, 14, 14, 1, 1),
                    window(2, 33, 9, 8, 1, 1),
                    window(1, 32, 7, 7, 1, 1),
                    window(1, 47, 5, 15, 1, 0),
                    window(1, 70, 1, 20, 1, 1),
                    window(2, 64, 2, 9, 1, 1),
                    window(1, 300, 6, 7, 1, 1),
                    window(1, 64, 28, 28, 2, 1),
                    window(2, 35, 15, 15, 2, 1),
                    window(1, 40, 16, 17, 2, 0),
                    window(1, 96, 1, 14, 2, 1),
                    window(3, 31, 9, 9, 1, 1),
                    window(2, 16, 8, 9, 1, 1),
                    window(2, 3, 10, 9, 2, 1),
                    window(1, 40, 5, 5, 1, 1),
                    window(1, 40, 5, 12, 3, 1),
                    of(2, 40, 9, 14, 5, 5, 1, 1, 2, 2, 1, 1),
                    of(1, 72, 14, 13, 5, 5, 2, 2, 2, 2, 1, 1),
                    of(1, 33, 12, 12, 7, 7, 1, 1, 3, 3, 1, 1),
                    of(2, 37, 11, 12, 3, 2, 1, 2, 2, 1, 2, 3),
                    of(1, 32, 5, 6, 3, 3, 1, 1, 4, 5, 1, 1),
                    of(2, 20, 6, 7, 1, 1, 2, 1, 0, 0, 1, 1),
                    of(1, 50, 12, 12, 3, 3, 1, 1, 2, 2, 2, 2),
                    of(1, 34, 4, 4, 4, 4, 1, 1, 0, 0, 1, 1),
                    of(1, 1, 6, 7, 3, 3, 1, 1, 1, 1, 1, 1),
                    of(0, 32, 6, 7, 3, 3, 1, 1, 1, 1, 1, 1));

    private static Convolution window(
            int batch, int channels, int height, int width, int stride, int padding) {
        return of(batch, channels, height, width, 3, 3, stride, stride, padding, padding, 1, 1);
    }

    private static Convolution of(
            int batch,
            int channels,
            int height,
            int width,
            int kernelHeight,
            int kernelWidth,
            int strideHeight,
            int strideWidth,
            int paddingHeight,
            int paddingWidth,
            int dilationHeight,
            int dilationWidth) {
        return new Convolution(
                batch,
                channels,
                height,
                width,
                channels,
                kernelHeight,
                kernelWidth,
                strideHeight,
                strideWidth,
                paddingHeight,
                paddingWidth,
                dilationHeight,
                dilationWidth,
                channels);
    }

    @Test
    void oneChannelInAndOneOutForEachGroup() {
        Convolution two = new Convolution(1, 4, 5, 5, 4, 3, 3, 1, 1, 1, 1, 1, 1, 2);
        Convolution more = new Convolution(1, 4, 5, 5, 8, 3, 3, 1, 1, 1, 1, 1, 1, 4);
        assertTrue(FloatLastDepthwisePhase.suits(SHAPES.getFirst()));
        assertFalse(FloatLastDepthwisePhase.suits(two));
        assertFalse(FloatLastDepthwisePhase.suits(more));
    }

    @Test
    void bitsOfTheScalarLoop() {
        for (Convolution shape : SHAPES) {
            for (Workers workers : LastFixture.WORKERS) {
                forward(shape, workers, workers.threads() != 2);
            }
        }
    }

    /** A product with the padding would be NaN where the weight is infinite. */
    @Test
    void productsWithThePaddingAreLeftOut() {
        for (Convolution shape : SHAPES) {
            try (KernelFixture memory = new KernelFixture(3)) {
                int pixels = shape.batch() * shape.height() * shape.width();
                long input = memory.floats(shape.channels() * pixels, i -> 1);
                long weight = memory.floats(shape.channels() * shape.taps(), i -> 1 / 0.0);
                int outputs = shape.batch() * shape.channels() * shape.outPixels();
                long out = memory.allocate((long) Float.BYTES * outputs);
                new FloatLastDepthwisePhase(shape, 1).run(KernelFixture.ONE, input, weight, 0, out);
                for (int o = 0; o < outputs; o++) {
                    assertFalse(Float.isNaN(getFloat(out, o)), shape::toString);
                }
            }
        }
    }

    /** The same work in calls whose weights differ. */
    private static void forward(Convolution shape, Workers workers, boolean biased) {
        ConvolutionWork work = new FloatLastDepthwisePhase(shape, workers.threads());
        for (int seed = 1; seed <= 2; seed++) {
            try (KernelFixture memory = new KernelFixture(seed)) {
                int pixels = shape.height() * shape.width();
                long input = memory.floats(shape.batch() * shape.channels() * pixels);
                long weight = memory.floats(shape.channels() * shape.taps());
                long bias = biased ? memory.floats(shape.channels()) : 0;
                int outputs = shape.batch() * shape.channels() * shape.outPixels();
                long expected =
                        memory.floats(
                                outputs,
                                o ->
                                        biased
                                                ? getFloat(
                                                        bias,
                                                        o / shape.outPixels() % shape.channels())
                                                : 0);
                ConvolutionOracle.forEachProduct(
                        shape,
                        (in, w, o) ->
                                Memory.putFloat(
                                        expected + (long) Float.BYTES * o,
                                        Math.fma(
                                                getFloat(input, in),
                                                getFloat(weight, w),
                                                getFloat(expected, o))));
                long last =
                        LastFixture.last(memory, input, shape.batch(), shape.channels(), pixels);
                long out = memory.allocate((long) Float.BYTES * (outputs + 1)) + Float.BYTES;
                work.run(workers, last, weight, bias, out);
                LastFixture.assertSame(
                        expected,
                        out,
                        shape.batch(),
                        shape.channels(),
                        shape.outPixels(),
                        shape.toString());
                assertEquals(biased, bias != 0);
            }
        }
    }
}
