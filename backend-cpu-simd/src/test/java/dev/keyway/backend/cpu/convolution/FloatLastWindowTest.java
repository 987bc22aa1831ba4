// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static dev.keyway.backend.cpu.KernelFixture.getFloat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.backend.cpu.KernelFixture;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.Workers;

import jdk.incubator.vector.FloatVector;

import org.junit.jupiter.api.Test;

import java.util.List;

/** Windows of 3x3 over channels that lie side by side have the bits of all other ways. */
final class FloatLastWindowTest {
    private static final int SIZE = Float.BYTES;

    /** After so many both ways to the weights were tried. */
    private static final int CALLS = 50;

    private static final List<Convolution> SHAPES =
            List.of(
                    shape(1, 1, 1, 7, 16, 1, 1),
                    shape(2, 3, 1, 7, 17, 1, 1),
                    shape(1, 24, 2, 14, 31, 1, 1),
                    shape(1, 25, 3, 14, 32, 1, 1),
                    shape(2, 48, 7, 7, 33, 1, 1),
                    shape(1, 49, 14, 28, 48, 1, 1),
                    shape(3, 57, 7, 7, 100, 1, 1),
                    shape(1, 64, 56, 56, 64, 1, 1),
                    shape(2, 58, 7, 21, 68, 1, 2),
                    shape(1, 90, 9, 7, 300, 1, 3),
                    shape(1, 240, 9, 56, 40, 1, 1),
                    shape(1, 5, 1, 14, 16, 2, 1),
                    shape(1, 1, 2, 14, 16, 2, 1),
                    shape(2, 25, 9, 28, 70, 2, 1),
                    shape(3, 17, 14, 14, 32, 2, 1),
                    shape(1, 66, 42, 42, 34, 2, 2),
                    shape(1, 100, 5, 14, 50, 2, 1),
                    shape(1, 1, 1, 8, 16, 1, 1),
                    shape(2, 70, 5, 8, 33, 1, 1),
                    shape(1, 65, 4, 10, 40, 1, 1),
                    shape(1, 130, 3, 13, 34, 1, 2),
                    shape(2, 20, 4, 15, 64, 1, 1),
                    shape(1, 48, 9, 16, 100, 1, 1),
                    shape(1, 66, 3, 20, 17, 1, 1),
                    shape(1, 129, 2, 60, 32, 1, 1),
                    shape(1, 3, 2, 16, 16, 2, 1),
                    shape(2, 70, 5, 16, 33, 2, 1),
                    shape(1, 65, 4, 26, 40, 2, 1),
                    shape(1, 130, 3, 20, 34, 2, 2),
                    shape(1, 80, 32, 32, 64, 2, 1));

    private static Convolution shape(
            int batch, int channels, int height, int width, int outs, int stride, int groups) {
        return new Convolution(
                batch, channels, height, width, outs, 3, 3, stride, stride, 1, 1, 1, 1, groups);
    }

    @Test
    void resultsHaveTheBitsOfTheScalarLoop() {
        SHAPES.forEach(shape -> compare(shape, KernelFixture.ONE, true, 0, 1));
        SHAPES.forEach(shape -> compare(shape, KernelFixture.TWO, false, 0, 1));
        SHAPES.forEach(shape -> compare(shape, LastFixture.THREE, true, 0, 1));
    }

    @Test
    void memoryMayBeginAtAnyNumber() {
        SHAPES.subList(0, 7).forEach(shape -> compare(shape, KernelFixture.ONE, true, 1, 1));
        SHAPES.subList(11, 30).forEach(shape -> compare(shape, KernelFixture.ONE, false, 5, 1));
    }

    /** The channels of some rows are copied in parts. */
    @Test
    void manyChannelsHaveTheBitsOfTheScalarLoop() {
        compare(shape(1, 300, 20, 28, 33, 1, 1), KernelFixture.ONE, true, 0, 1);
        compare(shape(1, 72, 64, 56, 260, 2, 1), KernelFixture.ONE, true, 0, 1);
        compare(shape(1, 700, 7, 14, 70, 1, 1), KernelFixture.TWO, true, 0, 1);
        compare(shape(1, 300, 20, 24, 33, 1, 1), KernelFixture.ONE, true, 0, 1);
        compare(shape(1, 300, 20, 27, 33, 1, 1), KernelFixture.TWO, true, 0, 1);
        compare(shape(1, 300, 20, 64, 65, 2, 1), KernelFixture.ONE, true, 0, 1);
        compare(shape(1, 300, 20, 52, 65, 2, 1), KernelFixture.TWO, true, 0, 1);
    }

