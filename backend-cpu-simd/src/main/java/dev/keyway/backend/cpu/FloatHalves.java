// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * As many f32 as a vector has f64, for what is computed in f64 and rounded once. They are loaded
 * and stored as integers of the same bits: a second class of vectors in the Vector API's loads and
 * stores of f32 would slow the tiles of matrix products and convolutions for good (ADR 0017).
 */
public final class FloatHalves {
    private static final VectorSpecies<Double> DOUBLES = DoubleVector.SPECIES_PREFERRED;
    private static final VectorShape SHAPE = VectorShape.forBitSize(DOUBLES.length() * Float.SIZE);
    private static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, SHAPE);
    private static final VectorSpecies<Float> FLOATS = VectorSpecies.of(float.class, SHAPE);
    private static final Class<? extends IntVector> EXACT_INTS = IntVector.zero(INTS).getClass();
    private static final Class<? extends FloatVector> EXACT_FLOATS =
            FloatVector.zero(FLOATS).getClass();

    private FloatHalves() {}

    /** The lanes below the count, for {@link #load} and {@link #store}. */
    public static VectorMask<Integer> below(long count) {
        return INTS.indexInRange(0, count);
    }

    /** The f32 at the address as f64. */
    public static DoubleVector load(long address) {
        return widened(EXACT_INTS.cast(IntVector.fromMemorySegment(INTS, ALL, address, ORDER)));
    }

    /** The f32 of the mask's lanes as f64; 0 in the others. */
    public static DoubleVector load(long address, VectorMask<Integer> mask) {
        return widened(
                EXACT_INTS.cast(IntVector.fromMemorySegment(INTS, ALL, address, ORDER, mask)));
    }

    private static DoubleVector widened(IntVector bits) {
        return Exact.DOUBLES.cast(
                EXACT_FLOATS
                        .cast(bits.reinterpretAsFloats())
                        .convertShape(VectorOperators.F2D, DOUBLES, 0));
    }

    /** Rounds to f32 and stores. */
    public static void store(DoubleVector values, long address) {
        narrowed(values).intoMemorySegment(ALL, address, ORDER);
    }

    /** Rounds to f32 and stores the mask's lanes. */
    public static void store(DoubleVector values, long address, VectorMask<Integer> mask) {
        narrowed(values).intoMemorySegment(ALL, address, ORDER, mask);
    }

    private static IntVector narrowed(DoubleVector values) {
        return EXACT_INTS.cast(
                EXACT_FLOATS
                        .cast(values.convertShape(VectorOperators.D2F, FLOATS, 0))
                        .reinterpretAsInts());
    }
}
