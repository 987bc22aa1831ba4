// SPDX-License-Identifier: Apache-2.0
package dev.keyway.spi;

/**
 * The error function and its complement, within 1 unit in the last place of a double for erf and a
 * few for erfc. Intervals and coefficients of the rational approximations are those of Sun
 * Microsystems' fdlibm (s_erf.c, 1993), where the derivation is described.
 */
final class ErrorFunction {
    /** erf(x)/x - 1 below 0.84375, in x squared. */
    private static final double[] SMALL_OVER = {
        1.28379167095512558561e-01,
        -3.25042107247001499370e-01,
        -2.84817495755985104766e-02,
        -5.77027029648944159157e-03,
        -2.37630166566501626084e-05
    };

    private static final double[] SMALL_UNDER = {
        1,
        3.97917223959155352819e-01,
        6.50222499887672944485e-02,
        5.08130628187576562776e-03,
        1.32494738004321644526e-04,
        -3.96022827877536812320e-06
    };

    /** erf(x) - ONE below 1.25, in x - 1. */
    private static final double ONE = 8.45062911510467529297e-01;

    private static final double[] MIDDLE_OVER = {
        -2.36211856075265944077e-03,
        4.14856118683748331666e-01,
        -3.72207876035701323847e-01,
        3.18346619901161753674e-01,
        -1.10894694282396677476e-01,
        3.54783043256182359371e-02,
        -2.16637559486879084300e-03
    };

    private static final double[] MIDDLE_UNDER = {
        1,
        1.06420880400844228286e-01,
        5.40397917702171048937e-01,
        7.18286544141962662868e-02,
        1.26171219808761642112e-01,
        1.36370839120290507362e-02,
        1.19844998467991074170e-02
    };

    /** log(x erfc(x)) + x squared + 0.5625 below 1/0.35, in 1/x squared. */
    private static final double[] TAIL_OVER = {
        -9.86494403484714822705e-03,
        -6.93858572707181764372e-01,
        -1.05586262253232909814e+01,
        -6.23753324503260060396e+01,
        -1.62396669462573470355e+02,
        -1.84605092906711035994e+02,
        -8.12874355063065934246e+01,
        -9.81432934416914548592e+00
    };

    private static final double[] TAIL_UNDER = {
        1,
        1.96512716674392571292e+01,
        1.37657754143519042600e+02,
        4.34565877475229228821e+02,
        6.45387271733267880336e+02,
        4.29008140027567833386e+02,
        1.08635005541779435134e+02,
        6.57024977031928170135e+00,
        -6.04244152148580987438e-02
    };

    /** The same beyond. */
    private static final double[] FAR_OVER = {
        -9.86494292470009928597e-03,
        -7.99283237680523006574e-01,
        -1.77579549177547519889e+01,
        -1.60636384855821916062e+02,
        -6.37566443368389627722e+02,
        -1.02509513161107724954e+03,
        -4.83519191608651397019e+02
    };

    private static final double[] FAR_UNDER = {
        1,
        3.03380607434824582924e+01,
        3.25792512996573918826e+02,
        1.53672958608443695994e+03,
        3.19985821950859553908e+03,
        2.55305040643316442583e+03,
        4.74528541206955367215e+02,
        -2.24409524465858183362e+01
    };

    private ErrorFunction() {}

    static double erf(double x) {
        double a = Math.abs(x);
        if (a < 0.84375) {
            // Below the second bound x squared vanishes; scaling keeps denormal results exact.
            return a < 0x1p-28 ? (8 * x + 8 * SMALL_OVER[0] * x) / 8 : x + x * small(x);
        }
        double value = a < 1.25 ? ONE + middle(a) : a < 6 ? 1 - tail(a) : 1;
        return Double.isNaN(x) ? x : Math.copySign(value, x);
    }

    static double erfc(double x) {
        double a = Math.abs(x);
        if (Double.isNaN(x)) {
            return x;
        }
        if (a < 0.84375) {
            return x < 0.25 ? 1 - (x + x * small(x)) : 0.5 - (x - 0.5 + x * small(x));
        }
        if (a < 1.25) {
            return x > 0 ? 1 - ONE - middle(a) : 1 + (ONE + middle(a));
        }
        return a < 28 ? (x > 0 ? tail(a) : x < -6 ? 2 : 2 - tail(a)) : x > 0 ? 0 : 2;
    }

    private static double small(double x) {
        return ratio(SMALL_OVER, SMALL_UNDER, x * x);
    }

    private static double middle(double a) {
        return ratio(MIDDLE_OVER, MIDDLE_UNDER, a - 1);
    }

    /** erfc of a positive number; its square is taken in two exact parts. */
    private static double tail(double a) {
        double s = 1 / (a * a);
        double r = a < 1 / 0.35 ? ratio(TAIL_OVER, TAIL_UNDER, s) : ratio(FAR_OVER, FAR_UNDER, s);
        double high = Double.longBitsToDouble(Double.doubleToRawLongBits(a) & 0xFFFFFFFF00000000L);
        return StrictMath.exp(-high * high - 0.5625)
                * StrictMath.exp((high - a) * (high + a) + r)
                / a;
    }

    private static double ratio(double[] over, double[] under, double s) {
        return polynomial(over, s) / polynomial(under, s);
    }

    private static double polynomial(double[] coefficients, double s) {
        double value = 0;
        for (int i = coefficients.length - 1; i >= 0; i--) {
            value = coefficients[i] + s * value;
        }
        return value;
    }
}
