// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.lanes;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@code exp(x)} for {@code x <= 0} in f32: with n the whole number nearest to {@code x / ln 2},
 * {@code 2^n} times a minimax polynomial of degree 6 of the rest, whose terms are added in pairs
 * (Estrin's scheme), as a chain of all of them would wait for each. Within 2 ulp; results below the
 * normal numbers are 0. Only operations that round as IEEE says: vectors and scalars agree to the
 * bit.
 */
public final class FloatExp {
    static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

    private static final float LOWEST = -87.33654f;
    private static final float LOG2E = 1.44269504f;

    /** With zeros at its end: products with n are exact. */
    private static final float LN2_HIGH = 0.693145752f;

    private static final float LN2_LOW = 1.42860677e-6f;

    /** Adding it rounds to a whole number n and leaves the exponent of 2^n in the low bits. */
    private static final float ROUND = 0x1.8p23f + 127;

    private static final int MANTISSA = 23;
    private static final float C2 = 0.49999994f;
    private static final float C3 = 0.16666521f;
    private static final float C4 = 0.04166839f;
    private static final float C5 = 0.0083687157f;
    private static final float C6 = 0.0013814602f;

    /* The same in vectors: the compiler stops to inline own methods into one that has grown long. */
    private static final FloatVector V1 = broadcast(1);
    private static final FloatVector V2 = broadcast(C2);
    private static final FloatVector V3 = broadcast(C3);
    private static final FloatVector V4 = broadcast(C4);
    private static final FloatVector V5 = broadcast(C5);
    private static final FloatVector V6 = broadcast(C6);
    private static final FloatVector VECTOR_LOG2E = broadcast(LOG2E);
    private static final FloatVector VECTOR_ROUND = broadcast(ROUND);
    private static final FloatVector MINUS_LOW = broadcast(-LN2_LOW);
    private static final FloatVector MINUS_HIGH = broadcast(-LN2_HIGH);

    private FloatExp() {}

    /**
     * Of each lane.
     *
     * @param x at most 0, or NaN
     */
    public static FloatVector exp(FloatVector x) {
        VectorMask<Float> vanishes = x.compare(VectorOperators.LT, LOWEST);
        FloatVector shifted = x.fma(VECTOR_LOG2E, VECTOR_ROUND);
        FloatVector n = shifted.sub(VECTOR_ROUND);
        FloatVector r = n.fma(MINUS_LOW, n.fma(MINUS_HIGH, x));
        FloatVector square = r.mul(r);
        FloatVector p = V6.fma(square, V5.fma(r, V4));
        p = p.fma(square, V3.fma(r, V2));
        p = p.fma(square, r.add(V1));
        FloatVector power =
                shifted.reinterpretAsInts()
                        .lanewise(VectorOperators.LSHL, MANTISSA)
                        .reinterpretAsFloats();
        return p.mul(power).blend(0, vanishes);
    }

    /**
     * Of one number.
     *
     * @param x at most 0, or NaN
     */
    public static float exp(float x) {
        if (x < LOWEST) {
            return 0;
        }
        float shifted = Math.fma(x, LOG2E, ROUND);
        float n = shifted - ROUND;
        float r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, x));
        float square = r * r;
        float p = Math.fma(C6, square, Math.fma(C5, r, C4));
        p = Math.fma(p, square, Math.fma(C3, r, C2));
        p = Math.fma(p, square, r + 1);
        return p * Float.intBitsToFloat(Float.floatToRawIntBits(shifted) << MANTISSA);
    }

    private static FloatVector broadcast(float value) {
        return FloatVector.broadcast(SPECIES, value);
    }
}
