// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.lanes;

import static dev.keyway.backend.cpu.KernelFixture.getDouble;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keyway.backend.cpu.KernelFixture;

import org.junit.jupiter.api.Test;

/** f64 sums have the bits of scalar lanes, whatever the width. */
final class DoubleLanesTest {
    private static final int[] COUNTS = {0, 1, 7, 63, 64, 65, 100, 127, 128, 259, 1000};

    /** The term that a method adds to a lane. */
    @FunctionalInterface
    private interface Term {
        double add(double a, double b, double sum);
    }

    /** A method under test. */
    @FunctionalInterface
    private interface Method {
        void run(long a, long b, int count, double[] lanes);
    }

    /** In registers as in lanes, to the bit. */
    @Test
    void total() {
        for (int n : COUNTS) {
            try (KernelFixture memory = new KernelFixture(n)) {
                long a = memory.doubles(n);
                double[] lanes = new double[DoubleLanes.LANES];
                DoubleLanes.sum(a, n, lanes);
                double sum = DoubleLanes.fold(lanes);
                assertEquals(sum, DoubleLanes.total(a, n, lanes), 0);
            }
        }
    }

    @Test
    void sum() {
        check((a, b, n, lanes) -> DoubleLanes.sum(a, n, lanes), (a, b, sum) -> sum + a);
    }

    @Test
    void dot() {
        check(DoubleLanes::dot, Math::fma);
    }

    @Test
    void squares() {
        check(
                (a, b, n, lanes) -> DoubleLanes.squares(a, 0.3, n, lanes),
                (a, b, sum) -> Math.fma(a - 0.3, a - 0.3, sum));
    }

    @Test
    void products() {
        check(
                (a, b, n, lanes) -> DoubleLanes.products(a, 0.3, b, n, lanes),
                (a, b, sum) -> Math.fma(a - 0.3, b, sum));
    }

    private static void check(Method method, Term term) {
        for (int count : COUNTS) {
            try (KernelFixture memory = new KernelFixture(count)) {
                long a = memory.doubles(count);
                long b = memory.doubles(count);
                double[] lanes = new double[DoubleLanes.LANES];
                double[] expected = new double[DoubleLanes.LANES];
                for (int run = 0; run < 2; run++) {
                    method.run(a, b, count, lanes);
                    for (int p = 0; p < count; p++) {
                        int lane = p % DoubleLanes.LANES;
                        expected[lane] = term.add(getDouble(a, p), getDouble(b, p), expected[lane]);
                    }
                }
                assertEquals(tree(expected, 0, 1), DoubleLanes.fold(lanes), "count " + count);
            }
        }
    }

    /** The fold's tree, written from the root. */
    private static double tree(double[] lanes, int first, int step) {
        return step == DoubleLanes.LANES
                ? lanes[first]
                : tree(lanes, first, 2 * step) + tree(lanes, first + step, 2 * step);
    }
}
