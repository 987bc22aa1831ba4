// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/** Loads f32 vectors from memory; in a class of its own, which the compiler always inlines. */
final class FloatLoads {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

    private FloatLoads() {}

    static FloatVector load(long address) {
        return FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER);
    }

    static FloatVector load(long address, VectorMask<Float> mask) {
        return FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER, mask);
    }
}
