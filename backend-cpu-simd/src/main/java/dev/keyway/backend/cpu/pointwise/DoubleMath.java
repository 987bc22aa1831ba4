// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import dev.keyway.backend.cpu.Exact;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Functions of f64 vectors from exact operations alone (additions, products, quotients, fused
 * multiply-add), so that a lane's bits depend on its value only. Ranges are reduced by powers of
 * two or multiples of pi/2 held in several parts; what is left goes through minimax polynomials
 * fitted for these ranges. Errors are given with each function, as the tests measure them.
 */
final class DoubleMath {
    static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    static final int LENGTH = SPECIES.length();

    /** Beyond it a sine's or cosine's argument has to be reduced by more digits of pi. */
    static final double CIRCLE = 0x1p20;

    /** Adding it rounds to a whole number, which then stands in the low bits. */
    private static final double ROUND = 0x1.8p52;

    private static final long ROUND_BITS = Double.doubleToRawLongBits(ROUND);
    private static final double LOG2_E = 1.4426950408889634;
    private static final double LN2_HIGH = 0.6931471805599453;
    private static final double LN2_LOW = 2.3190468138462996e-17;

    /** With zeros at its end: products with exponents are exact. */
    private static final double LN2_SHORT = 0x1.62e42fefap-1;

    private static final double LN2_REST = 1.6465949582897082e-12;
    private static final long ROOT_HALF = 0x3fe6a09e667f3bcdL;

    /* Constants as vectors: the compiler stops to inline own methods into one that has grown long. */
    private static final DoubleVector V_LOG2_E = splat(LOG2_E);
    private static final DoubleVector V_ROUND = splat(ROUND);
    private static final DoubleVector V_MINUS_LN2_LOW = splat(-LN2_LOW);
    private static final DoubleVector V_MINUS_LN2_HIGH = splat(-LN2_HIGH);
    private static final DoubleVector EXP_1 = splat(2.0914755325893202e-9);
    private static final DoubleVector EXP_2 = splat(2.5105312729622102e-8);
    private static final DoubleVector EXP_3 = splat(2.755727347871858e-7);
    private static final DoubleVector EXP_4 = splat(2.7557255170000887e-6);
    private static final DoubleVector EXP_5 = splat(0.00002480158732567746);
    private static final DoubleVector EXP_6 = splat(0.00019841269875002279);
    private static final DoubleVector EXP_7 = splat(0.0013888888888883711);
    private static final DoubleVector EXP_8 = splat(0.008333333333326083);
    private static final DoubleVector EXP_9 = splat(0.04166666666666667);
    private static final DoubleVector EXP_10 = splat(0.16666666666666671);
    private static final DoubleVector HALF = splat(0.5);
    private static final DoubleVector LOG_1 = splat(0.14617807153417325);
    private static final DoubleVector LOG_2 = splat(0.153316117220550079);
    private static final DoubleVector LOG_3 = splat(0.181828924325368712);
    private static final DoubleVector LOG_4 = splat(0.222222110893794962);
    private static final DoubleVector LOG_5 = splat(0.285714286262538376);
    private static final DoubleVector LOG_6 = splat(0.399999999998988905);
    private static final DoubleVector LOG_7 = splat(0.666666666666666971);
    private static final DoubleVector V_LN2_REST = splat(LN2_REST);
    private static final DoubleVector V_LN2_SHORT = splat(LN2_SHORT);
    private static final DoubleVector LG_1 = splat(0.30102999566398120);
    private static final DoubleVector V_1 = splat(1);
    private static final DoubleVector TRIG_1 = splat(0.6366197723675814);
    private static final DoubleVector TRIG_2 = splat(-1.5707963267948966);
    private static final DoubleVector TRIG_3 = splat(-6.123233995736766e-17);
    private static final DoubleVector TRIG_4 = splat(1.4971096052072654e-33);
    private static final DoubleVector TRIG_5 = splat(1.5917848524808261e-10);
    private static final DoubleVector TRIG_6 = splat(-2.50511279440141876e-8);
    private static final DoubleVector TRIG_7 = splat(2.75573160838163586e-6);
    private static final DoubleVector TRIG_8 = splat(-0.000198412698367224178);
    private static final DoubleVector TRIG_9 = splat(0.00833333333333092456);
    private static final DoubleVector TRIG_10 = splat(-0.166666666666666646);
    private static final DoubleVector TRIG_11 = splat(-1.13824567780613058e-11);
    private static final DoubleVector TRIG_12 = splat(2.08761438279931325e-9);
    private static final DoubleVector TRIG_13 = splat(-2.75573172600088382e-7);
    private static final DoubleVector TRIG_14 = splat(0.0000248015872987430693);
    private static final DoubleVector TRIG_15 = splat(-0.00138888888888873823);
    private static final DoubleVector TRIG_16 = splat(0.0416666666666666654);
    private static final DoubleVector MINUS_HALF = splat(-0.5);

