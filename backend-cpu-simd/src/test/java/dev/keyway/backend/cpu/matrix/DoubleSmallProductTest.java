// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.matrix;

import static dev.keyway.backend.cpu.KernelFixture.getDouble;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.backend.cpu.KernelFixture;

import jdk.incubator.vector.DoubleVector;

import org.junit.jupiter.api.Test;

/** Small f64 products have the bits of a scalar loop, and write nothing beside the result. */
final class DoubleSmallProductTest {
    private static final int LANES = DoubleVector.SPECIES_PREFERRED.length();

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
        assertTrue(DoubleSmallProduct.fits(2, LANES, LANES));
        assertTrue(DoubleSmallProduct.fits(64, 32, 64));
        assertFalse(DoubleSmallProduct.fits(1, 32, 64));
        assertFalse(DoubleSmallProduct.fits(64, LANES - 1, 64));
        assertFalse(DoubleSmallProduct.fits(64, 64, LANES - 1));
        assertFalse(DoubleSmallProduct.fits(64, 32, 66));
        assertFalse(DoubleSmallProduct.fits(129, 32, 64));
    }

    /** With so many numbers between one row and the next. */
    private static void check(int m, int n, int k, int space) {
        try (KernelFixture memory = new KernelFixture(m * 10_000L + n * 100L + k)) {
            int aStep = k + space;
            int step = n + space;
            long a = memory.doubles(m * aStep - space);
            long b = memory.doubles(k * step - space);
            long out = memory.doubles(m * step - space, i -> 7);
            DoubleSmallProduct.run(m, n, k, a, 8L * aStep, b, 8L * step, out, 8L * step);
            for (int i = 0; i < m; i++) {
                for (int j = 0; j < n; j++) {
                    double sum = 0;
                    for (int p = 0; p < k; p++) {
                        long left = (long) i * aStep + p;
                        long right = (long) p * step + j;
                        sum = Math.fma(getDouble(a, left), getDouble(b, right), sum);
                    }
                    assertEquals(sum, getDouble(out, (long) i * step + j));
                }
                for (int j = n; j < step && i < m - 1; j++) {
                    assertEquals(7, getDouble(out, (long) i * step + j));
                }
            }
        }
    }
}
