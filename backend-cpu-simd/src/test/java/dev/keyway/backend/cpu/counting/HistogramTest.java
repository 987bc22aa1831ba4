// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.counting;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.keyway.backend.cpu.KernelFixture;
import org.junit.jupiter.api.Test;

/** Counts in bins against loops that look for the bin by its bounds. */
final class HistogramTest {
    private static final int[] SIZES = {0, 1, 17, 1000};
    private static final double[] CORNERS = {
        Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -2, 2, 0, -0.0, 2.5
    };

    /** Bounds and numbers are multiples of 1/8 and bins a quarter wide, so that nothing rounds. */
    @Test
    void countsWhatLiesInside() {
        for (int size : SIZES) {
            try (KernelFixture memory = new KernelFixture(size)) {
                double[] x = new double[size];
                for (int i = 0; i < size; i++) {
                    x[i] = i < CORNERS.length ? CORNERS[i] : (memory.nextLong() % 32) / 8.0;
                }
                long floats = memory.floats(size, i -> x[i]);
                long doubles = memory.doubles(size, i -> x[i]);
                long[] expected = new long[16];
                for (double value : x) {
                    for (int bin = 0; bin < 16; bin++) {
                        double low = -2 + bin / 4.0;
                        boolean last = bin == 15 && value == 2;
                        expected[bin] += value >= low && value < low + 0.25 || last ? 1 : 0;
                    }
                }
                long[] single = new long[16];
                FloatHistogram.count(floats, size, -2, 2, 16, single);
                assertArrayEquals(expected, single);
                long[] wide = new long[16];
                DoubleHistogram.count(doubles, size, -2, 2, 16, wide);
                assertArrayEquals(expected, wide);
            }
        }
    }

    @Test
    void boundsAreThoseOfTheElements() {
        try (KernelFixture memory = new KernelFixture(1)) {
            double[] bounds = {Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};
            FloatHistogram.bounds(memory.floats(40, i -> i - 20), 40, bounds);
            assertArrayEquals(new double[] {-20, 19}, bounds);
            DoubleHistogram.bounds(memory.doubles(40, i -> 2 * i), 40, bounds);
            assertArrayEquals(new double[] {-20, 78}, bounds);
            FloatHistogram.bounds(memory.floats(2, i -> Double.NaN), 2, bounds);
            assertArrayEquals(new double[] {Double.NaN, Double.NaN}, bounds);
        }
    }
}
