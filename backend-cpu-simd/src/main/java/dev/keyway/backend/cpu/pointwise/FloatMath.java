// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import dev.keyway.backend.cpu.Exact;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Functions of f32 vectors from exact operations alone (additions, products, quotients, fused
 * multiply-add), so that a lane's bits depend on its value only. Ranges are reduced by powers of
 * two or multiples of pi/2 held in several parts; what is left goes through minimax polynomials
 * fitted for these ranges. Errors are given with each function, as the tests measure them.
 */
final class FloatMath {
    static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    static final int LENGTH = SPECIES.length();

    /** Beyond it a sine's or cosine's argument has to be reduced by more digits of pi. */
    static final float CIRCLE = 32768;

    private static final float INFINITY = Float.POSITIVE_INFINITY;

    /** Adding it rounds to a whole number, which then stands in the low bits. */
    private static final float ROUND = 0x1.8p23f;

    private static final int ROUND_BITS = Float.floatToRawIntBits(ROUND);
    private static final float LOG2_E = 1.44269504f;
    private static final float LN2_HIGH = 0.693147182f;
    private static final float LN2_LOW = -1.90465421e-9f;

    /** With zeros at its end: products with exponents are exact. */
    private static final float LN2_SHORT = 0x1.62e3p-1f;

    private static final float LN2_REST = (float) (0.6931471805599453 - 0x1.62e3p-1);
    private static final int ROOT_HALF = 0x3f3504f3;
    private static final int SIGN = 0x80000000;

    /* Constants as vectors: the compiler stops to inline own methods into one that has grown long. */
    private static final FloatVector V_LOG2_E = splat(LOG2_E);
    private static final FloatVector V_TWICE_LOG2_E = splat(2 * LOG2_E);
    private static final FloatVector V_ROUND_127 = splat(ROUND + 127);
    private static final FloatVector V_ROUND = splat(ROUND);
    private static final FloatVector V_MINUS_LN2_LOW = splat(-LN2_LOW);
    private static final FloatVector V_MINUS_LN2_HIGH = splat(-LN2_HIGH);
    private static final FloatVector EXP_1 = splat(1.98910805e-4f);
    private static final FloatVector EXP_2 = splat(1.39337307e-3f);
    private static final FloatVector EXP_3 = splat(8.33331084e-3f);
    private static final FloatVector EXP_4 = splat(4.16664642e-2f);
    private static final FloatVector EXP_5 = splat(1.66666667e-1f);
    private static final FloatVector HALF = splat(0.5f);
    private static final FloatVector LOG_1 = splat(0.233316145f);
    private static final FloatVector LOG_2 = splat(0.285507786f);
    private static final FloatVector LOG_3 = splat(0.400001222f);
    private static final FloatVector LOG_4 = splat(0.666666666f);
    private static final FloatVector V_LN2_REST = splat(LN2_REST);
    private static final FloatVector V_LN2_SHORT = splat(LN2_SHORT);
    private static final FloatVector LG_1 = splat(0.301029996f);
    private static final FloatVector ONE = splat(1f);
    private static final FloatVector GELU_1 = splat(0.044715f);
    private static final FloatVector TRIG_1 = splat(0.636619772f);
    private static final FloatVector TRIG_2 = splat(-1.57079637f);
    private static final FloatVector TRIG_3 = splat(4.37113883e-8f);
    private static final FloatVector TRIG_4 = splat(1.71512451e-15f);
    private static final FloatVector TRIG_5 = splat(-1.95873871e-4f);
    private static final FloatVector TRIG_6 = splat(8.33274594e-3f);
    private static final FloatVector TRIG_7 = splat(-1.66666647e-1f);
    private static final FloatVector TRIG_8 = splat(2.45474372e-5f);
    private static final FloatVector TRIG_9 = splat(-1.38883007e-3f);
    private static final FloatVector TRIG_10 = splat(4.16666646e-2f);
    private static final FloatVector MINUS_HALF = splat(-0.5f);

    private static final FloatVector V_10 = splat(10f);
    private static final FloatVector V_18_BELOW = splat(-18f);
    private static final FloatVector V_87 = splat(87f);
    private static final FloatVector V_89 = splat(89f);
    private static final FloatVector V_105_BELOW = splat(-105f);

    private FloatMath() {}

    private static FloatVector whole(FloatVector x) {
        return x.fma(V_LOG2_E, V_ROUND);
    }

    /** By comparisons, each of which is one instruction; those of minimum and maximum are six. */
    private static FloatVector within(FloatVector x, FloatVector low, FloatVector high) {
        return x.blend(low, x.compare(VectorOperators.LT, low))
                .blend(high, x.compare(VectorOperators.GT, high));
    }

