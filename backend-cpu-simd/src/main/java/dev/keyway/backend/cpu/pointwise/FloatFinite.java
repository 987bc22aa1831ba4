// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** f32 rows without NaN and infinities, in one pass; bits that are finite stay. */
final class FloatFinite {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Float.BYTES;

    private FloatFinite() {}

    private static FloatVector replaced(FloatVector x, float nan, float high, float low) {
        return x.blend(nan, x.compare(VectorOperators.NE, x))
                .blend(high, x.compare(VectorOperators.EQ, Float.POSITIVE_INFINITY))
                .blend(low, x.compare(VectorOperators.EQ, Float.NEGATIVE_INFINITY));
    }

    /** {@code nan} for NaN, {@code high} and {@code low} for the infinities. */
    static void run(long out, long a, float nan, float high, float low, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            FloatVector x =
                    Exact.FLOATS.cast(FloatVector.fromMemorySegment(SPECIES, ALL, a + at, ORDER));
            replaced(x, nan, high, low).intoMemorySegment(ALL, out + at, ORDER);
        }
        if (full < count) {
            VectorMask<Float> rest = SPECIES.indexInRange(0, count - full);
            long at = SIZE * full;
            FloatVector x =
                    Exact.FLOATS.cast(
                            FloatVector.fromMemorySegment(SPECIES, ALL, a + at, ORDER, rest));
            replaced(x, nan, high, low).intoMemorySegment(ALL, out + at, ORDER, rest);
        }
    }
}
