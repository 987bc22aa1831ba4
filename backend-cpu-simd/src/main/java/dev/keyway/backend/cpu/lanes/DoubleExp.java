// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.lanes;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@code exp(x)} for {@code x <= 0} in f64: with n the whole number nearest to {@code x / ln 2},
 * {@code 2^n} times the Taylor polynomial of degree 13 of the rest, in pairs of terms, as in {@link
 * FloatExp}. Within 2 ulp; results below the normal numbers are 0. Vectors and scalars agree to the
 * bit.
 */
public final class DoubleExp {
    static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;

    private static final double LOWEST = -708.3964185322641;
    private static final double LOG2E = 1.4426950408889634;
    private static final double LN2_HIGH = 6.93147180369123816490e-01;
    private static final double LN2_LOW = 1.90821492927058770002e-10;

    /** Adding it rounds to a whole number n and leaves the exponent of 2^n in the low bits. */
    private static final double ROUND = 0x1.8p52 + 1023;

    private static final double C13 = 1 / 6227020800.0;
    private static final double C12 = 1 / 479001600.0;
    private static final double C11 = 1 / 39916800.0;
    private static final double C10 = 1 / 3628800.0;
    private static final double C9 = 1 / 362880.0;
    private static final double C8 = 1 / 40320.0;
    private static final double C7 = 1 / 5040.0;
    private static final double C6 = 1 / 720.0;
    private static final double C5 = 1 / 120.0;
    private static final double C4 = 1 / 24.0;
    private static final double C3 = 1 / 6.0;
    private static final double C2 = 0.5;
    private static final int MANTISSA = 52;

    /* The same in vectors: the compiler stops to inline own methods into one that has grown long. */
    private static final DoubleVector V13 = broadcast(C13);
    private static final DoubleVector V12 = broadcast(C12);
    private static final DoubleVector V11 = broadcast(C11);
    private static final DoubleVector V10 = broadcast(C10);
    private static final DoubleVector V9 = broadcast(C9);
    private static final DoubleVector V8 = broadcast(C8);
    private static final DoubleVector V7 = broadcast(C7);
    private static final DoubleVector V6 = broadcast(C6);
    private static final DoubleVector V5 = broadcast(C5);
    private static final DoubleVector V4 = broadcast(C4);
    private static final DoubleVector V3 = broadcast(C3);
    private static final DoubleVector V2 = broadcast(C2);
    private static final DoubleVector V1 = broadcast(1.0);
    private static final DoubleVector VECTOR_LOG2E = broadcast(LOG2E);
    private static final DoubleVector VECTOR_ROUND = broadcast(ROUND);
    private static final DoubleVector MINUS_LOW = broadcast(-LN2_LOW);
    private static final DoubleVector MINUS_HIGH = broadcast(-LN2_HIGH);

    private DoubleExp() {}

    /**
     * Of each lane.
     *
     * @param x at most 0, or NaN
     */
    public static DoubleVector exp(DoubleVector x) {
        VectorMask<Double> vanishes = x.compare(VectorOperators.LT, LOWEST);
        DoubleVector shifted = x.fma(VECTOR_LOG2E, VECTOR_ROUND);
        DoubleVector n = shifted.sub(VECTOR_ROUND);
        DoubleVector r = n.fma(MINUS_LOW, n.fma(MINUS_HIGH, x));
        DoubleVector square = r.mul(r);
        DoubleVector p = V13.fma(r, V12);
        p = p.fma(square, V11.fma(r, V10));
        p = p.fma(square, V9.fma(r, V8));
        p = p.fma(square, V7.fma(r, V6));
        p = p.fma(square, V5.fma(r, V4));
        p = p.fma(square, V3.fma(r, V2));
        p = p.fma(square, r.add(V1));
        DoubleVector power =
                shifted.reinterpretAsLongs()
                        .lanewise(VectorOperators.LSHL, MANTISSA)
                        .reinterpretAsDoubles();
        return p.mul(power).blend(0, vanishes);
    }

    /**
     * Of one number.
     *
     * @param x at most 0, or NaN
     */
    public static double exp(double x) {
        if (x < LOWEST) {
            return 0;
        }
        double shifted = Math.fma(x, LOG2E, ROUND);
        double n = shifted - ROUND;
        double r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, x));
        double square = r * r;
        double p = Math.fma(C13, r, C12);
        p = Math.fma(p, square, Math.fma(C11, r, C10));
        p = Math.fma(p, square, Math.fma(C9, r, C8));
        p = Math.fma(p, square, Math.fma(C7, r, C6));
        p = Math.fma(p, square, Math.fma(C5, r, C4));
        p = Math.fma(p, square, Math.fma(C3, r, C2));
        p = Math.fma(p, square, r + 1);
        return p * Double.longBitsToDouble(Double.doubleToRawLongBits(shifted) << MANTISSA);
    }

    private static DoubleVector broadcast(double value) {
        return DoubleVector.broadcast(SPECIES, value);
    }
}
