// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import dev.keyway.backend.cpu.Exact;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Functions of f64 vectors as exact as f32 results need them: within 1e-9 of the value, so that
 * rounding gives the nearest f32 or its neighbour. Polynomials interpolate at Chebyshev's points or
 * are Taylor's. Constants are fields, and methods call little but the Vector API: the compiler
 * stops to inline own methods into one that has grown long.
 */
final class WideFunctions {
    static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;

    private static final double HALF_PI = 1.5707963267948966;
    private static final double LN2 = 0.6931471805599453;
    private static final double LOG2_E = 1.4426950408889634;
    private static final double ROOT_2 = 1.4142135623730951;

    private static final long ROOT_HALF = 0x3fe6a09e667f3bcdL;
    private static final long FRACTION = 0xfffffffffffffL;

    /** Adding it rounds to a whole number, which then stands in the low bits. */
    private static final DoubleVector ROUND = splat(0x1.8p52);

    /** Makes of these bits the exponent of a power of two. */
    private static final long BIAS = Double.doubleToRawLongBits(0x1.8p52) - 1023;

    private static final DoubleVector ZERO = splat(0);
    private static final DoubleVector MINUS_HALF_PI = splat(-HALF_PI);
    private static final DoubleVector MINUS_HALF_PI_REST = splat(-6.123233995736766e-17);
    private static final DoubleVector ONE = splat(1);
    private static final LongVector SIGN = longs(Long.MIN_VALUE);
    private static final LongVector V_ROOT_HALF = longs(ROOT_HALF);
    private static final LongVector V_FRACTION = longs(FRACTION);
    private static final DoubleVector V_LN2 = splat(LN2);
    private static final DoubleVector HALF_LN2 = splat(LN2 / 2);
    private static final DoubleVector NAN = splat(Double.NaN);
    private static final DoubleVector INFINITE = splat(Double.POSITIVE_INFINITY);
    private static final DoubleVector NEAR = splat(1e-3);
    private static final DoubleVector FIFTH = splat(0.2);
    private static final DoubleVector THIRD = splat(1 / 3.0);
    private static final DoubleVector ASINH_5 = splat(0.075);
    private static final DoubleVector ASINH_3 = splat(-1 / 6.0);

    /** Twice the logarithm's change of base. */
    private static final double BASE = 2 * LOG2_E;

    private static final DoubleVector A13 = splat(BASE / 13);
    private static final DoubleVector A11 = splat(BASE / 11);
    private static final DoubleVector A9 = splat(BASE / 9);
    private static final DoubleVector A7 = splat(BASE / 7);
    private static final DoubleVector A5 = splat(BASE / 5);
    private static final DoubleVector A3 = splat(BASE / 3);
    private static final DoubleVector A1 = splat(BASE);

    private static final DoubleVector E8 = splat(1 / 40320.0);
    private static final DoubleVector E7 = splat(1 / 5040.0);
    private static final DoubleVector E6 = splat(1 / 720.0);
    private static final DoubleVector E5 = splat(1 / 120.0);
    private static final DoubleVector E4 = splat(1 / 24.0);
    private static final DoubleVector E3 = splat(1 / 6.0);
    private static final DoubleVector E2 = splat(0.5);

    private static final DoubleVector T7 = splat(-0.0376542620534720508);
    private static final DoubleVector T6 = splat(0.0697415049728182264);
    private static final DoubleVector T5 = splat(-0.0899254259697236634);
    private static final DoubleVector T4 = splat(0.111034557992582278);
    private static final DoubleVector T3 = splat(-0.142853864928950305);
    private static final DoubleVector T2 = splat(0.199999930519807745);
    private static final DoubleVector T1 = splat(-0.333333332769073725);
    private static final DoubleVector T0 = splat(0.999999999999244528);

    private static final DoubleVector N8 = splat(0.0283467452318333293);
    private static final DoubleVector N7 = splat(0.00106750631503631179);
    private static final DoubleVector N6 = splat(0.0168640902739601198);
    private static final DoubleVector N5 = splat(0.0169026838863935747);
    private static final DoubleVector N4 = splat(0.0224124177266954332);
    private static final DoubleVector N3 = splat(0.0303799452100249331);
    private static final DoubleVector N2 = splat(0.0446429064745849635);
    private static final DoubleVector N1 = splat(0.0749999995342971186);
    private static final DoubleVector N0 = splat(0.166666666667386324);

