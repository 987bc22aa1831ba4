// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.lanes;

import static dev.keyway.backend.cpu.KernelFixture.getFloat;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keyway.backend.cpu.KernelFixture;

import org.junit.jupiter.api.Test;

/** f32 sums have the bits of scalar lanes, whatever the width. */
final class FloatLanesTest {
    private static final int[] COUNTS = {0, 1, 7, 63, 64, 65, 100, 127, 128, 259, 1000};

    /** The term that a method adds to a lane. */
    @FunctionalInterface
    private interface Term {
        float add(float a, float b, float sum);
    }

    /** A method under test. */
    @FunctionalInterface
    private interface Method {
        void run(long a, long b, int count, float[] lanes);
    }

    /** In registers as in lanes, to the bit. */
    @Test
    void total() {
        for (int n : COUNTS) {
            try (KernelFixture memory = new KernelFixture(n)) {
                long a = memory.floats(n);
                long b = memory.floats(n);
                float[] lanes = new float[FloatLanes.LANES];
                FloatLanes.sum(a, n, lanes);
                float sum = FloatLanes.fold(lanes);
                assertEquals(sum, FloatLanes.total(a, n, lanes), 0);
                lanes = new float[FloatLanes.LANES];
                FloatLanes.dot(a, b, n, lanes);
                float products = FloatLanes.fold(lanes);
                assertEquals(products, FloatLanes.total(a, b, n, lanes), 0);
            }
        }
    }

    @Test
    void sum() {
        check((a, b, n, lanes) -> FloatLanes.sum(a, n, lanes), (a, b, sum) -> sum + a);
    }

    @Test
    void dot() {
        check(FloatLanes::dot, Math::fma);
    }

    @Test
    void squares() {
        check(
                (a, b, n, lanes) -> FloatLanes.squares(a, 0.3f, n, lanes),
                (a, b, sum) -> Math.fma(a - 0.3f, a - 0.3f, sum));
    }

    @Test
    void products() {
        check(
                (a, b, n, lanes) -> FloatLanes.products(a, 0.3f, b, n, lanes),
                (a, b, sum) -> Math.fma(a - 0.3f, b, sum));
    }

    private static void check(Method method, Term term) {
        for (int count : COUNTS) {
            try (KernelFixture memory = new KernelFixture(count)) {
                long a = memory.floats(count);
                long b = memory.floats(count);
                float[] lanes = new float[FloatLanes.LANES];
                float[] expected = new float[FloatLanes.LANES];
                for (int run = 0; run < 2; run++) {
                    method.run(a, b, count, lanes);
                    for (int p = 0; p < count; p++) {
                        int lane = p % FloatLanes.LANES;
                        expected[lane] = term.add(getFloat(a, p), getFloat(b, p), expected[lane]);
                    }
                }
                assertEquals(tree(expected, 0, 1), FloatLanes.fold(lanes), "count " + count);
            }
        }
    }

    /** The fold's tree, written from the root. */
    private static float tree(float[] lanes, int first, int step) {
        return step == FloatLanes.LANES
                ? lanes[first]
                : tree(lanes, first, 2 * step) + tree(lanes, first + step, 2 * step);
    }
}
