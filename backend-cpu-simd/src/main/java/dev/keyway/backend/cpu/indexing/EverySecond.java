// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.indexing;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/** Every second element of 4 bytes, from two vectors at a time. */
final class EverySecond {
    private static final VectorSpecies<Integer> SPECIES = IntVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int BYTES = SPECIES.vectorByteSize();

    /** Even lanes, to both halves of a vector. */
    private static final VectorShuffle<Integer> EVEN =
            VectorShuffle.fromOp(SPECIES, lane -> 2 * lane % LENGTH);

    private static final VectorMask<Integer> UPPER =
            VectorMask.fromLong(SPECIES, -1L << LENGTH / 2 & (1L << LENGTH) - 1);

    private EverySecond() {}

    /**
     * Copies as many elements as whole vectors hold, without the element behind the last one.
     *
     * @return how many were copied
     */
    static long run(long to, long from, long count) {
        long i = 0;
        for (; i + LENGTH < count; i += LENGTH) {
            IntVector first = load(from + 8 * i);
            IntVector second = load(from + 8 * i + BYTES);
            first.rearrange(EVEN)
                    .blend(second.rearrange(EVEN), UPPER)
                    .intoMemorySegment(ALL, to + 4 * i, ORDER);
        }
        return i;
    }

    private static IntVector load(long address) {
        return Exact.INTS.cast(IntVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
    }
}
