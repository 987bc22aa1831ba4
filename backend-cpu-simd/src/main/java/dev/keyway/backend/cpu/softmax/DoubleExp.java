// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.softmax;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@code exp(x)} for {@code x <= 0} in f64: with n the integer nearest to {@code x / ln 2}, {@code
 * 2^n} times the Taylor polynomial of degree 13 of the rest, fused. Within 2 ulp; results below the
 * normal numbers are 0. Vectors and scalars agree to the bit.
 */
final class DoubleExp {
    static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;

    private static final double LOWEST = -708.3964185322641;
    private static final double LOG2E = 1.4426950408889634;
    private static final double LN2_HIGH = 6.93147180369123816490e-01;
    private static final double LN2_LOW = 1.90821492927058770002e-10;

    /** Adding it rounds to an integer, which then stands in the low bits. */
    private static final double ROUND = 6755399441055744.0;

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

    private DoubleExp() {}

    static DoubleVector exp(DoubleVector x) {
        VectorMask<Double> vanishes = x.compare(VectorOperators.LT, LOWEST);
        DoubleVector shifted = x.fma(broadcast(LOG2E), broadcast(ROUND));
        DoubleVector n = shifted.sub(ROUND);
        DoubleVector r = n.fma(broadcast(-LN2_LOW), n.fma(broadcast(-LN2_HIGH), x));
        DoubleVector p = r.fma(broadcast(C13), broadcast(C12));
        p = p.fma(r, broadcast(C11));
        p = p.fma(r, broadcast(C10));
        p = p.fma(r, broadcast(C9));
        p = p.fma(r, broadcast(C8));
        p = p.fma(r, broadcast(C7));
        p = p.fma(r, broadcast(C6));
        p = p.fma(r, broadcast(C5));
        p = p.fma(r, broadcast(C4));
        p = p.fma(r, broadcast(C3));
        p = p.fma(r, broadcast(C2));
        p = p.fma(r, broadcast(1.0));
        p = p.fma(r, broadcast(1.0));
        LongVector power = shifted.reinterpretAsLongs().lanewise(VectorOperators.LSHL, MANTISSA);
        DoubleVector result = p.reinterpretAsLongs().add(power).reinterpretAsDoubles();
        VectorMask<Double> nan = x.compare(VectorOperators.NE, x);
        return result.blend(x, nan).blend(0.0, vanishes);
    }

    static double exp(double x) {
        if (!(x >= LOWEST)) {
            return x < LOWEST ? 0.0 : x;
        }
        double shifted = Math.fma(x, LOG2E, ROUND);
        double n = shifted - ROUND;
        double r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, x));
        double p = Math.fma(r, C13, C12);
        p = Math.fma(p, r, C11);
        p = Math.fma(p, r, C10);
        p = Math.fma(p, r, C9);
        p = Math.fma(p, r, C8);
        p = Math.fma(p, r, C7);
        p = Math.fma(p, r, C6);
        p = Math.fma(p, r, C5);
        p = Math.fma(p, r, C4);
        p = Math.fma(p, r, C3);
        p = Math.fma(p, r, C2);
        p = Math.fma(p, r, 1.0);
        p = Math.fma(p, r, 1.0);
        long power = Double.doubleToRawLongBits(shifted) << MANTISSA;
        return Double.longBitsToDouble(Double.doubleToRawLongBits(p) + power);
    }

    private static DoubleVector broadcast(double value) {
        return DoubleVector.broadcast(SPECIES, value);
    }
}
