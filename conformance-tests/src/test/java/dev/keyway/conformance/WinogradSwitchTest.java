// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

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
    private static final long[] IMAGE = {2, 20, 14, 13};
    private static final long[] WINDOW = {36, 20, 3, 3};
    private static final long[] ONES = {1, 1};

    @Test
    void takesEffectWhenARuntimeOpens() {
        float[] exact = convolve("exact");
        float[] fast = convolve("winograd");
        assertFalse(Arrays.equals(exact, fast));
        for (int i = 0; i < exact.length; i++) {
            assertEquals(exact[i], fast[i], 1e-4, "number " + i);
        }
        assertArrayEquals(exact, convolve(null));
    }

    /** Three times the same, of which later ones find the weights packed. */
    private static float[] convolve(@Nullable String setting) {
        String before = System.getProperty(PROPERTY);
        set(setting);
        try (Keyway keyway = Keyway.builder().threads(2).open()) {
            Device device = keyway.device("cpu");
            try (Tensor input = keyway.tensor(device, numbers(2 * 20 * 14 * 13), IMAGE);
                    Tensor weight = keyway.tensor(device, numbers(36 * 20 * 9), WINDOW)) {
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

    private static float[] numbers(int count) {
        SplittableRandom random = new SplittableRandom(count);
        float[] result = new float[count];
        for (int i = 0; i < count; i++) {
            result[i] = (float) random.nextGaussian();
        }
        return result;
    }
}