    private static FloatVector splat(float value) {
        return FloatVector.broadcast(SPECIES, value);
    }

    /** {@code e^r - 1} of what {@code n} times the logarithm of 2 leaves of x. */
    private static FloatVector rest(FloatVector x, FloatVector n) {
        FloatVector r = n.fma(V_MINUS_LN2_LOW, n.fma(V_MINUS_LN2_HIGH, x));
        FloatVector square = r.mul(r);
        FloatVector q = EXP_1.fma(r, EXP_2).fma(square, EXP_3.fma(r, EXP_4));
        return q.fma(square, EXP_5.fma(r, HALF)).fma(square, r);
    }

    /** {@code 2^k}. */
    private static FloatVector power(IntVector k) {
        return k.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
    }

    private static IntVector integer(FloatVector rounded) {
        return rounded.reinterpretAsInts().sub(ROUND_BITS);
    }

    /** {@code e^x}, 1 ulp. */
    static FloatVector exp(FloatVector given) {
        FloatVector x = within(given, V_105_BELOW, V_89);
        FloatVector t = whole(x);
        FloatVector e = rest(x, t.sub(ROUND));
        IntVector n = integer(t);
        IntVector half = n.lanewise(VectorOperators.ASHR, 1);
        FloatVector scale = power(half);
        return e.fma(scale, scale).mul(power(n.sub(half)));
    }

    /** Whether {@code e^x} is a normal number in all lanes. */
    static boolean isModerate(FloatVector x) {
        return x.abs().compare(VectorOperators.LT, V_87).allTrue();
    }

    /**
     * {@code e^x} where it {@link #isModerate}, to the same bits as {@link #exp} with two thirds of
     * the instructions: the power of two is added to the exponent.
     */
    static FloatVector moderateExp(FloatVector x) {
        FloatVector t = whole(x);
        IntVector power = t.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
        FloatVector e = rest(x, t.sub(ROUND));
        return e.add(1f).reinterpretAsInts().add(power).reinterpretAsFloats();
    }

    /** {@code e^x - 1}, 1.5 ulp. */
    static FloatVector expm1(FloatVector given) {
        FloatVector x = within(given, V_18_BELOW, V_89);
        FloatVector t = whole(x);
        FloatVector e = rest(x, t.sub(ROUND));
        FloatVector scale = power(integer(t).sub(1));
        FloatVector half = e.fma(scale, scale.sub(0.5f));
        return half.add(half).blend(given, given.compare(VectorOperators.EQ, 0f));
    }

    /** The bits of a positive number, less those of the root of 1/2; denormals are scaled. */
    private static IntVector bits(FloatVector x) {
        return x.mul(0x1p23f, x.compare(VectorOperators.LT, Float.MIN_NORMAL))
                .reinterpretAsInts()
                .sub(ROOT_HALF);
    }

    /** The exponent of a positive number whose fraction is between the roots of 1/2 and 2. */
    private static FloatVector exponent(FloatVector x, IntVector bits) {
        FloatVector e =
                Exact.FLOATS.cast(
                        bits.lanewise(VectorOperators.ASHR, 23).convert(VectorOperators.I2F, 0));
        return e.sub(23f, x.compare(VectorOperators.LT, Float.MIN_NORMAL));
    }

    /** The fraction less 1. */
    private static FloatVector fraction(IntVector bits) {
        return bits.and(0x7fffff).add(ROOT_HALF).reinterpretAsFloats().sub(1f);
    }

    /** {@code log(1+f) - f}. */
    private static FloatVector bend(FloatVector f) {
        FloatVector s = f.div(f.add(2f));
        FloatVector z = s.mul(s);
        FloatVector r = LOG_1.fma(z, LOG_2);
        r = r.fma(z, LOG_3).fma(z, LOG_4).mul(z);
        FloatVector square = f.mul(f).mul(0.5f);
        return s.mul(square.add(r)).sub(square);
    }

    /** Natural logarithm, 1 ulp. */
    static FloatVector log(FloatVector x) {
        IntVector bits = bits(x);
        FloatVector e = exponent(x, bits);
        FloatVector f = fraction(bits);
        FloatVector low = e.fma(V_LN2_REST, bend(f));
        return edges(x, e.fma(V_LN2_SHORT, low.add(f)));
    }

    /** Binary logarithm, 2 ulp; exact for powers of two. */
    static FloatVector log2(FloatVector x) {
        IntVector bits = bits(x);
        FloatVector f = fraction(bits);
        return edges(x, f.add(bend(f)).fma(V_LOG2_E, exponent(x, bits)));
    }

    /** Decimal logarithm, 2 ulp. */
    static FloatVector log10(FloatVector x) {
        IntVector bits = bits(x);
        FloatVector f = fraction(bits);
        FloatVector low = f.add(bend(f)).mul(0.434294482f);
        return edges(x, exponent(x, bits).fma(LG_1, low));
    }

