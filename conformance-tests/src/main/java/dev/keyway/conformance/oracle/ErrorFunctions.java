// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

/**
 * The error function and its complement from their series: erf by M. Abramowitz and I. Stegun,
 * "Handbook of Mathematical Functions", 7.1.6, whose terms all have one sign, below 1, and erfc by
 * the continued fraction 7.1.14. Within 6 units in the last place of a double.
 */
final class ErrorFunctions {
    private static final double ROOT_PI = Math.sqrt(Math.PI);

    private ErrorFunctions() {}

    static double erf(double x) {
        double a = Math.abs(x);
        if (Double.isNaN(x) || a == 0) {
            return x;
        }
        return Math.copySign(a < 1 ? series(a) : 1 - fraction(a), x);
    }

    static double erfc(double x) {
        if (Double.isNaN(x)) {
            return x;
        }
        if (x < 0.5) {
            return 1 - erf(x);
        }
        return fraction(x);
    }

    /** {@code 2/sqrt(pi) e^(-x^2) (x + 2/3 x^3 + 4/15 x^5 + ...)}. */
    private static double series(double a) {
        double term = a;
        double sum = 0;
        for (int n = 1; sum + term != sum; n++) {
            sum += term;
            term *= 2 * a * a / (2 * n + 1);
        }
        return 2 / ROOT_PI * bell(a) * sum;
    }

    /** {@code e^(-x^2)/sqrt(pi) / (x + (1/2)/(x + 1/(x + (3/2)/(x + ...))))}. */
    private static double fraction(double a) {
        if (a > 40) {
            return 0;
        }
        double below = a;
        for (int k = 40 + (int) (250 / (a * a)); k > 0; k--) {
            below = a + k / 2.0 / below;
        }
        return bell(a) / ROOT_PI / below;
    }

    /** {@code e^(-x^2)}, with what the square loses when rounded. */
    private static double bell(double a) {
        double square = a * a;
        return StrictMath.exp(-square) * (1 - Math.fma(a, a, -square));
    }
}
