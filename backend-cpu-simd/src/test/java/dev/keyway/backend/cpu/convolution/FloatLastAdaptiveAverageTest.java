// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import dev.keyway.backend.cpu.KernelFixture;
import dev.keyway.spi.Workers;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.List;

/** Means of windows of pixels with their channels side by side, as of rows of channels. */
final class FloatLastAdaptiveAverageTest {
    private static final double[] CORNERS = {-0.0, -0.0, 3, 1 / 0.0, -0.0, -1 / 0.0, 2, Double.NaN};

    /** Height, width, height and width of the result. */
    private static final List<int[]> SHAPES =
            List.of(
                    new int[] {1, 1, 1, 1},
                    new int[] {7, 7, 1, 1},
                    new int[] {9, 17, 3, 7},
                    new int[] {5, 4, 2, 6},
                    new int[] {6, 6, 3, 2});

    @Test
    void bitsOfRowsOfChannels() {
        for (int[] shape : SHAPES) {
            for (int channels : new int[] {1, 15, 16, 33, 64, 147, 512}) {
                for (Workers workers : LastFixture.WORKERS) {
                    compare(workers, shape, 2, channels, false);
                    compare(workers, shape, 1, channels, true);
                }
            }
            compare(KernelFixture.ONE, shape, 0, 20, false);
        }
    }

    private static void compare(
            Workers workers, int[] shape, int batch, int channels, boolean corners) {
        int pixels = shape[0] * shape[1];
        int outPixels = shape[2] * shape[3];
        int numbers = batch * channels * pixels;
        int outputs = batch * channels * outPixels;
        try (KernelFixture memory = new KernelFixture(numbers)) {
            long rows =
                    corners
                            ? memory.floats(numbers, i -> CORNERS[i / 5 % CORNERS.length])
                            : memory.floats(numbers);
            long expected = memory.allocate((long) Float.BYTES * outputs);
            FloatAdaptiveAverage.run(
                    KernelFixture.ONE,
                    (long) batch * channels,
                    shape[0],
                    shape[1],
                    shape[2],
                    shape[3],
                    rows,
                    expected);
            long last = LastFixture.last(memory, rows, batch, channels, pixels);
            long out = memory.allocate((long) Float.BYTES * (outputs + 1)) + Float.BYTES;
            FloatLastAdaptiveAverage.run(
                    workers, batch, channels, shape[0], shape[1], shape[2], shape[3], last, out);
            LastFixture.assertSame(
                    expected, out, batch, channels, outPixels, Arrays.toString(shape));
        }
    }
}
