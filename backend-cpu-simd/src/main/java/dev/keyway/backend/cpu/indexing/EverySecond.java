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

/**
 * Every second element of four or eight bytes made dense. Two vectors are read for each that is
 * written; the second begins an element early, so that nothing behind the last element is read.
 */
final class EverySecond {
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_PREFERRED;
    private static final VectorShuffle<Integer> INTS_SECONDS = seconds(INTS);
    private static final VectorShuffle<Long> LONGS_SECONDS = seconds(LONGS);

    private EverySecond() {}

    /** The even elements of a vector, then the odd ones of another, which is meant below zero. */
    private static <T> VectorShuffle<T> seconds(VectorSpecies<T> species) {
        int length = species.length();
        int[] places = new int[length];
        for (int i = 0; i < length; i++) {
            places[i] = 2 * i < length ? 2 * i : 2 * i + 1 - 2 * length;
        }
        return VectorShuffle.fromArray(species, places, 0);
    }

    /** Copies {@code count} elements, of which the first is at {@code from}. */
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
            IntVector near =
                    Exact.INTS.cast(IntVector.fromMemorySegment(INTS, ALL, from + 8 * i, ORDER));
            IntVector far =
                    Exact.INTS.cast(
                            IntVector.fromMemorySegment(
                                    INTS, ALL, from + 8 * i + 4L * (length - 1), ORDER));
            near.rearrange(INTS_SECONDS, far).intoMemorySegment(ALL, to + 4 * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            Memory.putInt(to + 4 * i, Memory.getInt(from + 8 * i));
        }
    }

    private static void longs(long to, long from, long count) {
        int length = LONGS.length();
        long full = count - count % length;
        for (long i = 0; i < full; i += length) {
            LongVector near =
                    Exact.LONGS.cast(
                            LongVector.fromMemorySegment(LONGS, ALL, from + 16 * i, ORDER));
            LongVector far =
                    Exact.LONGS.cast(
                            LongVector.fromMemorySegment(
                                    LONGS, ALL, from + 16 * i + 8L * (length - 1), ORDER));
            near.rearrange(LONGS_SECONDS, far).intoMemorySegment(ALL, to + 8 * i, ORDER);
        }
        for (long i = full; i < count; i++) {
            Memory.putLong(to + 8 * i, Memory.getLong(from + 16 * i));
        }
    }
}
