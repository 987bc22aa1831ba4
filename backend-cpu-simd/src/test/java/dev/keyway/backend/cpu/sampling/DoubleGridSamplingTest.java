// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.sampling;

import static dev.keyway.backend.cpu.KernelFixture.getDouble;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keyway.backend.cpu.KernelFixture;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * f64 images picked from at places, against sums over all pixels in double: each pixel weighs by
 * its distance. Pixels of magnitude 5, coordinates of magnitude 40 that are rounded three times and
 * 16 weights whose magnitudes sum to 2.5: within 1024 units in the last place of 5.
 */
final class DoubleGridSamplingTest {
    private static final double TOLERANCE = 1024 * 5 * Math.ulp(1.0);

    /** Images, channels, height, width, places. */
    private static final int[][] SIZES = {
        {0, 1, 2, 2, 3}, {1, 1, 1, 1, 4}, {2, 3, 4, 5, 1}, {1, 2, 7, 9, 255}, {2, 1, 5, 6, 257}
    };

    @Test
    void picks() {
        for (int[] n : SIZES) {
            for (long interpolation = 0; interpolation < 3; interpolation++) {
                for (long border = 0; border < 3; border++) {
                    for (boolean align : new boolean[] {false, true}) {
                        check(n, new GridMode(interpolation, border, align));
                    }
                }
            }
        }
    }

    private static void check(int[] n, GridMode mode) {
        SplittableRandom random = new SplittableRandom(n[4]);
        GridImages images = new GridImages(n[0], n[1], n[2], n[3], n[4]);
        try (KernelFixture memory = new KernelFixture(n[4])) {
            long input = memory.doubles(n[0] * n[1] * n[2] * n[3]);
            // Multiples of 1/64 and a little, so that no place is halfway between two pixels.
            long grid =
                    memory.doubles(n[0] * n[4] * 2, i -> (random.nextInt(-160, 161) + 0.3) / 64.0);
            long one = memory.allocate(8L * n[0] * n[1] * n[4]);
            long two = memory.allocate(8L * n[0] * n[1] * n[4]);
            DoubleGridSampling.run(KernelFixture.ONE, mode, images, input, grid, one);
            DoubleGridSampling.run(KernelFixture.TWO, mode, images, input, grid, two);
            for (int i = 0; i < n[0] * n[1] * n[4]; i++) {
                int plane = i / n[4];
                long place = (long) plane / n[1] * n[4] + i % n[4];
                double x = getDouble(grid, 2 * place);
                double y = getDouble(grid, 2 * place + 1);
                long pixels = input + 8L * plane * n[2] * n[3];
                double expected = expected(mode, pixels, n[2], n[3], x, y);
                assertEquals(expected, getDouble(one, i), TOLERANCE, mode.toString());
                assertEquals(getDouble(one, i), getDouble(two, i));
            }
        }
    }

    private static double expected(
            GridMode mode, long pixels, int height, int width, double gridX, double gridY) {
        double x = pixel(mode, gridX, width);
        double y = pixel(mode, gridY, height);
        boolean cubic = mode.interpolation() == GridMode.BICUBIC;
        if (!cubic) {
            x = bounded(mode, x, width);
            y = bounded(mode, y, height);
        }
        double sum = 0;
        for (int row = (int) Math.floor(y) - 1; row <= Math.floor(y) + 2; row++) {
            for (int column = (int) Math.floor(x) - 1; column <= Math.floor(x) + 2; column++) {
                double weight = weight(mode, x - column) * weight(mode, y - row);
                double r = cubic ? bounded(mode, row, height) : row;
                double c = cubic ? bounded(mode, column, width) : column;
                if (weight != 0 && r >= 0 && r < height && c >= 0 && c < width) {
                    sum += weight * getDouble(pixels, (long) r * width + (long) c);
                }
            }
        }
        return sum;
    }

    private static double pixel(GridMode mode, double at, int size) {
        return mode.align() ? (at + 1) / 2 * (size - 1) : ((at + 1) * size - 1) / 2;
    }

    private static double bounded(GridMode mode, double at, int size) {
        double low = mode.align() ? 0 : -0.5;
        double high = mode.align() ? size - 1 : size - 0.5;
        double inside = at;
        while (mode.border() == 2 && high > low && (inside < low || inside > high)) {
            inside = inside < low ? 2 * low - inside : 2 * high - inside;
        }
        return mode.border() == 0 ? at : Math.clamp(inside, 0, size - 1);
    }

    private static double weight(GridMode mode, double signed) {
        double d = Math.abs(signed);
        if (mode.interpolation() == GridMode.NEAREST) {
            return d < 0.5 ? 1 : 0;
        }
        if (mode.interpolation() != GridMode.BICUBIC) {
            return Math.max(0, 1 - d);
        }
        double a = -0.75;
        return d <= 1
                ? (a + 2) * d * d * d - (a + 3) * d * d + 1
                : d < 2 ? a * (d * d * d - 5 * d * d + 8 * d - 4) : 0;
    }

    /** NaN and infinite coordinates give NaN, but are outside for the nearest pixel. */
    @Test
    void corners() {
        double[] grid = {Double.NaN, 0, 0, Double.POSITIVE_INFINITY};
        try (KernelFixture memory = new KernelFixture(1)) {
            long input = memory.doubles(4, i -> 1);
            long places = memory.doubles(4, i -> grid[i]);
            long out = memory.allocate(16);
            GridImages images = new GridImages(1, 1, 2, 2, 2);
            DoubleGridSampling.run(
                    KernelFixture.ONE, new GridMode(0, 0, false), images, input, places, out);
            assertEquals(Double.NaN, getDouble(out, 0));
            assertEquals(Double.NaN, getDouble(out, 1));
            DoubleGridSampling.run(
                    KernelFixture.ONE, new GridMode(1, 0, false), images, input, places, out);
            assertEquals(0, getDouble(out, 0));
            assertEquals(0, getDouble(out, 1));
        }
    }
}
