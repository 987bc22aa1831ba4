// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

import java.util.function.IntUnaryOperator;

/**
 * Numbers of two f32 vectors, picked by their places: one instruction where vectors have 512 bits,
 * while a rearrangement of two takes three.
 */
final class FloatPick {
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final int LENGTH = INTS.length();

    /** The numbers at even places, of the first vector and then of the second. */
    static final IntVector EVEN = places(i -> 2 * i);

    /** Those at odd places. */
    static final IntVector ODD = places(i -> 2 * i + 1);

    /** The first number of the second vector, then the first without its last number. */
    static final IntVector BEFORE = places(i -> i == 0 ? LENGTH : i - 1);

    /** The first vector without its first number, then the first number of the second. */
    static final IntVector AFTER = places(i -> i + 1);

    private FloatPick() {}

    /**
     * The numbers of both vectors at the given places, those of the second being counted from the
     * length of a vector on.
     */
    static FloatVector of(IntVector places, FloatVector first, FloatVector second) {
        return places.selectFrom(first.reinterpretAsInts(), second.reinterpretAsInts())
                .reinterpretAsFloats();
    }

    private static IntVector places(IntUnaryOperator place) {
        int[] result = new int[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            result[i] = place.applyAsInt(i);
        }
        return IntVector.fromArray(INTS, result, 0);
    }
}
