// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.Workers;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Rows that are made of pieces of several dense tensors, written in the order of their addresses:
 * one tensor after the other, with gaps between its pieces, takes twice as long out of cache.
 *
 * @param out address of the first row
 * @param rowBytes of a row of the result
 * @param from addresses of the tensors
 * @param bytes of a piece of each
 * @param places of the pieces in a row, in bytes
 * @param step bytes of four vectors; a field, since the compiler makes three loops with checks of
 *     their own of one that is counted in constants, which costs more than short rows
 */
record JoinedRows(long out, long rowBytes, long[] from, long[] bytes, long[] places, long step) {
    private static final VectorSpecies<Long> SPECIES = LongVector.SPECIES_PREFERRED;
    private static final int BYTES = SPECIES.vectorByteSize();

    /** Bytes of four vectors. */
    static final long STEP = 4L * BYTES;

    /** Bytes from which on the JVM's copy is as good as vectors, with its call. */
    private static final long LONG = 1 << 14;

    /** Bytes that a task copies, about. */
    private static final long TASK = 1 << 17;

    /** Copies the pieces of all rows. */
    void run(Workers workers, long rows) {
        if (rows == 1) {
            for (int i = 0; i < from.length; i++) {
                whole(workers, out + places[i], from[i], bytes[i]);
            }
            return;
        }
        workers.parallel(rows, Math.max(1, TASK / Math.max(1, rowBytes)), this::rows);
    }

    private static void whole(Workers workers, long to, long source, long bytes) {
        workers.parallel(
                bytes,
                RowCopy.piece(bytes),
                (start, end) ->
                        MemorySegment.copy(ALL, source + start, ALL, to + start, end - start));
    }

    private void rows(long start, long end) {
        for (long row = start; row < end; row++) {
            long target = out + row * rowBytes;
            for (int i = 0; i < from.length; i++) {
                long count = bytes[i];
                long to = target + places[i];
                long source = from[i] + row * count;
                if (count < BYTES) {
                    small(to, source, count);
                } else if (count <= LONG) {
                    vectors(to, source, count, step);
                } else {
                    MemorySegment.copy(ALL, source, ALL, to, count);
                }
            }
        }
    }

    private static void small(long to, long from, long bytes) {
        long i = 0;
        for (; i <= bytes - Long.BYTES; i += Long.BYTES) {
            Memory.putLong(to + i, Memory.getLong(from + i));
        }
        for (; i < bytes; i++) {
            Memory.putByte(to + i, Memory.getByte(from + i));
        }
    }

    /** The last vector ends with the piece. */
    private static void vectors(long to, long from, long bytes, long step) {
        long last = bytes - BYTES;
        long end = from + last;
        long target = to;
        long source = from;
        for (int i = (int) (bytes / STEP); i > 0; i--) {
            load(source).intoMemorySegment(ALL, target, ORDER);
            load(source + BYTES).intoMemorySegment(ALL, target + BYTES, ORDER);
            load(source + 2L * BYTES).intoMemorySegment(ALL, target + 2L * BYTES, ORDER);
            load(source + 3L * BYTES).intoMemorySegment(ALL, target + 3L * BYTES, ORDER);
            source += step;
            target += step;
        }
        for (; source < end; source += BYTES) {
            load(source).intoMemorySegment(ALL, target, ORDER);
            target += BYTES;
        }
        load(end).intoMemorySegment(ALL, to + last, ORDER);
    }

    private static LongVector load(long address) {
        return Exact.LONGS.cast(LongVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
    }
}
