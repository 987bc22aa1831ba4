// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** f64 rows without NaN and infinities, in one pass; bits that are finite stay. */
final class DoubleFinite {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Double.BYTES;

    private DoubleFinite() {}

    private static DoubleVector replaced(DoubleVector x, double nan, double high, double low) {
        return x.blend(nan, x.compare(VectorOperators.NE, x))
                .blend(high, x.compare(VectorOperators.EQ, Double.POSITIVE_INFINITY))
                .blend(low, x.compare(VectorOperators.EQ, Double.NEGATIVE_INFINITY));
    }

    /** {@code nan} for NaN, {@code high} and {@code low} for the infinities. */
    static void run(long out, long a, double nan, double high, double low, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            DoubleVector x =
                    Exact.DOUBLES.cast(DoubleVector.fromMemorySegment(SPECIES, ALL, a + at, ORDER));
            replaced(x, nan, high, low).intoMemorySegment(ALL, out + at, ORDER);
        }
        if (full < count) {
            VectorMask<Double> rest = SPECIES.indexInRange(0, count - full);
            long at = SIZE * full;
            DoubleVector x =
                    Exact.DOUBLES.cast(
                            DoubleVector.fromMemorySegment(SPECIES, ALL, a + at, ORDER, rest));
            replaced(x, nan, high, low).intoMemorySegment(ALL, out + at, ORDER, rest);
        }
    }
}
