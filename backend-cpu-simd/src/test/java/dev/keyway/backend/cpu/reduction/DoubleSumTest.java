// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.reduction;

import static dev.keyway.backend.cpu.KernelFixture.getDouble;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keyway.backend.cpu.KernelFixture;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** f64 sums against exact ones, and against scalar ones in the order that the kernel promises. */
final class DoubleSumTest {
    private static final double UNIT = Math.ulp(1.0) / 2;
    private static final DoubleSum SUM = new DoubleSum();

    private static List<ReductionCase> cases() {
        List<ReductionCase> cases = new ArrayList<>(ReductionCase.dense());
        cases.addAll(ReductionCase.beside());
        cases.addAll(ReductionCase.strided());
        return cases;
    }

    /** However n numbers are added, the error is at most (n - 1) u times their magnitudes. */
    @Test
    void sumsAreNearTheExactOnes() {
        for (ReductionCase c : cases()) {
            try (KernelFixture memory = new KernelFixture(c.hashCode())) {
                long self = memory.doubles(c.extent());
                long out = c.run(memory, SUM, KernelFixture.ONE, self);
                for (int r = 0; r < c.numel(); r++) {
                    double sum = 0;
                    double magnitude = 0;
                    for (int i = 0; i < c.n(); i++) {
                        double x = getDouble(self, c.index(r, i));
                        sum += x;
                        magnitude += Math.abs(x);
                    }
                    double bound = 2 * UNIT * Math.max(0, c.n() - 1) * magnitude;
                    assertEquals(sum, getDouble(out, r), bound, c::toString);
                }
            }
        }
    }

    @Test
    void integersAddUpExactly() {
        for (ReductionCase c : cases()) {
            try (KernelFixture memory = new KernelFixture(1)) {
                long self = memory.doubles(c.extent(), i -> i % 13 - 5);
                long out = c.run(memory, SUM, KernelFixture.TWO, self);
                for (int r = 0; r < c.numel(); r++) {
                    int sum = 0;
                    for (int i = 0; i < c.n(); i++) {
                        sum += c.index(r, i) % 13 - 5;
                    }
                    assertEquals(sum, getDouble(out, r), c::toString);
                }
            }
        }
    }

    @Test
    void orderDependsOnTheShapeAlone() {
        for (ReductionCase c : cases()) {
            try (KernelFixture memory = new KernelFixture(c.hashCode())) {
                long self = memory.doubles(c.extent());
                long one = c.run(memory, SUM, KernelFixture.ONE, self);
                long two = c.run(memory, SUM, KernelFixture.TWO, self);
                for (int r = 0; r < c.numel(); r++) {
                    double[] line = new double[c.n()];
                    for (int i = 0; i < c.n(); i++) {
                        line[i] = getDouble(self, c.index(r, i));
                    }
                    boolean dense = c.step() == 1 && c.width() == 1;
                    double expected = dense ? dense(line) : beside(line, c.width());
                    assertEquals(expected, getDouble(one, r), c::toString);
                    assertEquals(expected, getDouble(two, r), c::toString);
                }
            }
        }
    }

    /** Pieces of 16,384; lane p % 64, or p % 4 of a short line, folded in halves. */
    private static double dense(double[] line) {
        if (line.length > Reduction.PIECE) {
            int count = (int) ((line.length + Reduction.PIECE - 1) / Reduction.PIECE);
            double[] pieces = new double[count];
            for (int k = 0; k < count; k++) {
                pieces[k] = dense(piece(line, k, (int) Reduction.PIECE));
            }
            return dense(pieces);
        }
        boolean isShort = line.length < 64;
        double[] lanes = new double[isShort ? 4 : 64];
        for (int i = 0; i < line.length; i++) {
            boolean tail = isShort && i >= line.length - line.length % 4;
            lanes[tail ? 0 : i % lanes.length] += line[i];
        }
        return isShort ? (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]) : tree(lanes, 0, 1);
    }

    private static double tree(double[] lanes, int first, int step) {
        return step == lanes.length
                ? lanes[first]
                : tree(lanes, first, 2 * step) + tree(lanes, first + step, 2 * step);
    }

    /** Pieces of 256; four at a time. */
    private static double beside(double[] line, int width) {
        if (line.length > Reduction.ROWS) {
            int count = (int) ((line.length + Reduction.ROWS - 1) / Reduction.ROWS);
            double[] pieces = new double[count];
            for (int k = 0; k < count; k++) {
                pieces[k] = beside(piece(line, k, (int) Reduction.ROWS), width);
            }
            return width == 1 ? dense(pieces) : beside(pieces, width);
        }
        double sum = 0;
        int full = line.length - line.length % 4;
        for (int i = 0; i < full; i += 4) {
            sum += (line[i] + line[i + 1]) + (line[i + 2] + line[i + 3]);
        }
        for (int i = full; i < line.length; i++) {
            sum += line[i];
        }
        return sum;
    }

    private static double[] piece(double[] line, int index, int size) {
        int end = Math.min(line.length, (index + 1) * size);
        return java.util.Arrays.copyOfRange(line, index * size, end);
    }

    @Test
    void infinitiesAndNaN() {
        for (ReductionCase c : cases()) {
            if (c.n() < 3 || c.step() == 0) {
                continue;
            }
            check(c, Double.POSITIVE_INFINITY, 1, Double.POSITIVE_INFINITY);
            check(c, Double.NEGATIVE_INFINITY, 1, Double.NEGATIVE_INFINITY);
            check(c, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.NaN);
            check(c, 1, Double.NaN, Double.NaN);
        }
    }

    /** The last line starts with one number and ends with the other. */
    private static void check(ReductionCase c, double first, double last, double expected) {
        try (KernelFixture memory = new KernelFixture(2)) {
            int line = c.numel() - 1;
            int start = c.index(line, 0);
            int end = c.index(line, c.n() - 1);
            long self = memory.doubles(c.extent(), i -> i == start ? first : i == end ? last : 1);
            long out = c.run(memory, SUM, KernelFixture.ONE, self);
            assertEquals(expected, getDouble(out, line), c::toString);
        }
    }
}
