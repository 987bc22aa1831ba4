// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.sampling;

import static dev.keyway.backend.cpu.KernelFixture.getFloat;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keyway.backend.cpu.KernelFixture;
import dev.keyway.backend.cpu.sampling.ResamplingTaps.Mode;

import org.junit.jupiter.api.Test;

/**
 * f32 planes of another size against sums in double. Normal numbers of magnitude 5, up to 16 taps
 * whose weights' magnitudes sum to 2.5: within 64 units in the last place of 5.
 */
final class FloatResamplingTest {
    private static final double TOLERANCE = 64 * 5 * Math.ulp(1f);

    /** Planes, height, width, output height and width. */
    private static final int[][] SIZES = {
        {0, 2, 2, 3, 3},
        {1, 1, 1, 1, 1},
        {2, 3, 4, 6, 8},
        {3, 7, 33, 5, 15},
        {1, 4, 5, 9, 16},
        {2, 5, 3, 2, 17},
        {1, 2, 9, 3, 67}
    };

    @Test
    void mixesItsTaps() {
        for (int[] n : SIZES) {
            for (Mode mode : Mode.values()) {
                for (boolean align : new boolean[] {false, true}) {
                    ResamplingTaps rows = ResamplingTaps.of(mode, n[1], n[3], align, null, true);
                    ResamplingTaps columns = ResamplingTaps.of(mode, n[2], n[4], align, null, true);
                    try (KernelFixture memory = new KernelFixture(n[4])) {
                        long input = memory.floats(n[0] * n[1] * n[2]);
                        long out = memory.allocate(4L * n[0] * n[3] * n[4]);
                        FloatResampling.run(
                                KernelFixture.TWO, n[0], n[1], n[2], rows, columns, input, out);
                        for (int i = 0; i < n[0] * n[3] * n[4]; i++) {
                            double expected = expected(n, rows, columns, input, i);
                            assertEquals(expected, getFloat(out, i), TOLERANCE, mode.toString());
                        }
                    }
                }
            }
        }
    }

    private static double expected(
            int[] n, ResamplingTaps rows, ResamplingTaps columns, long input, int i) {
        int x = i % n[4];
        int y = i / n[4] % n[3];
        int plane = i / n[4] / n[3];
        double sum = 0;
        for (int a = 0; a < rows.index().length; a++) {
            for (int b = 0; b < columns.index().length; b++) {
                int row = rows.index()[a][y];
                int column = columns.index()[b][x];
                double weight = rows.weight()[a][y] * columns.weight()[b][x];
                sum += weight * getFloat(input, ((long) plane * n[1] + row) * n[2] + column);
            }
        }
        return sum;
    }

    @Test
    void weightsAreThoseOfTheModes() {
        ResamplingTaps linear = ResamplingTaps.of(Mode.LINEAR, 2, 4, false, null, true);
        assertArrayEquals(new int[] {0, 0, 0, 1}, linear.index()[0]);
        assertArrayEquals(new double[] {0, 0.25, 0.75, 0.25}, linear.weight()[1], 1e-6);
        ResamplingTaps cubic = ResamplingTaps.of(Mode.CUBIC, 8, 16, false, null, false);
        for (int i = 0; i < 16; i++) {
            double sum = 0;
            for (double[] weights : cubic.weight()) {
                sum += weights[i];
            }
            assertEquals(1, sum, 1e-12);
        }
        ResamplingTaps nearest = ResamplingTaps.of(Mode.NEAREST, 3, 5, false, null, true);
        assertArrayEquals(new int[] {0, 0, 1, 1, 2}, nearest.index()[0]);
        ResamplingTaps exact = ResamplingTaps.of(Mode.EXACT, 3, 5, false, null, true);
        assertArrayEquals(new int[] {0, 0, 1, 2, 2}, exact.index()[0]);
        ResamplingTaps corners = ResamplingTaps.of(Mode.LINEAR, 3, 5, true, null, true);
        assertArrayEquals(new double[] {0, 0.5, 0, 0.5, 0}, corners.weight()[1], 1e-6);
    }

    @Test
    void bitsDoNotDependOnThreads() {
        ResamplingTaps rows = ResamplingTaps.of(Mode.CUBIC, 33, 67, false, null, true);
        try (KernelFixture memory = new KernelFixture(1)) {
            long input = memory.floats(9 * 33 * 33);
            long one = memory.allocate(4L * 9 * 67 * 67);
            long two = memory.allocate(4L * 9 * 67 * 67);
            FloatResampling.run(KernelFixture.ONE, 9, 33, 33, rows, rows, input, one);
            FloatResampling.run(KernelFixture.TWO, 9, 33, 33, rows, rows, input, two);
            for (int i = 0; i < 9 * 67 * 67; i++) {
                assertEquals(getFloat(one, i), getFloat(two, i));
            }
        }
    }
}
