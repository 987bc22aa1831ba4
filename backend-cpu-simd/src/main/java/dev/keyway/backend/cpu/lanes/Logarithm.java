// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.lanes;

/**
 * Natural logarithms for results of f32: of {@code m 2^e}, m between the roots of 1/2 and 2, {@code
 * e ln 2 + 2 artanh((m - 1) / (m + 1))}, the latter by its series (Abramowitz and Stegun, 4.1.27)
 * up to the 15th power. The error is below 1e-13 of the result, which f32 does not show.
 */
public final class Logarithm {
    private static final double LN2 = 0.693147180559945309417;
    private static final long ROOT_OF_HALF = Double.doubleToRawLongBits(Math.sqrt(0.5));
    private static final int EXPONENT = 52;

    private Logarithm() {}

    /** The logarithm; of 0, a negative or subnormal number, NaN and infinity as Java has it. */
    public static double log(double x) {
        if (!(x >= Double.MIN_NORMAL && x <= Double.MAX_VALUE)) {
            return StrictMath.log(x);
        }
        long bits = Double.doubleToRawLongBits(x);
        long exponent = (bits - ROOT_OF_HALF) >> EXPONENT;
        double m = Double.longBitsToDouble(bits - (exponent << EXPONENT));
        double s = (m - 1) / (m + 1);
        double z = s * s;
        return exponent * LN2 + 2 * s * series(z, z * z);
    }

    /** In pairs, which don't wait for each other. */
    private static double series(double z, double square) {
        double low = (1 + z * (1.0 / 3)) + square * (1.0 / 5 + z * (1.0 / 7));
        double high = (1.0 / 9 + z * (1.0 / 11)) + square * (1.0 / 13 + z * (1.0 / 15));
        return low + square * square * high;
    }
}
