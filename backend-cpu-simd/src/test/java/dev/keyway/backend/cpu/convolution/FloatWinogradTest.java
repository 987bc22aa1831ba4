// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static dev.keyway.backend.cpu.KernelFixture.getFloat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.backend.cpu.KernelFixture;
import dev.keyway.spi.Workers;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.List;

/** Winograd's algorithm stays within its bound of the exact result, and its bits are its own. */
final class FloatWinogradTest {
    private static final List<Convolution> SHAPES =
            List.of(
                    shape(1, 16, 12, 12, 32, 1, 1),
                    shape(2, 17, 11, 13, 33, 1, 1),
                    shape(1, 20, 16, 31, 40, 0, 1),
                    shape(3, 36, 7, 7, 70, 1, 1),
                    shape(1, 64, 9, 60, 64, 2, 2),
                    shape(1, 130, 14, 14, 34, 1, 1),
                    shape(1, 16, 4, 56, 32, 1, 1),
                    shape(1, 18, 30, 66, 35, 1, 1),
                    shape(1, 16, 3, 2, 32, 1, 1),
                    shape(8, 32, 7, 7, 64, 1, 1),
                    shape(8, 130, 5, 6, 256, 1, 1),
                    shape(2, 17, 9, 10, 33, 1, 2),
                    shape(2, 512, 7, 7, 32, 1, 1),
                    shape(1, 256, 8, 7, 96, 1, 1),
                    shape(3, 18, 31, 30, 35, 1, 3),
                    shape(5, 16, 1, 1, 32, 1, 2),
                    shape(0, 16, 12, 12, 32, 1, 1));

    private static final int[] EDGES = {2, 4};

    private record Run(Convolution shape, int edge) {}

    private static List<Run> runs() {
        return SHAPES.stream()
                .flatMap(shape -> Arrays.stream(EDGES).mapToObj(edge -> new Run(shape, edge)))
                .toList();
    }

    private static Convolution shape(int n, int c, int h, int w, int k, int padding, int groups) {
        return new Convolution(
                n, c * groups, h, w, k * groups, 3, 3, 1, 1, padding, padding, 1, 1, groups);
    }

    @Test
    void liesWithinItsBoundOfTheExactResult() {
        for (Run of : runs()) {
            Convolution shape = of.shape();
            boolean small = of.edge() == 2;
            try (KernelFixture memory = new KernelFixture(shape.hashCode())) {
                long input = memory.floats(inputs(shape));
                long weight = memory.floats(shape.outChannels() * shape.taps());
                long bias = memory.floats(shape.outChannels());
                long out = run(memory, of, KernelFixture.ONE, input, weight, bias);
                double[] expected = new double[outputs(shape)];
                for (int o = 0; o < expected.length; o++) {
                    expected[o] = getFloat(bias, o / shape.outPixels() % shape.outChannels());
                }
                ConvolutionOracle.forEachProduct(
                        shape,
                        (in, w, o) ->
                                expected[o] += (double) getFloat(weight, w) * getFloat(input, in));
                double largest =
                        largest(input, inputs(shape))
                                * largest(weight, shape.outChannels() * shape.taps());
                int c = shape.groupChannels();
                double factor = small ? 81.0 * (c + 12) : 2304.0 * (c + 32);
                double bound = factor * c * largest * 0x1p-24;
                double squares = 0;
                for (int o = 0; o < expected.length; o++) {
                    double error = Math.abs(expected[o] - getFloat(out, o));
                    assertTrue(error <= bound, () -> of + ": error " + error);
                    squares += error * error;
                }
                double typical = Math.sqrt(squares / Math.max(1, expected.length));
                assertTrue(
                        typical <= (small ? 3.0 : 14.0) * c * 0x1p-24,
                        () -> of + ": root mean square error " + typical);
            }
        }
    }

    @Test
    void bitsDoNotDependOnThreads() {
        for (Run of : runs()) {
            Convolution shape = of.shape();
            try (KernelFixture memory = new KernelFixture(shape.hashCode())) {
                long input = memory.floats(inputs(shape));
                long weight = memory.floats(shape.outChannels() * shape.taps());
                long one = run(memory, of, KernelFixture.ONE, input, weight, 0);
                long two = run(memory, of, KernelFixture.TWO, input, weight, 0);
                for (int o = 0; o < outputs(shape); o++) {
                    assertEquals(getFloat(one, o), getFloat(two, o), of::toString);
                }
            }
        }
    }

