// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * As many f32 as a vector has f64, for what is computed in f64 and rounded once: the lower half of
 * a vector of f32. A vector of half the width, of another class, would slow the tiles of matrix
 * products and convolutions, as even a conversion of it stores it where it is not compiled yet (ADR
 * 0017).
 */
public final class FloatHalves {
    private static final VectorSpecies<Double> DOUBLES = DoubleVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final VectorMask<Float> LOWER = FLOATS.indexInRange(0, DOUBLES.length());

    private FloatHalves() {}

    /** The lanes below the count, of as many as a vector has f64. */
    public static VectorMask<Float> below(long count) {
        return FLOATS.indexInRange(0, Math.min(count, DOUBLES.length()));
    }

    /** The f32 at the address as f64. */
    public static DoubleVector load(long address) {
        return load(address, LOWER);
    }

    /** The f32 of the mask's lanes as f64; 0 in the others. */
    public static DoubleVector load(long address, VectorMask<Float> mask) {
        Vector<Float> x = FloatVector.fromMemorySegment(FLOATS, ALL, address, ORDER, mask);
        return Exact.DOUBLES.cast(
                Exact.FLOATS.cast(x).convertShape(VectorOperators.F2D, DOUBLES, 0));
    }

    /** Rounds to f32 and stores. */
    public static void store(DoubleVector values, long address) {
        store(values, address, LOWER);
    }

    /** Rounds to f32 and stores the mask's lanes. */
    public static void store(DoubleVector values, long address, VectorMask<Float> mask) {
        Exact.FLOATS
                .cast(values.convertShape(VectorOperators.D2F, FLOATS, 0))
                .intoMemorySegment(ALL, address, ORDER, mask);
    }
}
