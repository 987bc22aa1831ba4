// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;
import static dev.keyway.backend.cpu.convolution.FloatLoads.load;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/** Copies f32 numbers that lie one behind the other from memory to memory. */
final class FloatMoves {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Float.BYTES;

    private FloatMoves() {}

    /** Copies. */
    static void copy(long from, int count, long to) {
        int whole = count - count % LENGTH;
        for (int i = 0; i < whole; i += LENGTH) {
            load(from + (long) SIZE * i).intoMemorySegment(ALL, to + (long) SIZE * i, ORDER);
        }
        if (whole < count) {
            VectorMask<Float> mask = SPECIES.indexInRange(whole, count);
            load(from + (long) SIZE * whole, mask)
                    .intoMemorySegment(ALL, to + (long) SIZE * whole, ORDER, mask);
        }
    }

    /** Writes zeros. */
    static void clear(long to, int count) {
        int whole = count - count % LENGTH;
        for (int i = 0; i < whole; i += LENGTH) {
            FloatVector.broadcast(SPECIES, 0f).intoMemorySegment(ALL, to + (long) SIZE * i, ORDER);
        }
        if (whole < count) {
            VectorMask<Float> mask = SPECIES.indexInRange(whole, count);
            FloatVector.broadcast(SPECIES, 0f)
                    .intoMemorySegment(ALL, to + (long) SIZE * whole, ORDER, mask);
        }
    }
}
