// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.pointwise.FloatMath.SPECIES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * The error function and the gelu of f32 vectors: below 1 by the function's series, above by the
 * logarithm of its complement. The compiler inlines no method of more than 325 bytes and stops to
 * inline own methods into one that has grown long, and then allocates every vector; so constants
 * are fields, and the methods are short.
 */
final class FloatErrorFunction {
    private static final FloatVector S7 = splat(7.87587506e-5f);
    private static final FloatVector S6 = splat(-8.01686429e-4f);
    private static final FloatVector S5 = splat(5.18908742e-3f);
    private static final FloatVector S4 = splat(-2.68542120e-2f);
    private static final FloatVector S3 = splat(1.12835947e-1f);
    private static final FloatVector S2 = splat(-3.76126267e-1f);
    private static final FloatVector S1 = splat(1.28379166e-1f);

    private static final FloatVector L8 = splat(-1.63715141e-6f);
    private static final FloatVector L7 = splat(4.60580427e-5f);
    private static final FloatVector L6 = splat(-5.96805626e-4f);
    private static final FloatVector L5 = splat(4.75959629e-3f);
    private static final FloatVector L4 = splat(-2.64211360e-2f);
    private static final FloatVector L3 = splat(1.10080083e-1f);
    private static final FloatVector L2 = splat(6.31826052e-1f);
    private static final FloatVector L1 = splat(1.13023343f);
    private static final FloatVector L0 = splat(-3.20138050e-4f);

    private static final FloatVector E6 = splat(1.98910805e-4f);
    private static final FloatVector E5 = splat(1.39337307e-3f);
    private static final FloatVector E4 = splat(8.33331084e-3f);
    private static final FloatVector E3 = splat(4.16664642e-2f);
    private static final FloatVector E2 = splat(1.66666667e-1f);
    private static final FloatVector HALF = splat(0.5f);
    private static final FloatVector ONE = splat(1f);

    private static final FloatVector LOG2_E = splat(-1.44269504f);
    private static final FloatVector LN2_HIGH = splat(0.693147182f);
    private static final FloatVector LN2_LOW = splat(-1.90465421e-9f);

    /** Adding it rounds to a whole number, which then stands in the low bits. */
    private static final FloatVector ROUND = splat(0x1.8p23f);

    /** Adding it rounds to a whole number and takes 1 off, as the share begins with a half. */
    private static final FloatVector HALVED = splat(0x1.8p23f - 1);

    /** Makes of these bits the exponent of the power of two. */
    private static final IntVector BIAS = ROUND.reinterpretAsInts().sub(127);

    private static final IntVector SIGN = splat(-0f).reinterpretAsInts();

    /** Beyond it the complement is less than half an ulp of 1. */
    private static final FloatVector END = splat(4f);

    /* The binary logarithm of the normal distribution's share beyond a. */
    private static final FloatVector G8 = splat(-2.8349127e-06f);
    private static final FloatVector G7 = splat(3.937769e-05f);
    private static final FloatVector G6 = splat(-0.00018618023f);
    private static final FloatVector G5 = splat(-0.00013693642f);
    private static final FloatVector G4 = splat(0.00706342f);
    private static final FloatVector G3 = splat(-0.05249618f);
    private static final FloatVector G2 = splat(-0.4592082f);
    private static final FloatVector G1 = splat(-1.1511052f);
    private static final FloatVector ZERO = splat(0f);

    /** Beyond it that share is nothing beside 1. */
    private static final FloatVector FAR = splat(5.9f);

    /* Powers of two from -1/2 to 1/2. */
    private static final FloatVector P6 = splat(0.00015461448f);
    private static final FloatVector P5 = splat(0.0013390867f);
    private static final FloatVector P4 = splat(0.009618057f);
    private static final FloatVector P3 = splat(0.05550357f);
    private static final FloatVector P2 = splat(0.2402265f);
    private static final FloatVector P1 = splat(0.6931472f);

    private FloatErrorFunction() {}

    private static FloatVector splat(float value) {
        return FloatVector.broadcast(SPECIES, value);
    }

    /** {@code 1 - erf(a)} for a from 0: the exponential of a polynomial. */
    private static FloatVector complement(FloatVector a) {
        FloatVector b = a.blend(END, a.compare(VectorOperators.GT, END));
        FloatVector q = L8.fma(b, L7).fma(b, L6).fma(b, L5).fma(b, L4).fma(b, L3).fma(b, L2);
        FloatVector log = q.fma(b, L1).fma(b, L0);
        FloatVector t = log.fma(LOG2_E, ROUND);
        FloatVector n = t.sub(ROUND);
        FloatVector r = n.fma(LN2_HIGH, log).neg();
        FloatVector s = n.neg().fma(LN2_LOW, r);
        FloatVector p = E6.fma(s, E5).fma(s, E4).fma(s, E3).fma(s, E2).fma(s, HALF);
        FloatVector scale =
                t.reinterpretAsInts()
                        .sub(BIAS)
                        .lanewise(VectorOperators.LSHL, 23)
                        .reinterpretAsFloats();
        return p.fma(s.mul(s), s).fma(scale, scale);
    }

    /** Error function, 1 ulp. */
    static FloatVector erf(FloatVector x) {
        FloatVector a = x.abs();
        FloatVector large = ONE.sub(complement(a));
        FloatVector z = a.mul(a);
        FloatVector p = S7.fma(z, S6).fma(z, S5).fma(z, S4).fma(z, S3).fma(z, S2).fma(z, S1);
        FloatVector magnitude = p.fma(a, a).blend(large, a.compare(VectorOperators.GE, ONE));
        return x.reinterpretAsInts()
                .and(SIGN)
                .or(magnitude.reinterpretAsInts())
                .reinterpretAsFloats();
    }

    /**
     * {@code x} times the normal distribution's share below it, 2 ulp of x: the share beyond {@code
     * |x|} is two to the power of a polynomial, fitted for the least error of the share, which is a
     * half at 0. Both polynomials add pairs of terms, which wait less for each other than one term
     * after the other. The logarithm, {@code q a - 1}, is rounded to a whole number and to what is
     * left of it, but never itself.
     */
    static FloatVector gelu(FloatVector x) {
        FloatVector a = x.abs();
        VectorMask<Float> far = a.compare(VectorOperators.GE, FAR);
        FloatVector z = a.mul(a);
        FloatVector high = G8.fma(a, G7).fma(z, G6.fma(a, G5));
        FloatVector low = G4.fma(a, G3).fma(z, G2.fma(a, G1));
        FloatVector q = z.mul(z).fma(high, low);
        FloatVector shifted = q.fma(a, HALVED);
        FloatVector r = q.fma(a, HALVED.sub(shifted));
        FloatVector rr = r.mul(r);
        FloatVector p = P6.fma(r, P5).fma(rr, P4.fma(r, P3)).fma(rr, P2.fma(r, P1)).fma(r, ONE);
        IntVector power = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
        FloatVector beyond =
                p.reinterpretAsInts().add(power).reinterpretAsFloats().blend(ZERO, far);
        return beyond.blend(ONE.sub(beyond), x.compare(VectorOperators.GT, ZERO)).mul(x);
    }
}
