// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import jdk.incubator.vector.VectorSpecies;

/** Sizes and numbers at which kernels of rows go wrong. */
final class Corners {
    private static final double[] FLOATS = {
        0.0,
        -0.0,
        1.0,
        -1.5,
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        Float.MAX_VALUE,
        -Float.MAX_VALUE,
        Float.MIN_VALUE,
        -Float.MIN_VALUE,
        Float.MIN_NORMAL,
        1e-30,
        -3.25e30,
        0.1,
    };

    private Corners() {}

    /** 0, 1, around one vector, several vectors and a tail. */
    static int[] sizes(VectorSpecies<?> species) {
        int length = species.length();
        return new int[] {0, 1, length - 1, length, length + 1, 4 * length + 3, 200};
    }

    /** Each number meets each other as i grows, in every lane. */
    static double at(int i, int other) {
        int count = FLOATS.length;
        return FLOATS[Math.floorMod(other == 0 ? i : i / count + i * other, count)];
    }

    /** Whether both are the same number, 0 and -0 apart, or both are none. */
    static boolean same(float expected, float actual) {
        return Float.floatToIntBits(expected) == Float.floatToIntBits(actual);
    }

    /** As {@link #same(float, float)}. */
    static boolean same(double expected, double actual) {
        return Double.doubleToLongBits(expected) == Double.doubleToLongBits(actual);
    }
}
