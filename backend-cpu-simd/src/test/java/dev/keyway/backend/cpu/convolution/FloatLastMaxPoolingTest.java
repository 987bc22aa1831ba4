// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import dev.keyway.backend.cpu.KernelFixture;
import dev.keyway.spi.Workers;

import org.junit.jupiter.api.Test;

import java.util.List;

/** The largest of windows of pixels with their channels side by side, as of rows of channels. */
final class FloatLastMaxPoolingTest {
    private static final double[] CORNERS = {
        -0.0, 0, -3, 5, Double.NaN, -1, 7, Double.NaN, -0.0, -0.0, -1 / 0.0, -1 / 0.0, 1 / 0.0
    };

    /** Of one image, whatever the channels. */
    private static final List<Pooling> SHAPES =
            List.of(
                    new Pooling(1, 1, 1, 1, 1, 1, 1, 0, 0, 1, 1),
                    new Pooling(1, 8, 6, 2, 2, 2, 2, 0, 0, 4, 3),
                    new Pooling(1, 7, 9, 3, 2, 2, 3, 1, 1, 4, 4),
                    new Pooling(1, 15, 14, 3, 3, 2, 2, 1, 1, 8, 7),
                    new Pooling(1, 5, 6, 3, 3, 1, 1, 1, 1, 5, 6),
                    new Pooling(1, 5, 17, 2, 5, 3, 1, 0, 2, 2, 17),
                    new Pooling(1, 6, 5, 2, 2, 2, 2, 0, 0, 4, 3),
                    new Pooling(1, 7, 9, 3, 2, 1, 2, 1, 1, 2, 3, 5, 4));

    @Test
    void bitsOfRowsOfChannels() {
        for (Pooling shape : SHAPES) {
            for (int channels : new int[] {1, 15, 16, 33, 64, 83}) {
                for (Workers workers : LastFixture.WORKERS) {
                    compare(workers, shape, 2, channels, false);
                    compare(workers, shape, 1, channels, true);
                }
            }
            compare(KernelFixture.ONE, shape, 0, 20, false);
        }
    }

    private static void compare(
            Workers workers, Pooling one, int batch, int channels, boolean corners) {
        Pooling shape =
                new Pooling(
                        (long) batch * channels,
                        one.height(),
                        one.width(),
                        one.kernelHeight(),
                        one.kernelWidth(),
                        one.strideHeight(),
                        one.strideWidth(),
                        one.paddingHeight(),
                        one.paddingWidth(),
                        one.dilationHeight(),
                        one.dilationWidth(),
                        one.outHeight(),
                        one.outWidth());
        int numbers = batch * channels * shape.pixels();
        int outputs = batch * channels * shape.outPixels();
        try (KernelFixture memory = new KernelFixture(numbers)) {
            long rows =
                    corners
                            ? memory.floats(numbers, i -> CORNERS[i * 7 % 11 + i % 3])
                            : memory.floats(numbers);
            long expected = memory.allocate((long) Float.BYTES * outputs);
            FloatMaxValues.run(KernelFixture.ONE, shape, rows, expected);
            long last = LastFixture.last(memory, rows, batch, channels, shape.pixels());
            long out = memory.allocate((long) Float.BYTES * (outputs + 1)) + Float.BYTES;
            FloatLastMaxPooling.run(workers, shape, channels, last, out);
            LastFixture.assertSame(
                    expected, out, batch, channels, shape.outPixels(), shape.toString());
        }
    }
}
