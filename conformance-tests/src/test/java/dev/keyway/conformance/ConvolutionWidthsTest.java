// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keyway.Keyway;
import dev.keyway.MemoryFormat;
import dev.keyway.Ops;
import dev.keyway.Tensor;

import org.junit.jupiter.api.Test;

import java.util.Random;

/**
 * The CPU's convolutions of many channels take other ways for images of other widths, in either
 * order; all have the bits of fused multiply-adds in the order channel, row, column.
 */
class ConvolutionWidthsTest {
    private static final int BATCH = 2;
    private static final int CHANNELS = 64;
    private static final int OUTS = 68;
    private static final int HEIGHT = 5;
    private static final int[] WIDTHS = {6, 7, 8, 9, 10, 11, 13, 15, 16, 20, 24, 32, 64};
    private static final long[] ONES = {1, 1};

    @Test
    void everyWidthHasTheBitsOfTheScalarLoop() {
        for (int threads = 1; threads <= 2; threads++) {
            try (Keyway keyway = Keyway.builder().threads(threads).open()) {
                for (int width : WIDTHS) {
                    compare(keyway, width);
                }
            }
        }
    }

    private static void compare(Keyway keyway, int width) {
        float[] numbers = numbers(BATCH * CHANNELS * HEIGHT * width);
        float[] weights = numbers(OUTS * CHANNELS * 9);
        float[] biases = numbers(OUTS);
        float[] expected = expected(numbers, weights, biases, width);
        var cpu = keyway.device("cpu");
        try (Tensor images = keyway.tensor(cpu, numbers, BATCH, CHANNELS, HEIGHT, width);
                Tensor weight = keyway.tensor(cpu, weights, OUTS, CHANNELS, 3, 3);
                Tensor bias = keyway.tensor(cpu, biases, OUTS);
                Tensor last = images.contiguous(MemoryFormat.CHANNELS_LAST)) {
            // The third call finds the weights packed.
            for (int call = 0; call < 3; call++) {
                compare(images, weight, bias, expected, width);
                compare(last, weight, bias, expected, width);
            }
        }
    }

    private static void compare(
            Tensor images, Tensor weight, Tensor bias, float[] expected, int width) {
        try (Tensor out = Ops.conv2d(images, weight, bias, ONES, ONES, ONES, 1)) {
            float[] found = out.toFloatArray();
            for (int i = 0; i < expected.length; i++) {
                assertEquals(expected[i], found[i], "width " + width + ", number " + i);
            }
        }
    }

    private static float[] numbers(int count) {
        Random random = new Random(count);
        float[] result = new float[count];
        for (int i = 0; i < count; i++) {
            result[i] = (float) random.nextGaussian();
        }
        return result;
    }

    private static float[] expected(float[] images, float[] weights, float[] biases, int width) {
        float[] result = new float[BATCH * OUTS * HEIGHT * width];
        for (int i = 0; i < result.length; i++) {
            int x = i % width;
            int y = i / width % HEIGHT;
            int out = i / width / HEIGHT % OUTS;
            int image = i / width / HEIGHT / OUTS;
            float sum = biases[out];
            for (int p = 0; p < CHANNELS * 9; p++) {
                int row = y + p / 3 % 3 - 1;
                int column = x + p % 3 - 1;
                if (row >= 0 && row < HEIGHT && column >= 0 && column < width) {
                    int line = (image * CHANNELS + p / 9) * HEIGHT + row;
                    sum =
                            Math.fma(
                                    images[line * width + column],
                                    weights[out * CHANNELS * 9 + p],
                                    sum);
                }
            }
            result[i] = sum;
        }
        return result;
    }
}