    @Test
    void anImageHasTheSameBitsAmongOthers() {
        for (Run of : runs()) {
            Convolution shape = of.shape();
            int n = shape.batch();
            Convolution single =
                    shape(
                            1,
                            shape.groupChannels(),
                            shape.height(),
                            shape.width(),
                            shape.groupOutChannels(),
                            shape.paddingHeight(),
                            shape.groups());
            try (KernelFixture memory = new KernelFixture(shape.hashCode())) {
                long input = memory.floats(inputs(shape));
                long weight = memory.floats(shape.outChannels() * shape.taps());
                long all = run(memory, of, KernelFixture.TWO, input, weight, 0);
                for (int image = 0; image < n; image++) {
                    long part = input + (long) Float.BYTES * image * inputs(single);
                    Run alone = new Run(single, of.edge());
                    long out = run(memory, alone, KernelFixture.ONE, part, weight, 0);
                    for (int o = 0; o < outputs(single); o++) {
                        float among = getFloat(all, (long) image * outputs(single) + o);
                        assertEquals(getFloat(out, o), among, of::toString);
                    }
                }
            }
        }
    }

    @Test
    void bitsAreThoseOfTheScalarAlgorithm() {
        for (Run of : runs()) {
            Convolution shape = of.shape();
            try (KernelFixture memory = new KernelFixture(shape.hashCode())) {
                long input = memory.floats(inputs(shape));
                long weight = memory.floats(shape.outChannels() * shape.taps());
                long bias = memory.floats(shape.outChannels());
                long out = run(memory, of, KernelFixture.ONE, input, weight, bias);
                float[] expected = WinogradOracle.convolve(shape, of.edge(), input, weight, bias);
                for (int o = 0; o < expected.length; o++) {
                    assertEquals(expected[o], getFloat(out, o), of::toString);
                }
            }
        }
    }

    @Test
    void servesWindowsOfThreeWithStrideOneAndManyTiles() {
        assertTrue(FloatWinograd.suits(shape(1, 64, 56, 56, 64, 1, 1)));
        assertTrue(FloatWinograd.suits(shape(1, 512, 7, 7, 512, 1, 1)));
        assertFalse(FloatWinograd.suits(shape(1, 512, 7, 7, 256, 1, 1)));
        assertFalse(FloatWinograd.suits(shape(1, 512, 6, 6, 512, 1, 1)));
        assertTrue(FloatWinograd.suits(shape(8, 512, 14, 14, 512, 1, 1)));
        assertEquals(4, FloatWinograd.edge(shape(1, 64, 28, 28, 64, 1, 1)));
        assertEquals(2, FloatWinograd.edge(shape(1, 64, 14, 14, 64, 1, 1)));
        assertEquals(4, FloatWinograd.edge(shape(2, 64, 14, 14, 64, 1, 1)));
        assertFalse(FloatWinograd.suits(shape(1, 64, 7, 7, 64, 1, 1)));
        assertTrue(FloatWinograd.suits(shape(2, 64, 7, 7, 64, 1, 1)));
        assertFalse(FloatWinograd.suits(shape(64, 64, 1, 1, 64, 1, 1)));
        assertFalse(FloatWinograd.suits(shape(1, 3, 56, 56, 64, 1, 1)));
        assertFalse(
                FloatWinograd.suits(new Convolution(1, 64, 56, 56, 64, 3, 3, 2, 1, 1, 1, 1, 1, 1)));
    }

    @Test
    void algorithmIsExactUnlessAskedFor() {
        assertEquals(ConvolutionAlgorithm.EXACT, ConvolutionAlgorithm.configured());
        assertEquals(ConvolutionAlgorithm.WINOGRAD, ConvolutionAlgorithm.of("Winograd"));
        IllegalArgumentException error =
                assertThrows(IllegalArgumentException.class, () -> ConvolutionAlgorithm.of("fast"));
        assertEquals(
                "keyway.cpu.convolution is fast; it can be exact or winograd", error.getMessage());
    }

    private static long run(
            KernelFixture memory, Run of, Workers workers, long input, long weight, long bias) {
        Convolution shape = of.shape();
        long out = memory.allocate((long) Float.BYTES * outputs(shape));
        long panels = memory.scratch(FloatConvolution.packedBytes(shape));
        long packed = memory.scratch(FloatWinograd.packedBytes(shape, of.edge()));
        FloatConvolution.pack(workers, shape, weight, panels);
        FloatWinograd.pack(workers, shape, of.edge(), panels, packed);
        new FloatWinogradWork(shape, of.edge(), workers.threads())
                .run(workers, input, packed, bias, out);
        return out;
    }

    private static double largest(long numbers, int count) {
        double result = 0;
        for (int i = 0; i < count; i++) {
            result = Math.max(result, Math.abs(getFloat(numbers, i)));
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