    /* Vectors also where a number would do: each of those costs the compiler a method more to inline. */
    private static final DoubleVector V_0 = splat(0);
    private static final DoubleVector V_2 = splat(2);
    private static final DoubleVector V_20 = splat(20);
    private static final DoubleVector V_38_BELOW = splat(-38);
    private static final DoubleVector V_710 = splat(710);
    private static final DoubleVector V_746_BELOW = splat(-746);
    private static final DoubleVector V_1025 = splat(1025);
    private static final DoubleVector V_1077_BELOW = splat(-1077);
    private static final DoubleVector V_LN2 = splat(LN2_HIGH);
    private static final DoubleVector V_52 = splat(52);
    private static final DoubleVector V_2_52 = splat(0x1p52);
    private static final DoubleVector V_2_54_BELOW = splat(0x1p-54);
    private static final DoubleVector LEAST = splat(Double.MIN_NORMAL);
    private static final DoubleVector NAN = splat(Double.NaN);
    private static final DoubleVector V_INFINITY = splat(Double.POSITIVE_INFINITY);
    private static final DoubleVector MINUS_INFINITY = splat(Double.NEGATIVE_INFINITY);
    private static final LongVector LONG_ROOT_HALF = longs(ROOT_HALF);
    private static final LongVector LONG_FRACTION = longs(0xfffffffffffffL);
    private static final LongVector LONG_1 = longs(1L);
    private static final LongVector LONG_BIAS = longs(1023L);
    private static final LongVector LONG_ROUND = longs(ROUND_BITS);
    private static final LongVector LONG_SIGN = longs(Long.MIN_VALUE);

    private DoubleMath() {}

    private static DoubleVector whole(DoubleVector x) {
        return x.fma(V_LOG2_E, V_ROUND);
    }

    /** By comparisons, each of which is one instruction; those of minimum and maximum are six. */
    private static DoubleVector within(DoubleVector x, DoubleVector low, DoubleVector high) {
        return x.blend(low, x.compare(VectorOperators.LT, low))
                .blend(high, x.compare(VectorOperators.GT, high));
    }

    private static DoubleVector splat(double value) {
        return DoubleVector.broadcast(SPECIES, value);
    }

    private static LongVector longs(long value) {
        return splat(0).reinterpretAsLongs().add(value);
    }

    /** {@code e^r - 1} of what {@code n} times the logarithm of 2 leaves of x. */
    private static DoubleVector rest(DoubleVector x, DoubleVector n) {
        return series(n.fma(V_MINUS_LN2_LOW, n.fma(V_MINUS_LN2_HIGH, x)));
    }

    /** {@code e^r - 1} for r up to half the logarithm of 2. */
    private static DoubleVector series(DoubleVector r) {
        DoubleVector q = EXP_1.fma(r, EXP_2);
        q = q.fma(r, EXP_3).fma(r, EXP_4);
        q = q.fma(r, EXP_5).fma(r, EXP_6);
        q = q.fma(r, EXP_7).fma(r, EXP_8);
        q = q.fma(r, EXP_9).fma(r, EXP_10);
        q = q.fma(r, HALF);
        return q.fma(r.mul(r), r);
    }

    /** {@code 2^k}. */
    private static DoubleVector power(LongVector k) {
        return k.add(LONG_BIAS).lanewise(VectorOperators.LSHL, 52).reinterpretAsDoubles();
    }

    private static LongVector integer(DoubleVector rounded) {
        return rounded.reinterpretAsLongs().sub(LONG_ROUND);
    }

