// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The gradient of a threshold for f64: the gradient passes unless {@code self <= threshold}. */
final class DoubleThreshold {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Double.BYTES;

    private DoubleThreshold() {}

    static void backward(long out, long grad, long self, double threshold, long count) {
        long full = count - count % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            VectorMask<Double> below =
                    Exact.DOUBLES
                            .cast(
                                    DoubleVector.fromMemorySegment(
                                            SPECIES, ALL, self + SIZE * i, ORDER))
                            .compare(VectorOperators.LE, threshold);
            Exact.DOUBLES
                    .cast(DoubleVector.fromMemorySegment(SPECIES, ALL, grad + SIZE * i, ORDER))
                    .blend((double) 0, below)
                    .intoMemorySegment(ALL, out + SIZE * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            boolean below = Memory.getDouble(self + SIZE * i) <= threshold;
            Memory.putDouble(out + SIZE * i, below ? 0 : Memory.getDouble(grad + SIZE * i));
        }
    }
}