    /** What a logarithm is at and below 0 and of what is no finite number. */
    private static FloatVector edges(FloatVector x, FloatVector result) {
        return result.blend(x, x.compare(VectorOperators.EQ, INFINITY))
                .blend(x, x.compare(VectorOperators.NE, x))
                .blend(Float.NaN, x.compare(VectorOperators.LT, 0f))
                .blend(-INFINITY, x.compare(VectorOperators.EQ, 0f));
    }

    /** {@code log(1+x)}, 1.5 ulp: what the sum loses comes back through the derivative. */
    static FloatVector log1p(FloatVector x) {
        FloatVector u = x.add(1f);
        FloatVector lost = x.sub(u.sub(1f));
        FloatVector other = ONE.sub(u.sub(x));
        lost = lost.blend(other, x.compare(VectorOperators.GT, 1f));
        IntVector bits = bits(u);
        FloatVector e = exponent(u, bits);
        FloatVector f = fraction(bits);
        FloatVector low = e.fma(V_LN2_REST, bend(f).add(lost.div(u)));
        FloatVector result =
                e.fma(V_LN2_SHORT, low.add(f))
                        .blend(u, u.compare(VectorOperators.EQ, INFINITY))
                        .blend(Float.NaN, u.compare(VectorOperators.GE, 0f).not())
                        .blend(-INFINITY, u.compare(VectorOperators.EQ, 0f));
        return result.blend(x, x.abs().compare(VectorOperators.LT, 0x1p-25f));
    }

    /** Hyperbolic tangent, 2.5 ulp: of {@code e^2a - 1} and that plus 2, for a up to 10. */
    static FloatVector tanh(FloatVector x) {
        IntVector sign = x.reinterpretAsInts().and(SIGN);
        FloatVector size = x.abs();
        FloatVector a = size.blend(V_10, size.compare(VectorOperators.GT, V_10));
        FloatVector t = a.fma(V_TWICE_LOG2_E, V_ROUND_127);
        FloatVector e = rest(a.add(a), t.sub(V_ROUND_127));
        FloatVector scale =
                t.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
        FloatVector m = e.fma(scale, scale.sub(ONE));
        return m.div(m.add(2f)).reinterpretAsInts().or(sign).reinterpretAsFloats();
    }

    /** {@code 1/(1+e^-x)}, 2 ulp; 0 where e^-x overflows. */
    static FloatVector sigmoid(FloatVector x) {
        return ONE.div(exp(x.neg()).add(1f));
    }

    /** {@code x/(1+e^-x)}, 2 ulp. */
    static FloatVector silu(FloatVector x) {
        return x.div(exp(x.neg()).add(1f));
    }

    /** {@code x sigmoid(sqrt(8/pi) (x + 0.044715 x^3))}, 4 ulp of x. */
    static FloatVector geluTanh(FloatVector x) {
        FloatVector square = x.mul(x).fma(GELU_1, ONE);
        return x.div(exp(square.mul(x).mul(-1.59576912f)).add(1f));
    }

    private static FloatVector quarters(FloatVector x) {
        return x.fma(TRIG_1, V_ROUND);
    }

    /** Sine or cosine of what is left after {@code n} quarters of the circle. */
    private static FloatVector circle(FloatVector x, FloatVector t, int shift) {
        FloatVector n = t.sub(ROUND);
        FloatVector r = n.fma(TRIG_2, x);
        r = n.fma(TRIG_3, r);
        r = n.fma(TRIG_4, r);
        FloatVector z = r.mul(r);
        FloatVector s = TRIG_5.fma(z, TRIG_6);
        s = s.fma(z, TRIG_7).mul(z).fma(r, r);
        FloatVector c = TRIG_8.fma(z, TRIG_9);
        c = c.fma(z, TRIG_10).fma(z, MINUS_HALF).fma(z, ONE);
        IntVector q = integer(t).add(shift);
        FloatVector value = s.blend(c, q.and(1).compare(VectorOperators.EQ, 1).cast(SPECIES));
        IntVector sign = q.and(2).lanewise(VectorOperators.LSHL, 30);
        return value.reinterpretAsInts().lanewise(VectorOperators.XOR, sign).reinterpretAsFloats();
    }

    /** Sine for arguments up to {@link #CIRCLE}, 1.5 ulp. */
    static FloatVector sin(FloatVector x) {
        return circle(x, quarters(x), 0).blend(x, x.compare(VectorOperators.EQ, 0f));
    }

    /** Cosine for arguments up to {@link #CIRCLE}, 1.5 ulp. */
    static FloatVector cos(FloatVector x) {
        return circle(x, quarters(x), 1);
    }
}
