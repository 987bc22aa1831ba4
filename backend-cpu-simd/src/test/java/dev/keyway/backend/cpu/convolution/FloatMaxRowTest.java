// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static dev.keyway.backend.cpu.KernelFixture.getFloat;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keyway.backend.cpu.KernelFixture;
import dev.keyway.backend.cpu.Memory;
import org.junit.jupiter.api.Test;

/** Rows of windows side by side against a loop over each window, with equal numbers and NaN. */
final class FloatMaxRowTest {
    private static final int[] WIDTHS = {3, 4, 7, 8, 9, 15, 16, 17, 31, 32, 33, 67};

    @Test
    void everyWidthStrideAndPadding() {
        for (int width : WIDTHS) {
            for (int kernel = 1; kernel <= 3; kernel++) {
                for (int stride = 1; stride <= 3; stride++) {
                    for (int padding = 0; padding <= kernel / 2; padding++) {
                        check(width, kernel, stride, padding);
                    }
                }
            }
        }
    }

    private static void check(int width, int kernel, int stride, int padding) {
        int height = 5;
        int outHeight = (height + 2 * padding - kernel) / stride + 1;
        int outWidth = (width + 2 * padding - kernel) / stride + 1;
        Pooling shape =
                new Pooling(
                        2, height, width, kernel, kernel, stride, stride, padding, padding,
                        outHeight, outWidth);
        int pixels = height * width;
        int outPixels = outHeight * outWidth;
        double[] numbers = {1, -0.0, 0.0, 1, Double.NEGATIVE_INFINITY, 2, Double.NaN, -1, 2, 0};
        try (KernelFixture memory = new KernelFixture(1)) {
            long input = memory.floats(2 * pixels, i -> numbers[(i * 7 + i / 11) % 10]);
            long out = memory.allocate(4L * 2 * outPixels);
            long indices = memory.allocate(8L * 2 * outPixels);
            FloatPooling.max(KernelFixture.ONE, shape, input, out, indices);
            for (int o = 0; o < 2 * outPixels; o++) {
                int plane = o / outPixels * pixels;
                int top = o % outPixels / outWidth * stride - padding;
                int left = o % outWidth * stride - padding;
                int where = -1;
                for (int i = Math.max(0, top); i < Math.min(height, top + kernel); i++) {
                    for (int j = Math.max(0, left); j < Math.min(width, left + kernel); j++) {
                        float value = getFloat(input, plane + i * width + j);
                        if (where < 0
                                || Float.isNaN(value)
                                || value > getFloat(input, plane + where)) {
                            where = i * width + j;
                        }
                    }
                }
                assertEquals(where, Memory.getLong(indices + 8L * o), shape::toString);
                assertEquals(getFloat(input, plane + where), getFloat(out, o));
            }
        }
    }
}
