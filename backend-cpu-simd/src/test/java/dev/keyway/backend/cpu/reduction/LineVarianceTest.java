// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.reduction;

import static dev.keyway.backend.cpu.KernelFixture.getDouble;
import static dev.keyway.backend.cpu.KernelFixture.getFloat;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keyway.backend.cpu.KernelFixture;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

/**
 * Variances against two passes in f64. A mean wrong by d moves the sum of n squares by at most 2 d
 * sum|x| + n d d; the sum itself rounds n + 2 times.
 */
final class LineVarianceTest {
    private static final int[] LENGTHS = {1, 2, 3, 7, 8, 9, 16, 17, 63, 64, 65, 131, 515, 5003};
    private static final int GAP = 3;

    /** Value and bound for a unit of rounding. */
    private static double[] expected(int n, IntToDoubleFunction x, double divisor, double unit) {
        double sum = 0;
        double magnitude = 0;
        for (int i = 0; i < n; i++) {
            sum += x.applyAsDouble(i);
            magnitude += Math.abs(x.applyAsDouble(i));
        }
        double mean = sum / n;
        double squares = 0;
        double distances = 0;
        for (int i = 0; i < n; i++) {
            double distance = x.applyAsDouble(i) - mean;
            squares += distance * distance;
            distances += Math.abs(distance);
        }
        double moved = 2 * unit * magnitude + 2 * unit * Math.abs(mean);
        double error = 2 * moved * distances + n * moved * moved + (n + 4) * 2 * unit * squares;
        return new double[] {squares / divisor, error / divisor};
    }

    private static void check(IntToDoubleFunction value) {
        for (int n : LENGTHS) {
            double divisor = Math.max(1, n - 1);
            long[] inside = new long[n];
            try (KernelFixture memory = new KernelFixture(n)) {
                long floats = memory.floats(GAP * n, value);
                long doubles = memory.doubles(GAP * n, value);
                long out = memory.allocate(2 * Double.BYTES);
                double unit = Math.ulp(1f) / 2;
                double[] dense = expected(n, i -> getFloat(floats, i), divisor, unit);
                new FloatVariance().dense(out, floats, n, divisor);
                assertEquals(dense[0], getFloat(out, 0), dense[1], "n=" + n);
                java.util.Arrays.setAll(inside, i -> (long) Float.BYTES * GAP * i);
                double[] spread = expected(n, i -> getFloat(floats, GAP * i), divisor, unit);
                new FloatVariance().spread(out, floats, inside, divisor);
                assertEquals(spread[0], getFloat(out, 0), spread[1], "n=" + n);
                double fine = Math.ulp(1.0);
                double[] wide = expected(n, i -> getDouble(doubles, i), divisor, fine);
                new DoubleVariance().dense(out, doubles, n, divisor);
                assertEquals(wide[0], getDouble(out, 0), wide[1], "n=" + n);
                java.util.Arrays.setAll(inside, i -> (long) Double.BYTES * GAP * i);
                double[] apart = expected(n, i -> getDouble(doubles, GAP * i), divisor, fine);
                new DoubleVariance().spread(out, doubles, inside, divisor);
                assertEquals(apart[0], getDouble(out, 0), apart[1], "n=" + n);
            }
        }
    }

    @Test
    void numbers() {
        check(i -> Math.floorMod(i * 7919, 1009) / 100.0 - 5);
    }

    /** Lines side by side give the bits of each line alone. */
    @Test
    void columns() {
        for (int width : new int[] {1, 3, 4, 7, 8, 9, 15, 16, 17, 40}) {
            long[] inside = new long[23];
            try (KernelFixture memory = new KernelFixture(width)) {
                long floats = memory.floats(23 * width);
                long doubles = memory.doubles(23 * width);
                long out = memory.allocate((long) Double.BYTES * width);
                long one = memory.allocate(Double.BYTES);
                java.util.Arrays.setAll(inside, i -> (long) Float.BYTES * width * i);
                new FloatVariance().columns(out, floats, inside, 22, width);
                for (int i = 0; i < width; i++) {
                    new FloatVariance().spread(one, floats + 4L * i, inside, 22);
                    assertEquals(getFloat(one, 0), getFloat(out, i), 0);
                }
                java.util.Arrays.setAll(inside, i -> (long) Double.BYTES * width * i);
                new DoubleVariance().columns(out, doubles, inside, 22, width);
                for (int i = 0; i < width; i++) {
                    new DoubleVariance().spread(one, doubles + 8L * i, inside, 22);
                    assertEquals(getDouble(one, 0), getDouble(out, i), 0);
                }
            }
        }
    }

    @Test
    void farFromZero() {
        check(i -> 1000 + i % 7);
    }

    @Test
    void notANumberAndInfinitiesGiveNotANumber() {
        for (double special : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
            try (KernelFixture memory = new KernelFixture(1)) {
                long line = memory.floats(70, i -> i == 66 ? special : i);
                long out = memory.allocate(Float.BYTES);
                new FloatVariance().dense(out, line, 70, 69);
                assertEquals(Float.NaN, getFloat(out, 0));
            }
        }
    }
}
