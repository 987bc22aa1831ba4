// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.backend.cpu.KernelFixture;
import org.junit.jupiter.api.Test;

/** Bounds as {@link Math#max} and {@link Math#min} have them, bit for bit but for NaN's. */
final class BoundsTest {
    private static final double[] NUMBERS = {
        0.0,
        -0.0,
        Float.MIN_VALUE,
        -Float.MIN_VALUE,
        1,
        -1,
        2.5,
        Float.MAX_VALUE,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        Double.NaN
    };

    @Test
    void floats() {
        int count = NUMBERS.length;
        try (KernelFixture memory = new KernelFixture(1)) {
            long a = memory.floats(5 * count, i -> NUMBERS[i % count]);
            long out = memory.allocate(20L * count);
            for (double low : NUMBERS) {
                for (double high : NUMBERS) {
                    FloatShapes.clamp(out, a, (float) low, (float) high, 5L * count);
                    for (int i = 0; i < 5 * count; i++) {
                        float x = KernelFixture.getFloat(a, i);
                        float want = Math.min(Math.max(x, (float) low), (float) high);
                        float got = KernelFixture.getFloat(out, i);
                        assertTrue(
                                Corners.same(want, got),
                                () -> x + " from " + low + " to " + high + " gives " + got);
                    }
                }
            }
        }
    }

    @Test
    void doubles() {
        int count = NUMBERS.length;
        try (KernelFixture memory = new KernelFixture(1)) {
            long a = memory.doubles(5 * count, i -> NUMBERS[i % count]);
            long out = memory.allocate(40L * count);
            for (double low : NUMBERS) {
                for (double high : NUMBERS) {
                    DoubleShapes.clamp(out, a, low, high, 5L * count);
                    for (int i = 0; i < 5 * count; i++) {
                        double x = KernelFixture.getDouble(a, i);
                        double want = Math.min(Math.max(x, low), high);
                        double got = KernelFixture.getDouble(out, i);
                        assertTrue(
                                Corners.same(want, got),
                                () -> x + " from " + low + " to " + high + " gives " + got);
                    }
                }
            }
        }
    }
}
