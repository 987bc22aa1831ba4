// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.attention;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * f32 {@code e^x} of numbers that are at most 0, to 2 units in the last place: with the nearest
 * whole n of x / ln 2, 2^n times the Taylor polynomial of degree 7 of the rest. Below -87 it is 0.
 * Only operations that round as IEEE says, so that vector and scalar agree to the bit.
 */
final class FloatExp {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final float LOWEST = -87;
    private static final float LOG2E = 1.44269504f;

    /** Adding it leaves the nearest whole number in the low bits. */
    private static final float SHIFT = 12582912f;

    private static final float HIGH = 0.693145752f;
    private static final float LOW = 1.42860677e-6f;
    private static final float C2 = 0.5f;
    private static final float C3 = 1 / 6f;
    private static final float C4 = 1 / 24f;
    private static final float C5 = 1 / 120f;
    private static final float C6 = 1 / 720f;
    private static final float C7 = 1 / 5040f;

    /* The same in vectors: the compiler stops to inline own methods into one that has grown long. */
    private static final FloatVector V7 = all(C7);
    private static final FloatVector V6 = all(C6);
    private static final FloatVector V5 = all(C5);
    private static final FloatVector V4 = all(C4);
    private static final FloatVector V3 = all(C3);
    private static final FloatVector V2 = all(C2);
    private static final FloatVector V1 = all(1);
    private static final FloatVector VECTOR_LOG2E = all(LOG2E);
    private static final FloatVector VECTOR_SHIFT = all(SHIFT);
    private static final FloatVector MINUS_LOW = all(-LOW);
    private static final FloatVector MINUS_HIGH = all(-HIGH);

    private FloatExp() {}

    static FloatVector exp(FloatVector x) {
        FloatVector shifted = x.fma(VECTOR_LOG2E, VECTOR_SHIFT);
        FloatVector n = shifted.sub(SHIFT);
        FloatVector r = n.fma(MINUS_HIGH, x);
        r = n.fma(MINUS_LOW, r);
        FloatVector p = r.fma(V7, V6);
        p = p.fma(r, V5);
        p = p.fma(r, V4);
        p = p.fma(r, V3);
        p = p.fma(r, V2);
        p = p.fma(r, V1);
        p = p.fma(r, V1);
        FloatVector scale =
                shifted.reinterpretAsInts()
                        .lanewise(VectorOperators.LSHL, 23)
                        .add(0x3F800000)
                        .reinterpretAsFloats();
        FloatVector result = p.mul(scale);
        return result.blend(0, x.compare(VectorOperators.LT, LOWEST));
    }

    private static FloatVector all(float value) {
        return FloatVector.broadcast(SPECIES, value);
    }

    static float exp(float x) {
        if (x < LOWEST) {
            return 0;
        }
        float shifted = Math.fma(x, LOG2E, SHIFT);
        float n = shifted - SHIFT;
        float r = Math.fma(n, -HIGH, x);
        r = Math.fma(n, -LOW, r);
        float p = Math.fma(r, C7, C6);
        p = Math.fma(p, r, C5);
        p = Math.fma(p, r, C4);
        p = Math.fma(p, r, C3);
        p = Math.fma(p, r, C2);
        p = Math.fma(p, r, 1);
        p = Math.fma(p, r, 1);
        int bits = (Float.floatToRawIntBits(shifted) << 23) + 0x3F800000;
        return p * Float.intBitsToFloat(bits);
    }
}
