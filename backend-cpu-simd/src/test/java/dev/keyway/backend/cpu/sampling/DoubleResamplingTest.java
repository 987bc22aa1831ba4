// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.sampling;

import static dev.keyway.backend.cpu.KernelFixture.getDouble;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keyway.backend.cpu.KernelFixture;
import dev.keyway.backend.cpu.sampling.ResamplingTaps.Mode;

import org.junit.jupiter.api.Test;

/**
 * f64 planes of another size against sums in double. Normal numbers of magnitude 5, up to 16 taps
 * whose weights' magnitudes sum to 2.5: within 64 units in the last place of 5.
 */
final class DoubleResamplingTest {
    private static final double TOLERANCE = 64 * 5 * Math.ulp(1.0);

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
                    ResamplingTaps rows = ResamplingTaps.of(mode, n[1], n[3], align, null, false);
                    ResamplingTaps columns =
                            ResamplingTaps.of(mode, n[2], n[4], align, null, false);
                    try (KernelFixture memory = new KernelFixture(n[4])) {
                        long input = memory.doubles(n[0] * n[1] * n[2]);
                        long out = memory.allocate(8L * n[0] * n[3] * n[4]);
                        DoubleResampling.run(
                                KernelFixture.TWO, n[0], n[1], n[2], rows, columns, input, out);
                        for (int i = 0; i < n[0] * n[3] * n[4]; i++) {
                            double expected = expected(n, rows, columns, input, i);
                            assertEquals(expected, getDouble(out, i), TOLERANCE, mode.toString());
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
                sum += weight * getDouble(input, ((long) plane * n[1] + row) * n[2] + column);
            }
        }
        return sum;
    }

    @Test
    void bitsDoNotDependOnThreads() {
        ResamplingTaps rows = ResamplingTaps.of(Mode.CUBIC, 33, 67, false, null, false);
        try (KernelFixture memory = new KernelFixture(1)) {
            long input = memory.doubles(9 * 33 * 33);
            long one = memory.allocate(8L * 9 * 67 * 67);
            long two = memory.allocate(8L * 9 * 67 * 67);
            DoubleResampling.run(KernelFixture.ONE, 9, 33, 33, rows, rows, input, one);
            DoubleResampling.run(KernelFixture.TWO, 9, 33, 33, rows, rows, input, two);
            for (int i = 0; i < 9 * 67 * 67; i++) {
                assertEquals(getDouble(one, i), getDouble(two, i));
            }
        }
    }
}
