// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.matrix;

import static dev.keyway.backend.cpu.KernelFixture.getFloat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.backend.cpu.KernelFixture;

import jdk.incubator.vector.FloatVector;

import org.junit.jupiter.api.Test;

/** Small f32 products have the bits of a scalar loop, and write nothing beside the result. */
final class FloatSmallProductTest {
    private static final int LANES = FloatVector.SPECIES_PREFERRED.length();

    @Test
    void everySizeHasTheBitsOfTheScalarLoop() {
        int[] widths = {LANES, LANES + 1, 2 * LANES - 1, 2 * LANES, 2 * LANES + 1, 3 * LANES + 5};
        for (int m : new int[] {2, 3, 7, 8, 9, 16, 17, 24}) {
            for (int n : widths) {
                for (int k : new int[] {LANES, LANES + 1, 2 * LANES + 3, 64}) {
                    check(m, n, k, 0);
                    check(m, n, k, 3);
                }
            }
        }
    }

    @Test
    void whatIsSmallerThanAVectorOrLargeIsLeftToOthers() {
        assertTrue(FloatSmallProduct.fits(2, LANES, LANES));
        assertTrue(FloatSmallProduct.fits(64, 64, 64));
        assertFalse(FloatSmallProduct.fits(1, 64, 64));
        assertFalse(FloatSmallProduct.fits(64, LANES - 1, 64));
        assertFalse(FloatSmallProduct.fits(64, 64, LANES - 1));
        assertFalse(FloatSmallProduct.fits(64, 64, 66));
        assertFalse(FloatSmallProduct.fits(65, 64, 64));
    }

    /** With so many numbers between one row and the next. */
    private static void check(int m, int n, int k, int space) {
        try (KernelFixture memory = new KernelFixture(m * 10_000L + n * 100L + k)) {
            int aStep = k + space;
            int step = n + space;
            long a = memory.floats(m * aStep - space);
            long b = memory.floats(k * step - space);
            long out = memory.floats(m * step - space, i -> 7);
            FloatSmallProduct.run(m, n, k, a, 4L * aStep, b, 4L * step, out, 4L * step);
            for (int i = 0; i < m; i++) {
                for (int j = 0; j < n; j++) {
                    float sum = 0;
                    for (int p = 0; p < k; p++) {
                        long left = (long) i * aStep + p;
                        long right = (long) p * step + j;
                        sum = Math.fma(getFloat(a, left), getFloat(b, right), sum);
                    }
                    assertEquals(sum, getFloat(out, (long) i * step + j));
                }
                for (int j = n; j < step && i < m - 1; j++) {
                    assertEquals(7, getFloat(out, (long) i * step + j));
                }
            }
        }
    }
}
