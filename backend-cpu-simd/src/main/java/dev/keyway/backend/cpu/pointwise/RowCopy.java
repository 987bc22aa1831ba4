// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Copies of rows that do not overlap, by vectors where a row is short: the call of the JVM's copy
 * costs as much as some hundred bytes of it.
 */
final class RowCopy {
    private static final VectorSpecies<Long> SPECIES = LongVector.SPECIES_PREFERRED;
    private static final int BYTES = SPECIES.vectorByteSize();

    /** From here on the JVM's copy is as good. */
    private static final long LONG = 1 << 14;

    private RowCopy() {}

    static void run(long to, long from, long bytes) {
        if (bytes < BYTES || bytes > LONG) {
            MemorySegment.copy(ALL, from, ALL, to, bytes);
            return;
        }
        long last = bytes - BYTES;
        for (long i = 0; i < last; i += BYTES) {
            load(from + i).intoMemorySegment(ALL, to + i, ORDER);
        }
        load(from + last).intoMemorySegment(ALL, to + last, ORDER);
    }

    private static LongVector load(long address) {
        return Exact.LONGS.cast(LongVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
    }
}
