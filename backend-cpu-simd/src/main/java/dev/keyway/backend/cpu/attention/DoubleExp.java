// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.attention;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * f64 {@code e^x} of numbers that are at most 0, to 2 units in the last place: with the nearest
 * whole n of x / ln 2, 2^n times the Taylor polynomial of degree 13 of the rest. Below -708 it is
 * 0. Only operations that round as IEEE says, so that vector and scalar agree to the bit.
 */
final class DoubleExp {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final double LOWEST = -708;
    private static final double LOG2E = 1.4426950408889634;

    /** Adding it leaves the nearest whole number in the low bits. */
    private static final double SHIFT = 6755399441055744.0;

    private static final double HIGH = 0.6931471803691238;
    private static final double LOW = 1.9082149292705877e-10;
    private static final double C2 = 1 / 2.0;
    private static final double C3 = 1 / 6.0;
    private static final double C4 = 1 / 24.0;
    private static final double C5 = 1 / 120.0;
    private static final double C6 = 1 / 720.0;
    private static final double C7 = 1 / 5040.0;
    private static final double C8 = 1 / 40320.0;
    private static final double C9 = 1 / 362880.0;
    private static final double C10 = 1 / 3628800.0;
    private static final double C11 = 1 / 39916800.0;
    private static final double C12 = 1 / 479001600.0;
    private static final double C13 = 1 / 6227020800.0;

    /* The same in vectors: the compiler stops to inline own methods into one that has grown long. */
    private static final DoubleVector V13 = all(C13);
    private static final DoubleVector V12 = all(C12);
    private static final DoubleVector V11 = all(C11);
    private static final DoubleVector V10 = all(C10);
    private static final DoubleVector V9 = all(C9);
    private static final DoubleVector V8 = all(C8);
    private static final DoubleVector V7 = all(C7);
    private static final DoubleVector V6 = all(C6);
    private static final DoubleVector V5 = all(C5);
    private static final DoubleVector V4 = all(C4);
    private static final DoubleVector V3 = all(C3);
    private static final DoubleVector V2 = all(C2);
    private static final DoubleVector V1 = all(1);
    private static final DoubleVector VECTOR_LOG2E = all(LOG2E);
    private static final DoubleVector VECTOR_SHIFT = all(SHIFT);
    private static final DoubleVector MINUS_LOW = all(-LOW);
    private static final DoubleVector MINUS_HIGH = all(-HIGH);

    private DoubleExp() {}

    static DoubleVector exp(DoubleVector x) {
        DoubleVector shifted = x.fma(VECTOR_LOG2E, VECTOR_SHIFT);
        DoubleVector n = shifted.sub(SHIFT);
        DoubleVector r = n.fma(MINUS_HIGH, x);
        r = n.fma(MINUS_LOW, r);
        DoubleVector p = r.fma(V13, V12);
        p = p.fma(r, V11);
        p = p.fma(r, V10);
        p = p.fma(r, V9);
        p = p.fma(r, V8);
        p = p.fma(r, V7);
        p = p.fma(r, V6);
        p = p.fma(r, V5);
        p = p.fma(r, V4);
        p = p.fma(r, V3);
        p = p.fma(r, V2);
        p = p.fma(r, V1);
        p = p.fma(r, V1);
        DoubleVector scale =
                shifted.reinterpretAsLongs()
                        .lanewise(VectorOperators.LSHL, 52)
                        .add(0x3FF0000000000000L)
                        .reinterpretAsDoubles();
        DoubleVector result = p.mul(scale);
        return result.blend(0, x.compare(VectorOperators.LT, LOWEST));
    }

    private static DoubleVector all(double value) {
        return DoubleVector.broadcast(SPECIES, value);
    }

    static double exp(double x) {
        if (x < LOWEST) {
            return 0;
        }
        double shifted = Math.fma(x, LOG2E, SHIFT);
        double n = shifted - SHIFT;
        double r = Math.fma(n, -HIGH, x);
        r = Math.fma(n, -LOW, r);
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
        p = Math.fma(p, r, 1);
        p = Math.fma(p, r, 1);
        long bits = (Double.doubleToRawLongBits(shifted) << 52) + 0x3FF0000000000000L;
        return p * Double.longBitsToDouble(bits);
    }
}
