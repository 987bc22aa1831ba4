// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.indexing;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/** Dense elements of four or eight bytes copied in reverse. */
final class Reversal {
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_PREFERRED;
    private static final VectorShuffle<Integer> INT_ORDER =
            VectorShuffle.iota(INTS, INTS.length() - 1, -1, false);
    private static final VectorShuffle<Long> LONG_ORDER =
            VectorShuffle.iota(LONGS, LONGS.length() - 1, -1, false);

    private Reversal() {}

    /**
     * Copies.
     *
     * @param from the address of the last element, which comes first
     */
    static void run(int size, long to, long from, long count) {
        if (size == Integer.BYTES) {
            ints(to, from, count);
        } else {
            longs(to, from, count);
        }
    }

    private static void ints(long to, long from, long count) {
        int length = INTS.length();
        long full = count - count % length;
        for (long i = 0; i < full; i += length) {
            Exact.INTS
                    .cast(
                            IntVector.fromMemorySegment(
                                    INTS, ALL, from - 4 * (i + length - 1), ORDER))
                    .rearrange(INT_ORDER)
                    .intoMemorySegment(ALL, to + 4 * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            Memory.putInt(to + 4 * i, Memory.getInt(from - 4 * i));
        }
    }

    private static void longs(long to, long from, long count) {
        int length = LONGS.length();
        long full = count - count % length;
        for (long i = 0; i < full; i += length) {
            Exact.LONGS
                    .cast(
                            LongVector.fromMemorySegment(
                                    LONGS, ALL, from - 8 * (i + length - 1), ORDER))
                    .rearrange(LONG_ORDER)
                    .intoMemorySegment(ALL, to + 8 * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            Memory.putLong(to + 8 * i, Memory.getLong(from - 8 * i));
        }
    }
}
