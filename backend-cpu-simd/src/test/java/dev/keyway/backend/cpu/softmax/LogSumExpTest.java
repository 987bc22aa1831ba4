// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.softmax;

import static dev.keyway.backend.cpu.KernelFixture.getDouble;
import static dev.keyway.backend.cpu.KernelFixture.getFloat;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keyway.backend.cpu.KernelFixture;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

/**
 * Logarithms of sums of exponentials against their definition in f64: distance, exponential and sum
 * of n terms round n + 8 + |x - m| times, logarithm and last sum a few more.
 */
final class LogSumExpTest {
    private static final int[] LENGTHS = {0, 1, 2, 7, 8, 9, 15, 16, 17, 63, 64, 65, 127, 129, 515};
    private static final int GAP = 3;

    private static double expected(int n, IntToDoubleFunction x) {
        double largest = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < n; i++) {
            largest = Math.max(largest, x.applyAsDouble(i));
        }
        if (!Double.isFinite(largest)) {
            return largest;
        }
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += StrictMath.exp(x.applyAsDouble(i) - largest);
        }
        return largest + StrictMath.log(sum);
    }

    private static double bound(double value, int n, double unit) {
        return Double.isFinite(value) ? (n + 40 + 4 * Math.abs(value)) * 2 * unit : 0;
    }

    private static void check(IntToDoubleFunction value) {
        for (int n : LENGTHS) {
            try (KernelFixture memory = new KernelFixture(n)) {
                long floats = memory.floats(GAP * n, value);
                long doubles = memory.doubles(GAP * n, value);
                long out = memory.allocate(Double.BYTES);
                long[] inside = new long[n];
                String where = "n=" + n;
                double unit = Math.ulp(1f) / 2;
                double dense = expected(n, i -> getFloat(floats, i));
                new FloatLogSumExp().dense(out, floats, n);
                assertEquals(dense, getFloat(out, 0), bound(dense, n, unit), where);
                Arrays.setAll(inside, i -> (long) Float.BYTES * GAP * i);
                double spread = expected(n, i -> getFloat(floats, GAP * i));
                new FloatLogSumExp().spread(out, floats, inside);
                assertEquals(spread, getFloat(out, 0), bound(spread, n, unit), where);
                double fine = Math.ulp(1.0);
                double wide = expected(n, i -> getDouble(doubles, i));
                new DoubleLogSumExp().dense(out, doubles, n);
                assertEquals(wide, getDouble(out, 0), bound(wide, n, fine), where);
                Arrays.setAll(inside, i -> (long) Double.BYTES * GAP * i);
                double apart = expected(n, i -> getDouble(doubles, GAP * i));
                new DoubleLogSumExp().spread(out, doubles, inside);
                assertEquals(apart, getDouble(out, 0), bound(apart, n, fine), where);
            }
        }
    }

    @Test
    void numbers() {
        check(i -> Math.floorMod(i * 7919, 1009) / 100.0 - 5);
    }

    @Test
    void largeNumbersDoNotOverflow() {
        check(i -> 700 + i % 13);
    }

    @Test
    void infinitiesAndNotANumber() {
        check(i -> Double.NEGATIVE_INFINITY);
        check(i -> i % 67 == 66 ? Double.POSITIVE_INFINITY : i);
        check(i -> i % 67 == 66 ? Double.NaN : i % 5);
        check(i -> i % 3 == 1 ? Double.NEGATIVE_INFINITY : i % 5);
    }

    /** Lines side by side, with a gap behind each row of them. */
    private static void beside(int width, int n, IntToDoubleFunction value) {
        int gap = width + GAP;
        try (KernelFixture memory = new KernelFixture(n)) {
            long floats = memory.floats(n * gap, value);
            long doubles = memory.doubles(n * gap, value);
            long out = memory.allocate((long) Float.BYTES * width);
            long wide = memory.allocate((long) Double.BYTES * width);
            new FloatLogSumExp().columns(out, floats, n, (long) Float.BYTES * gap, width);
            new DoubleLogSumExp().columns(wide, doubles, n, (long) Double.BYTES * gap, width);
            for (int c = 0; c < width; c++) {
                int column = c;
                double single = expected(n, i -> getFloat(floats, i * gap + column));
                double unit = Math.ulp(1f) / 2;
                assertEquals(single, getFloat(out, c), bound(single, n, unit), "width " + width);
                double twofold = expected(n, i -> getDouble(doubles, i * gap + column));
                double fine = Math.ulp(1.0);
                assertEquals(twofold, getDouble(wide, c), bound(twofold, n, fine));
            }
        }
    }

    @Test
    void columns() {
        for (int width : LENGTHS) {
            for (int n : new int[] {1, 5, 40}) {
                beside(width, n, i -> Math.floorMod(i * 7919, 1009) / 100.0 - 5);
                beside(width, n, i -> i % 67 == 66 ? Double.NaN : i % 5);
                beside(width, n, i -> i % 67 == 66 ? Double.POSITIVE_INFINITY : i % 5);
                beside(width, n, i -> Double.NEGATIVE_INFINITY);
            }
        }
    }
}
