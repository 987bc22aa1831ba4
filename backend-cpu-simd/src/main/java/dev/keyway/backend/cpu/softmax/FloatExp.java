// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.softmax;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@code exp(x)} for {@code x <= 0} in f32: with n the integer nearest to {@code x / ln 2}, {@code
 * 2^n} times the Taylor polynomial of degree 7 of the rest, fused. Within 2 ulp; results below the
 * normal numbers are 0. Vectors and scalars agree to the bit.
 */
final class FloatExp {
    static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

    private static final float LOWEST = -87.33654f;
    private static final float LOG2E = 1.442695041f;
    private static final float LN2_HIGH = 0.693359375f;
    private static final float LN2_LOW = -2.12194440e-4f;

    /** Adding it rounds to an integer, which then stands in the low bits. */
    private static final float ROUND = 12582912f;

    private static final float C7 = 1 / 5040f;
    private static final float C6 = 1 / 720f;
    private static final float C5 = 1 / 120f;
    private static final float C4 = 1 / 24f;
    private static final float C3 = 1 / 6f;
    private static final float C2 = 0.5f;
    private static final int MANTISSA = 23;

    /* The same in vectors: the compiler stops to inline own methods into one that has grown long. */
    private static final FloatVector V7 = broadcast(C7);
    private static final FloatVector V6 = broadcast(C6);
    private static final FloatVector V5 = broadcast(C5);
    private static final FloatVector V4 = broadcast(C4);
    private static final FloatVector V3 = broadcast(C3);
    private static final FloatVector V2 = broadcast(C2);
    private static final FloatVector V1 = broadcast(1f);
    private static final FloatVector VECTOR_LOG2E = broadcast(LOG2E);
    private static final FloatVector VECTOR_ROUND = broadcast(ROUND);
    private static final FloatVector MINUS_LOW = broadcast(-LN2_LOW);
    private static final FloatVector MINUS_HIGH = broadcast(-LN2_HIGH);

    private FloatExp() {}

    static FloatVector exp(FloatVector x) {
        VectorMask<Float> vanishes = x.compare(VectorOperators.LT, LOWEST);
        FloatVector shifted = x.fma(VECTOR_LOG2E, VECTOR_ROUND);
        FloatVector n = shifted.sub(ROUND);
        FloatVector r = n.fma(MINUS_LOW, n.fma(MINUS_HIGH, x));
        FloatVector p = r.fma(V7, V6);
        p = p.fma(r, V5);
        p = p.fma(r, V4);
        p = p.fma(r, V3);
        p = p.fma(r, V2);
        p = p.fma(r, V1);
        p = p.fma(r, V1);
        IntVector power = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, MANTISSA);
        FloatVector result = p.reinterpretAsInts().add(power).reinterpretAsFloats();
        VectorMask<Float> nan = x.compare(VectorOperators.NE, x);
        return result.blend(x, nan).blend(0f, vanishes);
    }

    static float exp(float x) {
        if (!(x >= LOWEST)) {
            return x < LOWEST ? 0f : x;
        }
        float shifted = Math.fma(x, LOG2E, ROUND);
        float n = shifted - ROUND;
        float r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, x));
        float p = Math.fma(r, C7, C6);
        p = Math.fma(p, r, C5);
        p = Math.fma(p, r, C4);
        p = Math.fma(p, r, C3);
        p = Math.fma(p, r, C2);
        p = Math.fma(p, r, 1f);
        p = Math.fma(p, r, 1f);
        int power = Float.floatToRawIntBits(shifted) << MANTISSA;
        return Float.intBitsToFloat(Float.floatToRawIntBits(p) + power);
    }

    private static FloatVector broadcast(float value) {
        return FloatVector.broadcast(SPECIES, value);
    }
}
