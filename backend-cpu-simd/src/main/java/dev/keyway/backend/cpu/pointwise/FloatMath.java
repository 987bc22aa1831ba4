// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

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

    private FloatMath() {}

    private static FloatVector whole(FloatVector x) {
        return x.fma(splat(LOG2_E), splat(ROUND));
    }

    private static FloatVector splat(float value) {
        return FloatVector.broadcast(SPECIES, value);
    }

    /** {@code e^r - 1} of what {@code n} times the logarithm of 2 leaves of x. */
    private static FloatVector rest(FloatVector x, FloatVector n) {
        FloatVector r = n.fma(splat(-LN2_LOW), n.fma(splat(-LN2_HIGH), x));
        FloatVector q = splat(1.98910805e-4f).fma(r, splat(1.39337307e-3f));
        q = q.fma(r, splat(8.33331084e-3f)).fma(r, splat(4.16664642e-2f));
        q = q.fma(r, splat(1.66666667e-1f)).fma(r, splat(0.5f));
        return q.fma(r.mul(r), r);
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
        FloatVector x = given.min(89f).max(-105f);
        FloatVector t = whole(x);
        FloatVector e = rest(x, t.sub(ROUND));
        IntVector n = integer(t);
        IntVector half = n.lanewise(VectorOperators.ASHR, 1);
        FloatVector scale = power(half);
        return e.fma(scale, scale).mul(power(n.sub(half)));
    }

    /** {@code e^x - 1}, 1.5 ulp. */
    static FloatVector expm1(FloatVector given) {
        FloatVector x = given.min(89f).max(-18f);
        FloatVector t = whole(x);
        FloatVector e = rest(x, t.sub(ROUND));
        FloatVector scale = power(integer(t).sub(1));
        FloatVector half = e.fma(scale, scale.sub(0.5f));
        return half.add(half).blend(given, given.compare(VectorOperators.EQ, 0f));
    }

    /** Scaled so that denormal numbers become normal. */
    private static FloatVector normal(FloatVector x) {
        return x.blend(x.mul(0x1p23f), x.compare(VectorOperators.LT, Float.MIN_NORMAL));
    }

    /** The exponent of a positive number whose fraction is between the roots of 1/2 and 2. */
    private static FloatVector exponent(FloatVector x) {
        IntVector bits = normal(x).reinterpretAsInts().sub(ROOT_HALF);
        FloatVector e =
                (FloatVector)
                        bits.lanewise(VectorOperators.ASHR, 23).convert(VectorOperators.I2F, 0);
        return e.blend(e.sub(23f), x.compare(VectorOperators.LT, Float.MIN_NORMAL));
    }

    /** The fraction less 1. */
    private static FloatVector fraction(FloatVector x) {
        IntVector bits = normal(x).reinterpretAsInts().sub(ROOT_HALF);
        return bits.and(0x7fffff).add(ROOT_HALF).reinterpretAsFloats().sub(1f);
    }

    /** {@code log(1+f) - f}. */
    private static FloatVector bend(FloatVector f) {
        FloatVector s = f.div(f.add(2f));
        FloatVector z = s.mul(s);
        FloatVector r = splat(0.233316145f).fma(z, splat(0.285507786f));
        r = r.fma(z, splat(0.400001222f)).fma(z, splat(0.666666666f)).mul(z);
        FloatVector square = f.mul(f).mul(0.5f);
        return s.mul(square.add(r)).sub(square);
    }

    /** Natural logarithm, 1 ulp. */
    static FloatVector log(FloatVector x) {
        FloatVector e = exponent(x);
        FloatVector f = fraction(x);
        FloatVector low = e.fma(splat(LN2_REST), bend(f));
        return edges(x, e.fma(splat(LN2_SHORT), low.add(f)));
    }

    /** Binary logarithm, 2 ulp; exact for powers of two. */
    static FloatVector log2(FloatVector x) {
        FloatVector f = fraction(x);
        return edges(x, f.add(bend(f)).fma(splat(LOG2_E), exponent(x)));
    }

    /** Decimal logarithm, 2 ulp. */
    static FloatVector log10(FloatVector x) {
        FloatVector f = fraction(x);
        FloatVector low = f.add(bend(f)).mul(0.434294482f);
        return edges(x, exponent(x).fma(splat(0.301029996f), low));
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
        FloatVector other = splat(1f).sub(u.sub(x));
        lost = lost.blend(other, x.compare(VectorOperators.GT, 1f));
        FloatVector e = exponent(u);
        FloatVector f = fraction(u);
        FloatVector low = e.fma(splat(LN2_REST), bend(f).add(lost.div(u)));
        FloatVector result = edges(u, e.fma(splat(LN2_SHORT), low.add(f)));
        return result.blend(x, x.abs().compare(VectorOperators.LT, 0x1p-25f));
    }

    private static FloatVector withSign(FloatVector magnitude, FloatVector sign) {
        return sign.reinterpretAsInts()
                .and(SIGN)
                .or(magnitude.reinterpretAsInts())
                .reinterpretAsFloats();
    }

    /** Hyperbolic tangent, 2.5 ulp. */
    static FloatVector tanh(FloatVector x) {
        FloatVector a = x.abs().min(10f);
        FloatVector e = expm1(a.add(a));
        return withSign(e.div(e.add(2f)), x);
    }

    /** {@code 1/(1+e^-x)}, 2 ulp; 0 where e^-x overflows. */
    static FloatVector sigmoid(FloatVector x) {
        return splat(1f).div(exp(x.neg()).add(1f));
    }

    /** {@code x/(1+e^-x)}, 2 ulp. */
    static FloatVector silu(FloatVector x) {
        return x.div(exp(x.neg()).add(1f));
    }

    /** Error function, 1 ulp: below 1 by its series, above by the logarithm of its complement. */
    static FloatVector erf(FloatVector x) {
        FloatVector a = x.abs();
        FloatVector z = a.mul(a).min(1f);
        FloatVector p = splat(7.87587506e-5f).fma(z, splat(-8.01686429e-4f));
        p = p.fma(z, splat(5.18908742e-3f)).fma(z, splat(-2.68542120e-2f));
        p = p.fma(z, splat(1.12835947e-1f)).fma(z, splat(-3.76126267e-1f));
        p = p.fma(z, splat(1.28379166e-1f)).fma(a, a);
        FloatVector b = a.max(1f).min(4f);
        FloatVector q = splat(-1.63715141e-6f).fma(b, splat(4.60580427e-5f));
        q = q.fma(b, splat(-5.96805626e-4f)).fma(b, splat(4.75959629e-3f));
        q = q.fma(b, splat(-2.64211360e-2f)).fma(b, splat(1.10080083e-1f));
        q = q.fma(b, splat(6.31826052e-1f)).fma(b, splat(1.13023343f));
        q = q.fma(b, splat(-3.20138050e-4f));
        FloatVector large = splat(1f).sub(exp(q.neg()));
        return withSign(p.blend(large, a.compare(VectorOperators.GE, 1f)), x)
                .blend(x, x.compare(VectorOperators.NE, x));
    }

    /** {@code x (1+erf(x/sqrt(2)))/2}, 2 ulp of x. */
    static FloatVector gelu(FloatVector x) {
        return erf(x.mul(0.707106781f)).fma(splat(0.5f), splat(0.5f)).mul(x);
    }

    /** {@code x sigmoid(sqrt(8/pi) (x + 0.044715 x^3))}, 4 ulp of x. */
    static FloatVector geluTanh(FloatVector x) {
        FloatVector square = x.mul(x).fma(splat(0.044715f), splat(1f));
        return x.div(exp(square.mul(x).mul(-1.59576912f)).add(1f));
    }

    private static FloatVector quarters(FloatVector x) {
        return x.fma(splat(0.636619772f), splat(ROUND));
    }

    /** Sine or cosine of what is left after {@code n} quarters of the circle. */
    private static FloatVector circle(FloatVector x, FloatVector t, int shift) {
        FloatVector n = t.sub(ROUND);
        FloatVector r = n.fma(splat(-1.57079637f), x);
        r = n.fma(splat(4.37113883e-8f), r);
        r = n.fma(splat(1.71512451e-15f), r);
        FloatVector z = r.mul(r);
        FloatVector s = splat(-1.95873871e-4f).fma(z, splat(8.33274594e-3f));
        s = s.fma(z, splat(-1.66666647e-1f)).mul(z).fma(r, r);
        FloatVector c = splat(2.45474372e-5f).fma(z, splat(-1.38883007e-3f));
        c = c.fma(z, splat(4.16666646e-2f)).fma(z, splat(-0.5f)).fma(z, splat(1f));
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
