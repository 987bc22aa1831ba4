// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.indexing;

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
public final class RowCopy {
    private static final VectorSpecies<Long> SPECIES = LongVector.SPECIES_PREFERRED;
    private static final int BYTES = SPECIES.vectorByteSize();

    /** From here on the JVM's copy is as good. */
    private static final long LONG = 1 << 14;

    private RowCopy() {}

    /** One row. */
    public static void run(long to, long from, long bytes) {
        if (bytes < BYTES || bytes > LONG) {
            MemorySegment.copy(ALL, from, ALL, to, bytes);
        } else {
            vectors(to, from, (int) bytes);
        }
    }

    /** Rows that lie evenly apart. */
    public static void rows(long to, long toStep, long from, long fromStep, int rows, long bytes) {
        if (bytes < BYTES || bytes > LONG) {
            for (int r = 0; r < rows; r++) {
                MemorySegment.copy(ALL, from + r * fromStep, ALL, to + r * toStep, bytes);
            }
        } else if (bytes == 4 * BYTES) {
            fours(to, toStep, from, fromStep, rows);
        } else {
            for (int r = 0; r < rows; r++) {
                vectors(to + r * toStep, from + r * fromStep, (int) bytes);
            }
        }
    }

    /** The last vector may begin within the one before. */
    private static void vectors(long to, long from, int bytes) {
        int last = bytes - BYTES;
        for (int i = 0; i < last; i += BYTES) {
            load(from + i).intoMemorySegment(ALL, to + i, ORDER);
        }
        load(from + last).intoMemorySegment(ALL, to + last, ORDER);
    }

    /** Rows of four vectors, as the heads of transformers have them. */
    private static void fours(long to, long toStep, long from, long fromStep, int rows) {
        for (int r = 0; r < rows; r++) {
            long source = from + r * fromStep;
            long target = to + r * toStep;
            load(source).intoMemorySegment(ALL, target, ORDER);
            load(source + BYTES).intoMemorySegment(ALL, target + BYTES, ORDER);
            load(source + 2 * BYTES).intoMemorySegment(ALL, target + 2 * BYTES, ORDER);
            load(source + 3 * BYTES).intoMemorySegment(ALL, target + 3 * BYTES, ORDER);
        }
    }

    private static LongVector load(long address) {
        return Exact.LONGS.cast(LongVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
    }
}