    /** {@code e^x}, 1 ulp. */
    static DoubleVector exp(DoubleVector given) {
        DoubleVector x = within(given, V_746_BELOW, V_710);
        DoubleVector t = whole(x);
        DoubleVector e = rest(x, t.sub(V_ROUND));
        LongVector n = integer(t);
        LongVector half = n.lanewise(VectorOperators.ASHR, 1);
        DoubleVector scale = power(half);
        return e.fma(scale, scale).mul(power(n.sub(half)));
    }

    /** {@code 2^x}, 1 ulp; exact for whole numbers. */
    static DoubleVector exp2(DoubleVector given) {
        DoubleVector x = within(given, V_1077_BELOW, V_1025);
        DoubleVector t = x.add(V_ROUND);
        DoubleVector e = series(x.sub(t.sub(V_ROUND)).mul(V_LN2));
        LongVector n = integer(t);
        LongVector half = n.lanewise(VectorOperators.ASHR, 1);
        DoubleVector scale = power(half);
        return e.fma(scale, scale).mul(power(n.sub(half)));
    }

    /** {@code e^x - 1}, 1.5 ulp. */
    static DoubleVector expm1(DoubleVector given) {
        DoubleVector x = within(given, V_38_BELOW, V_710);
        DoubleVector t = whole(x);
        DoubleVector e = rest(x, t.sub(V_ROUND));
        DoubleVector scale = power(integer(t).sub(LONG_1));
        DoubleVector half = e.fma(scale, scale.add(MINUS_HALF));
        return half.add(half).blend(given, given.compare(VectorOperators.EQ, V_0));
    }

    /** The bits of a positive number, less those of the root of 1/2; denormals are scaled. */
    private static LongVector bits(DoubleVector x) {
        return x.mul(V_2_52, x.compare(VectorOperators.LT, LEAST))
                .reinterpretAsLongs()
                .sub(LONG_ROOT_HALF);
    }

    /** The exponent of a positive number whose fraction is between the roots of 1/2 and 2. */
    private static DoubleVector exponent(DoubleVector x, LongVector bits) {
        DoubleVector e =
                Exact.DOUBLES.cast(
                        bits.lanewise(VectorOperators.ASHR, 52).convert(VectorOperators.L2D, 0));
        return e.sub(V_52, x.compare(VectorOperators.LT, LEAST));
    }

    /** The fraction less 1. */
    private static DoubleVector fraction(LongVector bits) {
        return bits.and(LONG_FRACTION).add(LONG_ROOT_HALF).reinterpretAsDoubles().sub(V_1);
    }

    /** {@code log(1+f) - f}. */
    private static DoubleVector bend(DoubleVector f) {
        DoubleVector s = f.div(f.add(V_2));
        DoubleVector z = s.mul(s);
        DoubleVector r = LOG_1.fma(z, LOG_2);
        r = r.fma(z, LOG_3).fma(z, LOG_4);
        r = r.fma(z, LOG_5).fma(z, LOG_6);
        r = r.fma(z, LOG_7).mul(z);
        DoubleVector square = f.mul(f).mul(HALF);
        return s.mul(square.add(r)).sub(square);
    }

    /** Natural logarithm, 1 ulp. */
    static DoubleVector log(DoubleVector x) {
        LongVector bits = bits(x);
        DoubleVector e = exponent(x, bits);
        DoubleVector f = fraction(bits);
        DoubleVector low = e.fma(V_LN2_REST, bend(f));
        return edges(x, e.fma(V_LN2_SHORT, low.add(f)));
    }

    /** Binary logarithm, 2 ulp; exact for powers of two. */
    static DoubleVector log2(DoubleVector x) {
        LongVector bits = bits(x);
        DoubleVector f = fraction(bits);
        return edges(x, f.add(bend(f)).fma(V_LOG2_E, exponent(x, bits)));
    }

    /** Decimal logarithm, 2 ulp. */
    static DoubleVector log10(DoubleVector x) {
        LongVector bits = bits(x);
        DoubleVector f = fraction(bits);
        DoubleVector low = f.add(bend(f)).mul(0.4342944819032518);
        return edges(x, exponent(x, bits).fma(LG_1, low));
    }

    /** What a logarithm is at and below 0 and of what is no finite number. */
    private static DoubleVector edges(DoubleVector x, DoubleVector result) {
        return result.blend(x, x.compare(VectorOperators.EQ, V_INFINITY))
                .blend(x, x.compare(VectorOperators.NE, x))
                .blend(NAN, x.compare(VectorOperators.LT, V_0))
                .blend(MINUS_INFINITY, x.compare(VectorOperators.EQ, V_0));
    }

