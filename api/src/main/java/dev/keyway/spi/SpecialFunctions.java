// SPDX-License-Identifier: Apache-2.0
package dev.keyway.spi;

/**
 * Functions that {@link StrictMath} lacks, composed of those it has so that no digits cancel: a few
 * units in the last place of a double. The inverse hyperbolic functions follow W. Kahan, "Branch
 * Cuts for Complex Elementary Functions", 1987, for real arguments.
 */
final class SpecialFunctions {
    private static final double LN_2 = 0.6931471805599453;
    private static final double SQRT_HALF = 0.7071067811865476;

    /** Above it the square of x plus 1 is the square. */
    private static final double LARGE = 0x1p28;

    private SpecialFunctions() {}

    /** Exact for powers of two. */
    static double log2(double x) {
        if (!(x >= Double.MIN_NORMAL && x <= Double.MAX_VALUE)) {
            return StrictMath.log(x) / LN_2;
        }
        int exponent = Math.getExponent(x);
        double mantissa = StrictMath.scalb(x, -exponent);
        if (mantissa > 2 * SQRT_HALF) {
            mantissa /= 2;
            exponent++;
        }
        return exponent + StrictMath.log(mantissa) / LN_2;
    }

    static double asinh(double x) {
        double a = Math.abs(x);
        double square = a * a;
        double result =
                a > LARGE
                        ? StrictMath.log(a) + LN_2
                        : StrictMath.log1p(a + square / (1 + Math.sqrt(1 + square)));
        return Math.copySign(result, x);
    }

    static double acosh(double x) {
        if (x < 1) {
            return Double.NaN;
        }
        double t = x - 1;
        return x > LARGE
                ? StrictMath.log(x) + LN_2
                : StrictMath.log1p(t + Math.sqrt(2 * t + t * t));
    }

    static double atanh(double x) {
        double a = Math.abs(x);
        return Math.copySign(0.5 * StrictMath.log1p(2 * a / (1 - a)), x);
    }

    /** By erfc, which keeps its digits where the result is next to nothing. */
    static double gelu(double x) {
        return 0.5 * x * ErrorFunction.erfc(-x * SQRT_HALF);
    }

    static double silu(double x) {
        return x / (1 + StrictMath.exp(-x));
    }
}