    private static final DoubleVector H4 = splat(1 / 39916800.0);
    private static final DoubleVector H3 = splat(1 / 362880.0);

    private static final DoubleVector S5 = splat(-1 / 39916800.0);
    private static final DoubleVector S4 = splat(1 / 362880.0);
    private static final DoubleVector S3 = splat(-1 / 5040.0);
    private static final DoubleVector S2 = splat(1 / 120.0);
    private static final DoubleVector S1 = splat(-1 / 6.0);
    private static final DoubleVector C6 = splat(1 / 479001600.0);
    private static final DoubleVector C5 = splat(-1 / 3628800.0);
    private static final DoubleVector C4 = splat(1 / 40320.0);
    private static final DoubleVector C3 = splat(-1 / 720.0);
    private static final DoubleVector C2 = splat(1 / 24.0);
    private static final DoubleVector C1 = splat(-0.5);

    private static final DoubleVector X13 = splat(-5.0243527624159831e-6);
    private static final DoubleVector X12 = splat(0.0000185935200105130203);
    private static final DoubleVector X11 = splat(0.000117001834379446296);
    private static final DoubleVector X10 = splat(-0.000119030949507296866);
    private static final DoubleVector X9 = splat(-0.000779882188481737396);
    private static final DoubleVector X8 = splat(0.00189396253320071923);
    private static final DoubleVector X7 = splat(0.00253024290459546842);
    private static final DoubleVector X6 = splat(-0.0237714609261945602);
    private static final DoubleVector X5 = splat(0.06830783795073325);
    private static final DoubleVector X4 = splat(-0.119273583172833383);
    private static final DoubleVector X3 = splat(0.129645172489369296);
    private static final DoubleVector X2 = splat(-0.0475622970115053765);
    private static final DoubleVector X1 = splat(-0.135621106379687443);
    private static final DoubleVector X0 = splat(1.25300805828513372);

    private WideFunctions() {}

    private static DoubleVector splat(double value) {
        return DoubleVector.broadcast(SPECIES, value);
    }

    private static LongVector longs(long value) {
        return splat(0).reinterpretAsLongs().add(value);
    }

    /** Binary logarithm of a positive, normal, finite number; anything for others. */
    static DoubleVector log2(DoubleVector x) {
        LongVector bits = x.reinterpretAsLongs().sub(V_ROOT_HALF);
        DoubleVector e =
                Exact.DOUBLES.cast(
                        bits.lanewise(VectorOperators.ASHR, 52).convert(VectorOperators.L2D, 0));
        DoubleVector m = bits.and(V_FRACTION).add(V_ROOT_HALF).reinterpretAsDoubles();
        DoubleVector s = m.sub(ONE).div(m.add(ONE));
        DoubleVector z = s.mul(s);
        DoubleVector p = A13.fma(z, A11).fma(z, A9).fma(z, A7).fma(z, A5).fma(z, A3).fma(z, A1);
        return p.fma(s, e);
    }

    /** {@code 2^x} for x up to 1000; anything for others. */
    static DoubleVector power(DoubleVector x) {
        DoubleVector t = x.add(ROUND);
        DoubleVector r = x.sub(t.sub(ROUND)).mul(LN2);
        DoubleVector p = E8.fma(r, E7).fma(r, E6).fma(r, E5).fma(r, E4).fma(r, E3).fma(r, E2);
        LongVector exponent = t.reinterpretAsLongs().sub(BIAS).lanewise(VectorOperators.LSHL, 52);
        return p.fma(r, ONE).fma(r, ONE).mul(exponent.reinterpretAsDoubles());
    }

    /** {@code 2^x}. */
    static DoubleVector exp2(DoubleVector x) {
        return power(x.max(-160).min(160));
    }

    /** Hyperbolic sine: below 1 Taylor's series. */
    static DoubleVector sinh(DoubleVector x) {
        LongVector sign = x.reinterpretAsLongs().and(SIGN);
        DoubleVector a = x.abs().min(100);
        DoubleVector e = power(a.mul(LOG2_E));
        DoubleVector large = e.sub(ONE.div(e)).mul(0.5);
        DoubleVector z = a.mul(a);
        DoubleVector p = H4.fma(z, H3).fma(z, E7).fma(z, E5).fma(z, E3).fma(z, ONE).mul(a);
        DoubleVector magnitude = p.blend(large, a.compare(VectorOperators.GT, ONE));
        return magnitude.reinterpretAsLongs().or(sign).reinterpretAsDoubles();
    }