    /** {@code log(1+x)}, 1.5 ulp: what the sum loses comes back through the derivative. */
    static DoubleVector log1p(DoubleVector x) {
        DoubleVector u = x.add(V_1);
        DoubleVector lost = x.sub(u.sub(V_1));
        DoubleVector other = V_1.sub(u.sub(x));
        lost = lost.blend(other, x.compare(VectorOperators.GT, V_1));
        LongVector bits = bits(u);
        DoubleVector e = exponent(u, bits);
        DoubleVector f = fraction(bits);
        DoubleVector low = e.fma(V_LN2_REST, bend(f).add(lost.div(u)));
        DoubleVector result =
                e.fma(V_LN2_SHORT, low.add(f))
                        .blend(u, u.compare(VectorOperators.EQ, V_INFINITY))
                        .blend(NAN, u.compare(VectorOperators.GE, V_0).not())
                        .blend(MINUS_INFINITY, u.compare(VectorOperators.EQ, V_0));
        return result.blend(x, x.abs().compare(VectorOperators.LT, V_2_54_BELOW));
    }

    /** Hyperbolic tangent, 3 ulp; the quotient is corrected by what it leaves. */
    static DoubleVector tanh(DoubleVector x) {
        LongVector sign = x.reinterpretAsLongs().and(LONG_SIGN);
        DoubleVector a = within(x.abs(), V_0, V_20);
        DoubleVector e = expm1(a.add(a));
        DoubleVector below = e.add(V_2);
        DoubleVector lost = e.sub(below.sub(V_2));
        DoubleVector ratio = e.div(below);
        DoubleVector rest = ratio.fma(below.neg(), e).sub(ratio.mul(lost));
        DoubleVector magnitude = ratio.add(rest.div(below));
        return magnitude.reinterpretAsLongs().or(sign).reinterpretAsDoubles();
    }

    /** {@code 1/(1+e^-x)}, 2 ulp; 0 where e^-x overflows. */
    static DoubleVector sigmoid(DoubleVector x) {
        return V_1.div(exp(x.neg()).add(V_1));
    }

    /** {@code x/(1+e^-x)}, 2 ulp. */
    static DoubleVector silu(DoubleVector x) {
        return x.div(exp(x.neg()).add(V_1));
    }

    private static DoubleVector quarters(DoubleVector x) {
        return x.fma(TRIG_1, V_ROUND);
    }

    /** Sine or cosine of what is left after {@code n} quarters of the circle. */
    private static DoubleVector circle(DoubleVector x, DoubleVector t, int shift) {
        DoubleVector n = t.sub(V_ROUND);
        DoubleVector r = n.fma(TRIG_2, x);
        r = n.fma(TRIG_3, r);
        r = n.fma(TRIG_4, r);
        DoubleVector z = r.mul(r);
        DoubleVector s = TRIG_5.fma(z, TRIG_6);
        s = s.fma(z, TRIG_7).fma(z, TRIG_8);
        s = s.fma(z, TRIG_9).fma(z, TRIG_10).mul(z).fma(r, r);
        DoubleVector c = TRIG_11.fma(z, TRIG_12);
        c = c.fma(z, TRIG_13).fma(z, TRIG_14);
        c = c.fma(z, TRIG_15).fma(z, TRIG_16);
        c = c.fma(z, MINUS_HALF).fma(z, V_1);
        LongVector q = integer(t).add(shift);
        DoubleVector value = s.blend(c, q.and(1).compare(VectorOperators.EQ, 1).cast(SPECIES));
        LongVector sign = q.and(2).lanewise(VectorOperators.LSHL, 62);
        return value.reinterpretAsLongs()
                .lanewise(VectorOperators.XOR, sign)
                .reinterpretAsDoubles();
    }

    /** Sine for arguments up to {@link #CIRCLE}, 1.5 ulp. */
    static DoubleVector sin(DoubleVector x) {
        return circle(x, quarters(x), 0).blend(x, x.compare(VectorOperators.EQ, 0));
    }

    /** Cosine for arguments up to {@link #CIRCLE}, 1.5 ulp. */
    static DoubleVector cos(DoubleVector x) {
        return circle(x, quarters(x), 1);
    }
}