    /** Small images share what is read of the weights, in units of several. */
    @Test
    void severalSmallImagesHaveTheBitsOfTheScalarLoop() {
        for (Workers workers : List.of(KernelFixture.ONE, KernelFixture.TWO)) {
            compare(shape(9, 40, 7, 7, 33, 1, 1), workers, true, 0, 1);
            compare(shape(11, 70, 4, 8, 70, 1, 2), workers, false, 0, 1);
            compare(shape(5, 130, 14, 13, 64, 1, 1), workers, true, 0, 1);
            compare(shape(10, 65, 15, 14, 34, 2, 1), workers, true, 0, 1);
            compare(shape(7, 300, 14, 14, 260, 2, 1), workers, true, 0, 1);
        }
    }

    /** Calls try to do without fetching weights ({@link dev.keyway.backend.cpu.FetchTrial}). */
    @Test
    void laterCallsHaveTheSameBits() {
        compare(shape(1, 5, 5, 14, 40, 1, 1), KernelFixture.ONE, true, 0, CALLS);
        compare(shape(1, 30, 6, 14, 16, 2, 1), KernelFixture.ONE, false, 0, CALLS);
    }

    @Test
    void otherShapesAreForOtherWays() {
        assertFalse(FloatLastWindowShapes.suits(shape(0, 8, 7, 7, 16, 1, 1)));
        assertFalse(FloatLastWindowShapes.suits(shape(1, 8, 7, 6, 16, 1, 1)));
        assertFalse(FloatLastWindowShapes.suits(shape(1, 8, 7, 9, 16, 1, 1)));
        assertFalse(FloatLastWindowShapes.suits(shape(1, 8, 7, 15, 16, 2, 1)));
        assertFalse(FloatLastWindowShapes.suits(shape(1, 8, 7, 7, 15, 1, 1)));
        assertFalse(FloatLastWindowShapes.suits(shape(1, 0, 7, 7, 16, 1, 1)));
        assertFalse(
                FloatLastWindowShapes.suits(
                        new Convolution(1, 8, 14, 14, 16, 1, 1, 2, 2, 0, 0, 1, 1, 1)));
    }

    /**
     * Compares with the scalar loop and with what row-major tensors give.
     *
     * @param offset numbers from the beginning of a cache line to the tensors
     */
    private static void compare(
            Convolution shape, Workers workers, boolean biased, int offset, int calls) {
        if (FloatVector.SPECIES_PREFERRED.length() < 16) {
            assertFalse(
                    FloatLastWindowShapes.suits(shape)); // it is turned into rows, as others are
            return;
        }
        assertTrue(FloatLastWindowShapes.suits(shape), shape::toString);
        try (KernelFixture memory = new KernelFixture(shape.hashCode())) {
            int inputs = shape.batch() * shape.channels() * shape.height() * shape.width();
            int outputs = shape.batch() * shape.outChannels() * shape.outPixels();
            long input = memory.floats(inputs);
            long weight = memory.floats(shape.outChannels() * shape.taps());
            long start = biased ? memory.floats(shape.outChannels()) : 0;
            long packed = memory.scratch(FloatConvolution.packedBytes(shape));
            FloatConvolution.pack(workers, shape, weight, packed);
            long rows = memory.allocate((long) SIZE * outputs);
            FloatConvolution.forwardPacked(workers, shape, input, packed, start, rows);
            float[] expected = ChannelsLastCheck.expected(shape, input, weight, start);
            long last = memory.allocate((long) SIZE * (inputs + offset)) + (long) SIZE * offset;
            for (int i = 0; i < inputs; i++) {
                int pixels = shape.height() * shape.width();
                long to = LastFixture.place(i, shape.channels(), pixels);
                Memory.putFloat(last + SIZE * to, getFloat(input, i));
            }
            ConvolutionWork work = new FloatLastWindowPhase(shape, workers.threads());
            for (int call = 0; call < calls; call++) {
                long out = memory.allocate((long) SIZE * (outputs + offset));
                out += (long) SIZE * offset;
                work.run(workers, last, packed, start, out);
                for (int i = 0; i < outputs; i++) {
                    long at = LastFixture.place(i, shape.outChannels(), shape.outPixels());
                    float found = Memory.getFloat(out + SIZE * at);
                    assertEquals(expected[i], found, shape::toString);
                    assertEquals(getFloat(rows, i), found, shape::toString);
                }
            }
        }
    }
}