    /** Hyperbolic cosine. */
    static DoubleVector cosh(DoubleVector x) {
        DoubleVector e = power(x.abs().min(100).mul(LOG2_E));
        return ONE.div(e).add(e).mul(0.5);
    }

    /** Tangent for arguments up to {@link FloatMath#CIRCLE}. */
    static DoubleVector tan(DoubleVector x) {
        DoubleVector t = x.mul(1 / HALF_PI).add(ROUND);
        DoubleVector n = t.sub(ROUND);
        DoubleVector r = MINUS_HALF_PI_REST.fma(n, MINUS_HALF_PI.fma(n, x));
        DoubleVector z = r.mul(r);
        DoubleVector s = S5.fma(z, S4).fma(z, S3).fma(z, S2).fma(z, S1).mul(z).fma(r, r);
        DoubleVector c = C6.fma(z, C5).fma(z, C4).fma(z, C3).fma(z, C2).fma(z, C1).fma(z, ONE);
        VectorMask<Double> odd =
                t.reinterpretAsLongs().and(1).compare(VectorOperators.EQ, 1).cast(SPECIES);
        return s.blend(c.neg(), odd).div(c.blend(s, odd));
    }

    /** Arc tangent: the argument is moved to within the tangent of a sixteenth of the circle. */
    static DoubleVector atan(DoubleVector x) {
        LongVector sign = x.reinterpretAsLongs().and(SIGN);
        DoubleVector a = x.abs();
        VectorMask<Double> middle = a.compare(VectorOperators.GT, ROOT_2 - 1);
        VectorMask<Double> high = a.compare(VectorOperators.GT, ROOT_2 + 1);
        DoubleVector above = a.blend(a.sub(1), middle).blend(-1, high);
        DoubleVector t = above.div(ONE.blend(a.add(1), middle).blend(a, high));
        DoubleVector z = t.mul(t);
        DoubleVector p = T7.fma(z, T6).fma(z, T5).fma(z, T4).fma(z, T3).fma(z, T2).fma(z, T1);
        DoubleVector base = ZERO.blend(HALF_PI / 2, middle).blend(HALF_PI, high);
        return p.fma(z, T0).fma(t, base).reinterpretAsLongs().or(sign).reinterpretAsDoubles();
    }

    /** Angle of the point with these coordinates, which have to be finite. */
    static DoubleVector atan2(DoubleVector y, DoubleVector x) {
        LongVector sign = y.reinterpretAsLongs().and(SIGN);
        DoubleVector a = x.abs();
        DoubleVector b = y.abs();
        VectorMask<Double> steep = b.compare(VectorOperators.GT, a);
        DoubleVector above = b.blend(a, steep);
        DoubleVector below = a.blend(b, steep);
        VectorMask<Double> middle = above.compare(VectorOperators.GT, below.mul(ROOT_2 - 1));
        DoubleVector over = above.blend(above.sub(below), middle);
        DoubleVector under = below.blend(above.add(below), middle);
        DoubleVector t = over.div(under.blend(1, under.compare(VectorOperators.EQ, 0)));
        DoubleVector z = t.mul(t);
        DoubleVector p = T7.fma(z, T6).fma(z, T5).fma(z, T4).fma(z, T3).fma(z, T2).fma(z, T1);
        DoubleVector angle = p.fma(z, T0).fma(t, ZERO.blend(HALF_PI / 2, middle));
        angle = angle.blend(angle.neg().add(HALF_PI), steep);
        angle = angle.blend(angle.neg().add(2 * HALF_PI), x.test(VectorOperators.IS_NEGATIVE));
        return angle.reinterpretAsLongs().or(sign).reinterpretAsDoubles();
    }

    /** The sine's inverse at a distance: {@code asin(s)} for s up to 1/2. */
    private static DoubleVector arc(DoubleVector s) {
        DoubleVector z = s.mul(s);
        DoubleVector p = N8.fma(z, N7).fma(z, N6).fma(z, N5).fma(z, N4).fma(z, N3).fma(z, N2);
        return p.fma(z, N1).fma(z, N0).mul(z).fma(s, s);
    }

