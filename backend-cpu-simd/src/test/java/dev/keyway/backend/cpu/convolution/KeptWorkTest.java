// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.backend.cpu.KernelFixture;
import dev.keyway.backend.cpu.Memory;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;

/** Calls at once with one shape, which all want the work that is kept for it. */
class KeptWorkTest {
    private static final int CALLERS = 4;
    private static final int ROUNDS = 200;

    /** A shape for each kind of work. */
    static List<Convolution> shapes() {
        return List.of(
                new Convolution(1, 16, 14, 14, 32, 3, 3, 1, 1, 1, 1, 1, 1, 1),
                new Convolution(1, 3, 32, 32, 32, 3, 3, 1, 1, 1, 1, 1, 1, 1),
                new Convolution(1, 32, 16, 16, 64, 1, 1, 1, 1, 0, 0, 1, 1, 1),
                new Convolution(1, 32, 7, 7, 64, 1, 1, 1, 1, 0, 0, 1, 1, 1),
                new Convolution(1, 16, 9, 9, 32, 5, 5, 1, 1, 2, 2, 1, 1, 1),
                new Convolution(1, 8, 20, 20, 8, 3, 3, 1, 1, 1, 1, 1, 1, 8),
                new Convolution(1, 16, 12, 12, 16, 3, 3, 1, 1, 1, 1, 1, 1, 4));
    }

    /** A shape for each tile, and one of several images. */
    static List<Convolution> winogradShapes() {
        return List.of(
                new Convolution(1, 16, 14, 14, 32, 3, 3, 1, 1, 1, 1, 1, 1, 1),
                new Convolution(1, 16, 28, 28, 32, 3, 3, 1, 1, 1, 1, 1, 1, 1),
                new Convolution(3, 16, 7, 7, 32, 3, 3, 1, 1, 1, 1, 1, 1, 1));
    }

    /** A convolution in one thread, with memory that the caller provides. */
    private interface Way {
        void run(Convolution shape, long input, long weight, long bias, long out, long scratch);
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void callersDoNotMixTheirTensors(Convolution shape) throws InterruptedException {
        assertApart(
                shape,
                FloatConvolution.scratchBytes(shape, true),
                (of, input, weight, bias, out, scratch) ->
                        FloatConvolution.forward(
                                KernelFixture.ONE, of, input, weight, bias, out, scratch));
    }

    @ParameterizedTest
    @MethodSource("winogradShapes")
    void callersOfWinogradDoNotMixTheirTensors(Convolution shape) throws InterruptedException {
        assertTrue(FloatWinograd.suits(shape));
        int edge = FloatWinograd.edge(shape);
        long packedBytes = FloatWinograd.packedBytes(shape, edge);
        assertApart(
                shape,
                packedBytes + FloatConvolution.packedBytes(shape),
                (of, input, weight, bias, out, scratch) -> {
                    long panels = scratch + packedBytes;
                    FloatConvolution.pack(KernelFixture.ONE, of, weight, panels);
                    FloatWinograd.pack(KernelFixture.ONE, of, edge, panels, scratch);
                    FloatWinograd.run(KernelFixture.ONE, of, input, scratch, bias, out);
                });
    }

    private static void assertApart(Convolution shape, long scratchBytes, Way way)
            throws InterruptedException {
        AtomicIntegerArray wrong = new AtomicIntegerArray(CALLERS);
        Thread[] threads = new Thread[CALLERS];
        for (int caller = 0; caller < CALLERS; caller++) {
            int self = caller;
            threads[caller] =
                    new Thread(() -> wrong.set(self, wrongRounds(shape, scratchBytes, way, self)));
            threads[caller].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        for (int caller = 0; caller < CALLERS; caller++) {
            assertEquals(0, wrong.get(caller));
        }
    }

    private static int wrongRounds(Convolution shape, long scratchBytes, Way way, int seed) {
        try (KernelFixture memory = new KernelFixture(seed)) {
            int outputs = shape.batch() * shape.outChannels() * shape.outPixels();
            long input =
                    memory.floats(
                            shape.batch() * shape.channels() * shape.height() * shape.width());
            long weight = memory.floats(shape.outChannels() * shape.taps());
            long bias = memory.floats(shape.outChannels());
            long scratch = memory.scratch(scratchBytes);
            long expected = memory.allocate((long) Float.BYTES * outputs);
            long out = memory.allocate((long) Float.BYTES * outputs);
            way.run(shape, input, weight, bias, expected, scratch);
            int wrong = 0;
            for (int round = 0; round < ROUNDS; round++) {
                way.run(shape, input, weight, bias, out, scratch);
                wrong += same(expected, out, outputs) ? 0 : 1;
            }
            return wrong;
        }
    }

    private static boolean same(long expected, long actual, int count) {
        for (long at = 0; at < (long) Float.BYTES * count; at += Float.BYTES) {
            if (Memory.getInt(expected + at) != Memory.getInt(actual + at)) {
                return false;
            }
        }
        return true;
    }
}
