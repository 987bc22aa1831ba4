// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

/**
 * With what numbers are compared that a bound may replace, so that one comparison does what {@link
 * Math#max(double, double)} and {@link Math#min(double, double)} do: 0 is above -0, and a bound
 * that is NaN replaces every number.
 */
final class Bounds {
    private Bounds() {}

    /** The largest number that a lower bound replaces. */
    static double upTo(double bound) {
        return isMinusZero(bound)
                ? -Double.MIN_VALUE
                : Double.isNaN(bound) ? Double.POSITIVE_INFINITY : bound;
    }

    /** The smallest number that an upper bound replaces. */
    static double from(double bound) {
        return isZero(bound)
                ? Double.MIN_VALUE
                : Double.isNaN(bound) ? Double.NEGATIVE_INFINITY : bound;
    }

    /** The largest number that a lower bound replaces. */
    static float upTo(float bound) {
        return isMinusZero(bound)
                ? -Float.MIN_VALUE
                : Float.isNaN(bound) ? Float.POSITIVE_INFINITY : bound;
    }

    /** The smallest number that an upper bound replaces. */
    static float from(float bound) {
        return isZero(bound)
                ? Float.MIN_VALUE
                : Float.isNaN(bound) ? Float.NEGATIVE_INFINITY : bound;
    }

    private static boolean isZero(double bound) {
        return Double.doubleToRawLongBits(bound) == 0;
    }

    private static boolean isMinusZero(double bound) {
        return Double.doubleToRawLongBits(bound) == Long.MIN_VALUE;
    }
}
