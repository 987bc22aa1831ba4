// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.softmax;

import static dev.keyway.backend.cpu.KernelFixture.getFloat;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keyway.backend.cpu.KernelFixture;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

/**
 * f32 softmax along rows and columns against its definition in f64. Distance, exponential, sum of n
 * terms and quotient round n + 16 + |x - m| times at most.
 */
final class FloatSoftmaxTest {
    private static final double UNIT = Math.ulp(1f) / 2;
    private static final int SIZE = Float.BYTES;
    private static final int[] LENGTHS = {1, 2, 3, 7, 8, 15, 16, 17, 31, 33, 63, 64, 65, 131, 515};
    private static final int[] WIDTHS = {1, 2, 3, 7, 8, 9, 16, 17, 33, 67, 128};

    private final SoftmaxRows rows = new FloatSoftmaxRows();
    private final SoftmaxColumns columns = new FloatSoftmaxColumns();

    /** Element {@code j} of a line. */
    private interface Line {
        int at(int j);
    }

    private static void check(long out, long self, int n, boolean logarithm, Line line) {
        double largest = Double.NEGATIVE_INFINITY;
        for (int j = 0; j < n; j++) {
            largest = Math.max(largest, getFloat(self, line.at(j)));
        }
        double sum = 0;
        double spread = 0;
        for (int j = 0; j < n; j++) {
            double distance = getFloat(self, line.at(j)) - largest;
            sum += StrictMath.exp(distance);
            spread = Math.max(spread, Math.min(Math.abs(distance), 110));
        }
        for (int j = 0; j < n; j++) {
            double distance = getFloat(self, line.at(j)) - largest;
            double log = StrictMath.log(sum);
            double expected = logarithm ? distance - log : StrictMath.exp(distance) / sum;
            double size = logarithm ? 1 + Math.abs(distance) + log : expected;
            double bound =
                    Double.isFinite(expected)
                            ? (n + 16 + 2 * spread) * 2 * UNIT * size + Float.MIN_NORMAL
                            : 0;
            assertEquals(expected, getFloat(out, line.at(j)), bound, "n=" + n + " j=" + j);
        }
    }

    private void rows(IntToDoubleFunction value) {
        for (int n : LENGTHS) {
            for (boolean logarithm : new boolean[] {false, true}) {
                try (KernelFixture memory = new KernelFixture(n)) {
                    long self = memory.floats(3 * n, value);
                    long out = memory.allocate((long) SIZE * 3 * n);
                    rows.forward(out, self, 3, n, logarithm);
                    for (int row = 0; row < 3; row++) {
                        int first = row * n;
                        check(out, self, n, logarithm, j -> first + j);
                    }
                }
            }
        }
    }

    @Test
    void rowsFollowTheDefinition() {
        rows(i -> Math.floorMod(i * 7919, 1009) / 50.0 - 10);
    }

    @Test
    void rowsWithInfinities() {
        rows(i -> i % 5 == 2 ? Double.NEGATIVE_INFINITY : i % 3);
        rows(i -> i % 11 == 4 ? -500 : i % 3);
    }

    @Test
    void notANumberFillsTheRow() {
        try (KernelFixture memory = new KernelFixture(1)) {
            long self = memory.floats(2 * 19, i -> i == 7 ? Double.NaN : i);
            long out = memory.allocate((long) SIZE * 2 * 19);
            rows.forward(out, self, 2, 19, false);
            for (int j = 0; j < 19; j++) {
                assertEquals(Float.NaN, getFloat(out, j));
            }
            check(out, self, 19, false, j -> 19 + j);
        }
    }

    @Test
    void columnsFollowTheDefinition() {
        for (int width : WIDTHS) {
            for (boolean logarithm : new boolean[] {false, true}) {
                try (KernelFixture memory = new KernelFixture(width)) {
                    int n = 13;
                    int step = width + 5;
                    long self = memory.floats(n * step, i -> i * 37 % 101 / 9.0);
                    long out = memory.allocate((long) SIZE * n * step);
                    columns.forward(out, self, n, (long) SIZE * step, width, logarithm);
                    for (int c = 0; c < width; c++) {
                        int column = c;
                        check(out, self, n, logarithm, j -> column + j * step);
                    }
                }
            }
        }
    }

    @Test
    void gradientsOfRowsAndColumnsFollowTheDefinition() {
        for (int n : LENGTHS) {
            for (boolean logarithm : new boolean[] {false, true}) {
                try (KernelFixture memory = new KernelFixture(n)) {
                    long grad = memory.floats(3 * n);
                    IntToDoubleFunction result = i -> (i * 31 % 17 + 1) / 40.0;
                    long y =
                            memory.floats(
                                    3 * n,
                                    i ->
                                            logarithm
                                                    ? -result.applyAsDouble(i) * 9
                                                    : result.applyAsDouble(i));
                    long out = memory.allocate((long) SIZE * 3 * n);
                    rows.backward(out, grad, y, 3, n, logarithm);
                    for (int row = 0; row < 3; row++) {
                        int first = row * n;
                        gradient(out, grad, y, n, logarithm, j -> first + j);
                    }
                    long beside = memory.allocate((long) SIZE * 3 * n);
                    columns.backward(beside, grad, y, 3, (long) SIZE * n, n, logarithm);
                    for (int c = 0; c < n; c++) {
                        int column = c;
                        int step = n;
                        gradient(beside, grad, y, 3, logarithm, j -> column + j * step);
                    }
                }
            }
        }
    }

    private static void gradient(long out, long grad, long y, int n, boolean logarithm, Line line) {
        double sum = 0;
        double magnitude = 0;
        for (int j = 0; j < n; j++) {
            double term = getFloat(grad, line.at(j)) * (logarithm ? 1 : getFloat(y, line.at(j)));
            sum += term;
            magnitude += Math.abs(term);
        }
        for (int j = 0; j < n; j++) {
            double g = getFloat(grad, line.at(j));
            double result = getFloat(y, line.at(j));
            double expected = logarithm ? g - StrictMath.exp(result) * sum : result * (g - sum);
            double bound = (n + 16) * 2 * UNIT * (Math.abs(g) + magnitude) + Float.MIN_NORMAL;
            assertEquals(expected, getFloat(out, line.at(j)), bound, "n=" + n + " j=" + j);
        }
    }
}