    /** Arc sine; above 1/2 by the root of half of what is missing to 1. */
    static DoubleVector asin(DoubleVector x) {
        LongVector sign = x.reinterpretAsLongs().and(SIGN);
        DoubleVector a = x.abs();
        VectorMask<Double> large = a.compare(VectorOperators.GT, 0.5);
        DoubleVector root = a.neg().add(1).mul(0.5).lanewise(VectorOperators.SQRT);
        DoubleVector r = arc(a.blend(root, large));
        DoubleVector magnitude = r.blend(r.mul(-2).add(HALF_PI), large);
        return magnitude.reinterpretAsLongs().or(sign).reinterpretAsDoubles();
    }

    /** Arc cosine. */
    static DoubleVector acos(DoubleVector x) {
        DoubleVector a = x.abs();
        VectorMask<Double> large = a.compare(VectorOperators.GT, 0.5);
        DoubleVector root = a.neg().add(1).mul(0.5).lanewise(VectorOperators.SQRT);
        DoubleVector r = arc(a.blend(root, large));
        DoubleVector twice = r.add(r);
        VectorMask<Double> left = x.compare(VectorOperators.LT, 0);
        DoubleVector outer = twice.blend(twice.neg().add(2 * HALF_PI), left);
        return r.blend(r.neg(), left).neg().add(HALF_PI).blend(outer, large);
    }

    /** Inverse of the hyperbolic sine; near 0 its series. */
    static DoubleVector asinh(DoubleVector x) {
        LongVector sign = x.reinterpretAsLongs().and(SIGN);
        DoubleVector a = x.abs();
        DoubleVector z = a.mul(a);
        DoubleVector log = log2(z.add(ONE).lanewise(VectorOperators.SQRT).add(a)).mul(V_LN2);
        DoubleVector near = ASINH_5.fma(z, ASINH_3).mul(z).fma(a, a);
        DoubleVector magnitude =
                log.blend(near, a.compare(VectorOperators.LT, NEAR))
                        .blend(a, a.compare(VectorOperators.LT, INFINITE).not());
        return magnitude.reinterpretAsLongs().or(sign).reinterpretAsDoubles();
    }

    /** Inverse of the hyperbolic cosine. */
    static DoubleVector acosh(DoubleVector x) {
        DoubleVector root = x.sub(1).mul(x.add(1)).lanewise(VectorOperators.SQRT);
        DoubleVector log = log2(root.add(x)).mul(LN2);
        return log.blend(x, x.compare(VectorOperators.EQ, Double.POSITIVE_INFINITY))
                .blend(Double.NaN, x.compare(VectorOperators.GE, 1).not());
    }

    /** Inverse of the hyperbolic tangent; near 0 its series. */
    static DoubleVector atanh(DoubleVector x) {
        LongVector sign = x.reinterpretAsLongs().and(SIGN);
        DoubleVector a = x.abs();
        DoubleVector log = log2(ONE.add(a).div(ONE.sub(a))).mul(HALF_LN2);
        DoubleVector z = a.mul(a);
        DoubleVector near = FIFTH.fma(z, THIRD).mul(z).fma(a, a);
        DoubleVector magnitude =
                log.blend(near, a.compare(VectorOperators.LT, NEAR))
                        .blend(INFINITE, a.compare(VectorOperators.EQ, ONE))
                        .blend(NAN, a.compare(VectorOperators.LE, ONE).not());
        return magnitude.reinterpretAsLongs().or(sign).reinterpretAsDoubles();
    }

    /** Complement of the error function: a polynomial times the bell curve. */
    static DoubleVector erfc(DoubleVector x) {
        DoubleVector a = x.abs().min(11);
        DoubleVector bell = power(a.mul(a).mul(-LOG2_E));
        DoubleVector y = a.sub(3).div(a.add(3));
        DoubleVector p = X13.fma(y, X12).fma(y, X11).fma(y, X10).fma(y, X9).fma(y, X8).fma(y, X7);
        p = p.fma(y, X6).fma(y, X5).fma(y, X4).fma(y, X3).fma(y, X2).fma(y, X1).fma(y, X0);
        DoubleVector right = p.div(a.add(a).add(1)).mul(bell);
        return right.blend(right.neg().add(2), x.compare(VectorOperators.LT, 0));
    }
}
