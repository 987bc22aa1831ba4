// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.Workers;
import dev.keyway.spi.toolkit.StridedLoop;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Copies of rows that do not overlap, by vectors where a row is short: the call of the JVM's copy
 * costs as much as some hundred bytes of it.
 *
 * @param loop over target and source, whose rows are dense in both
 * @param size bytes of an element
 * @param to address of the target
 * @param from address of the source
 */
record RowCopy(StridedLoop loop, int size, long to, long from) {
    private static final VectorSpecies<Long> SPECIES = LongVector.SPECIES_PREFERRED;
    private static final int BYTES = SPECIES.vectorByteSize();

    /** From here on the JVM's copy is as good. */
    private static final long LONG = 1 << 14;

    /** Rows evenly apart from which on finding where each group of them begins pays. */
    private static final long MANY = 8;

    /** Bytes of rows that a task copies, about. */
    private static final long TASK = 1 << 16;

    /** Bytes of a piece of a dense copy. */
    private static final long PIECE = 1 << 17;

    /**
     * Bytes of such a copy, and of a piece of it then, that are more than caches hold: from 2.5 MiB
     * on the JVM's copy writes past them.
     */
    private static final long HUGE = 16L << 20;

    private static final long HUGE_PIECE = 4L << 20;

    /** Copies all. */
    void run(Workers workers) {
        long bytes = loop.rowSize() * size;
        if (loop.rows() == 1) {
            workers.parallel(
                    bytes,
                    piece(bytes),
                    (start, end) ->
                            MemorySegment.copy(ALL, from + start, ALL, to + start, end - start));
        } else {
            workers.parallel(loop.rows(), Math.max(1, TASK / Math.max(bytes, 1)), this::rows);
        }
    }

    /** Bytes of the pieces in which a dense block is best copied. */
    static long piece(long bytes) {
        return bytes < HUGE ? PIECE : HUGE_PIECE;
    }

    private void rows(long start, long end) {
        if (loop.size(loop.dims() - 2) >= MANY) {
            groups(start, end);
            return;
        }
        StridedLoop.Cursor cursor = loop.cursor(start);
        for (long row = start; row < end; row++) {
            copy(to + size * cursor.offset(0), 0, from + size * cursor.offset(1), 0, 1);
            cursor.advance();
        }
    }

    /** Rows, as far as they lie evenly apart. */
    private void groups(long start, long end) {
        int dim = loop.dims() - 2;
        long together = loop.size(dim);
        long toStep = size * loop.stride(0, dim);
        long fromStep = size * loop.stride(1, dim);
        for (long row = start; row < end; ) {
            long count = Math.min(end - row, together - row % together);
            copy(to + offset(0, row), toStep, from + offset(1, row), fromStep, count);
            row += count;
        }
    }

    /** Bytes before a row. */
    private long offset(int operand, long row) {
        long offset = 0;
        long rest = row;
        for (int d = loop.dims() - 2; d >= 0; d--) {
            offset += rest % loop.size(d) * loop.stride(operand, d);
            rest /= loop.size(d);
        }
        return size * offset;
    }

    private void copy(long target, long toStep, long source, long fromStep, long count) {
        long bytes = size * loop.rowSize();
        if (bytes < BYTES) {
            small(target, toStep, source, fromStep, bytes, count);
        } else if (bytes <= LONG) {
            vectors(target, toStep, source, fromStep, bytes, count);
        } else {
            for (long r = 0; r < count; r++) {
                MemorySegment.copy(ALL, source + r * fromStep, ALL, target + r * toStep, bytes);
            }
        }
    }

    private static void small(
            long to, long toStep, long from, long fromStep, long bytes, long count) {
        for (long r = 0; r < count; r++) {
            long target = to + r * toStep;
            long source = from + r * fromStep;
            long i = 0;
            for (; i <= bytes - Long.BYTES; i += Long.BYTES) {
                Memory.putLong(target + i, Memory.getLong(source + i));
            }
            for (; i < bytes; i++) {
                Memory.putByte(target + i, Memory.getByte(source + i));
            }
        }
    }

    /** The last vector of a row ends with it. */
    private static void vectors(
            long to, long toStep, long from, long fromStep, long bytes, long count) {
        long last = bytes - BYTES;
        for (long r = 0; r < count; r++) {
            long target = to + r * toStep;
            long source = from + r * fromStep;
            for (long i = 0; i < last; i += BYTES) {
                load(source + i).intoMemorySegment(ALL, target + i, ORDER);
            }
            load(source + last).intoMemorySegment(ALL, target + last, ORDER);
        }
    }

    private static LongVector load(long address) {
        return Exact.LONGS.cast(LongVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
    }
}
