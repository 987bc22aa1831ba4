// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The gradient of a threshold for f32: the gradient passes unless {@code self <= threshold}. */
final class FloatThreshold {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Float.BYTES;

    private FloatThreshold() {}

    static void backward(long out, long grad, long self, float threshold, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            VectorMask<Float> below =
                    Exact.FLOATS
                            .cast(
                                    FloatVector.fromMemorySegment(
                                            SPECIES, ALL, self + SIZE * i, ORDER))
                            .compare(VectorOperators.LE, threshold);
            Exact.FLOATS
                    .cast(FloatVector.fromMemorySegment(SPECIES, ALL, grad + SIZE * i, ORDER))
                    .blend((float) 0, below)
                    .intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            boolean below = Memory.getFloat(self + SIZE * i) <= threshold;
            Memory.putFloat(out + SIZE * i, below ? 0 : Memory.getFloat(grad + SIZE * i));
        }
    }
}
