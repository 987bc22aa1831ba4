// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.indexing;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/** Two rows of 32-bit elements made one, an element of each in turn, and one made two. */
final class Interleave {
    private static final VectorSpecies<Integer> SPECIES = IntVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final long BYTES = (long) Integer.BYTES * LENGTH;
    private static final VectorShuffle<Integer> LOW = VectorShuffle.makeZip(SPECIES, 0);
    private static final VectorShuffle<Integer> HIGH = VectorShuffle.makeZip(SPECIES, 1);
    private static final VectorShuffle<Integer> EVEN = VectorShuffle.makeUnzip(SPECIES, 0);
    private static final VectorShuffle<Integer> ODD = VectorShuffle.makeUnzip(SPECIES, 1);

    private Interleave() {}

    private static IntVector load(long address) {
        return Exact.INTS.cast(IntVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
    }

    /** {@code both} takes {@code count} elements of each row. */
    static void two(long both, long first, long second, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < Integer.BYTES * full; at += BYTES) {
            IntVector a = load(first + at);
            IntVector b = load(second + at);
            a.rearrange(LOW, b).intoMemorySegment(ALL, both + 2 * at, ORDER);
            a.rearrange(HIGH, b).intoMemorySegment(ALL, both + 2 * at + BYTES, ORDER);
        }
        for (long i = full; i < count; i++) {
            Memory.putInt(both + 8 * i, Memory.getInt(first + 4 * i));
            Memory.putInt(both + 8 * i + 4, Memory.getInt(second + 4 * i));
        }
    }

    /** Each row takes {@code count} elements of {@code both}. */
    static void apart(long both, long first, long second, long count) {
        long full = count - count % LENGTH;
        for (long at = 0; at < Integer.BYTES * full; at += BYTES) {
            IntVector a = load(both + 2 * at);
            IntVector b = load(both + 2 * at + BYTES);
            a.rearrange(EVEN, b).intoMemorySegment(ALL, first + at, ORDER);
            a.rearrange(ODD, b).intoMemorySegment(ALL, second + at, ORDER);
        }
        for (long i = full; i < count; i++) {
            Memory.putInt(first + 4 * i, Memory.getInt(both + 8 * i));
            Memory.putInt(second + 4 * i, Memory.getInt(both + 8 * i + 4));
        }
    }
}
