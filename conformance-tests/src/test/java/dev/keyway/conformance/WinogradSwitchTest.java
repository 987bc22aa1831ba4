// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The CPU's convolutions are exact unless a runtime is opened with the switch. */
class WinogradSwitchTest {
    private static final String PROPERTY = "keyway.cpu.convolution";
    private static final long[] WINDOW = {36, 20, 3, 3};
    private static final long[] ONES = {1, 1};

    @Test
    void takesEffectWhenARuntimeOpens() {
        float[] exact = convolve("exact", 1);
        float[] fast = convolve("winograd", 1);
        assertFalse(Arrays.equals(exact, fast));
        for (int i = 0; i < exact.length; i++) {
            assertEquals(exact[i], fast[i], 1e-4, "number " + i);
        }
        assertArrayEquals(exact, convolve(null, 1));
    }

    @Test
    void takesLargerTilesForSeveralImages() {
        float[] exact = convolve("exact", 2);
        float[] fast = convolve("winograd", 2);
        double squares = 0;
        for (int i = 0; i < exact.length; i++) {
            squares += Math.pow((double) exact[i] - fast[i], 2);
        }
        double error = Math.sqrt(squares / exact.length);
        double allowed = (3 + 14) * 20 * 0x1p-24;
        assertTrue(error > 0 && error <= allowed, "root mean square error " + error);
        assertFalse(Arrays.equals(convolve("winograd", 1), Arrays.copyOf(fast, fast.length / 2)));
    }

    /** Three times the same, of which later ones find the weights packed. */
    private static float[] convolve(@Nullable String setting, int images) {
        String before = System.getProperty(PROPERTY);
        set(setting);
        try (Keyway keyway = Keyway.builder().threads(2).open()) {
            Device device = keyway.device("cpu");
            long[] sizes = {images, 20, 14, 13};
            try (Tensor input = keyway.tensor(device, numbers(images, 20 * 14 * 13), sizes);
                    Tensor weight = keyway.tensor(device, numbers(1, 36 * 20 * 9), WINDOW)) {
                float[] first = convolve(input, weight);
                assertArrayEquals(first, convolve(input, weight));
                assertArrayEquals(first, convolve(input, weight));
                return first;
            }
        } finally {
            set(before);
        }
    }

    private static float[] convolve(Tensor input, Tensor weight) {
        try (Tensor out = Ops.conv2d(input, weight, null, ONES, ONES, ONES, 1)) {
            return out.toFloatArray();
        }
    }

    private static void set(@Nullable String value) {
        if (value == null) {
            System.clearProperty(PROPERTY);
        } else {
            System.setProperty(PROPERTY, value);
        }
    }

    /** The same first ones, however many. */
    private static float[] numbers(int parts, int size) {
        SplittableRandom random = new SplittableRandom(size);
        float[] result = new float[parts * size];
        for (int i = 0; i < result.length; i++) {
            result[i] = (float) random.nextGaussian();
        }
        return result;
    }
}
