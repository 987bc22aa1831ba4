// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Rows of f16 or bf16 without NaN and infinities, by their bits. */
final class HalfFinite {
    private static final VectorSpecies<Short> SPECIES = ShortVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Short.BYTES;
    private static final short MAGNITUDE = 0x7FFF;

    private HalfFinite() {}

    /** {@code nan} for NaN, {@code high} and {@code low} for the infinities. */
    static void run(
            long out, long a, short infinity, short nan, short high, short low, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < SIZE * full; at += SIZE * LENGTH) {
            ShortVector x =
                    Exact.SHORTS.cast(ShortVector.fromMemorySegment(SPECIES, ALL, a + at, ORDER));
            ShortVector size = x.and(MAGNITUDE);
            VectorMask<Short> negative = x.compare(VectorOperators.LT, (short) 0);
            VectorMask<Short> infinite = size.compare(VectorOperators.EQ, infinity);
            x.blend(high, infinite)
                    .blend(low, infinite.and(negative))
                    .blend(nan, size.compare(VectorOperators.GT, infinity))
                    .intoMemorySegment(ALL, out + at, ORDER);
        }
        for (long at = SIZE * full; at < SIZE * count; at += SIZE) {
            short x = Memory.getShort(a + at);
            int size = x & MAGNITUDE;
            short infinite = x < 0 ? low : high;
            Memory.putShort(out + at, size > infinity ? nan : size == infinity ? infinite : x);
        }
    }
}
