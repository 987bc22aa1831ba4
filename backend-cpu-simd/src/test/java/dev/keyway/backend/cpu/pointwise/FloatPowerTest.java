// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.KernelFixture.getFloat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.backend.cpu.KernelFixture;
import org.junit.jupiter.api.Test;

/** Powers of f32 rows and numbers against C's pow, by Java's; in place they are the same. */
final class FloatPowerTest {
    private static final float[] CORNERS = {
        0,
        -0f,
        1,
        -1,
        2,
        -2,
        3,
        0.5f,
        -0.5f,
        2.5f,
        -3.25f,
        Float.NaN,
        Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY,
        Float.MIN_VALUE,
        Float.MIN_NORMAL,
        Float.MAX_VALUE,
        1 + 0x1p-23f,
        1 - 0x1p-24f,
        87,
        -104,
        1e30f
    };

    private static void check(
            KernelFixture memory, long a, int stepA, long b, int stepB, int count) {
        long out = memory.allocate(4L * count);
        FloatPower.pow(out, a, stepA, b, stepB, count);
        long one = memory.allocate(4);
        for (int i = 0; i < count; i++) {
            float x = getFloat(a, (long) i * stepA);
            float y = getFloat(b, (long) i * stepB);
            boolean isOne = x == 1 || (x == -1 && Float.isInfinite(y));
            float want = isOne ? 1 : (float) StrictMath.pow(x, y);
            float got = getFloat(out, i);
            boolean near = Math.abs(got - want) <= Math.ulp(want);
            assertTrue(near || Float.compare(want, got) == 0, x + " ^ " + y + ": " + got);
            FloatPower.pow(one, a + 4L * i * stepA, 1, b + 4L * i * stepB, 1, 1);
            assertEquals(got, getFloat(one, 0), x + " ^ " + y);
        }
        if (stepA == 1) {
            FloatPower.pow(a, a, 1, b, stepB, count);
            for (int i = 0; i < count; i++) {
                assertEquals(getFloat(out, i), getFloat(a, i));
            }
        }
    }

    @Test
    void corners() {
        int n = CORNERS.length;
        for (int k = 0; k < n; k++) {
            float number = CORNERS[k];
            try (KernelFixture memory = new KernelFixture(1)) {
                long row = memory.floats(n, i -> CORNERS[i]);
                long single = memory.floats(1, i -> number);
                check(memory, single, 0, row, 1, n);
                check(memory, row, 1, single, 0, n);
                long numbers = memory.floats(n, i -> number);
                check(memory, numbers, 1, memory.floats(n, i -> CORNERS[i]), 1, n);
            }
        }
    }

    @Test
    void sizes() {
        for (int size : new int[] {0, 1, 3, 4, 5, 7, 8, 9, 15, 16, 17, 35, 67}) {
            try (KernelFixture memory = new KernelFixture(size)) {
                long a = memory.floats(size + 1, i -> 0.37 * i + 0.1);
                long b = memory.floats(size + 1, i -> 1.7 - 0.11 * i);
                check(memory, a, 0, b, 0, size);
                check(memory, a, 0, b, 1, size);
                check(memory, a, 1, b, 1, size);
                check(memory, a, 1, b, 0, size);
            }
        }
    }
}
