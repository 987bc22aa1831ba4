// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.Tensor;
import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.backend.cpu.Spare;
import dev.keyway.spi.Workers;
import dev.keyway.spi.Workers.RangeTask;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Copies of rows that do not overlap, by vectors where a row is short: the call of the JVM's copy
 * costs as much as some hundred bytes of it. Calls take and give back the objects that describe
 * them.
 */
final class RowCopy {
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

    /** Dimensions that most tensors have at most. */
    private static final int DIMS = 8;

    private static final Spare<RowCopy> SPARE = new Spare<>(RowCopy::new);

    private final RangeTask block = this::block;
    private final RangeTask lines = this::lines;

    /** Bytes of an element. */
    private int size;

    private long to;
    private long from;

    /** Of the dimensions that are left, at least one; the last is a row. */
    private int dims;

    private long[] sizes = new long[DIMS];
    private long[] toStrides = new long[DIMS];
    private long[] fromStrides = new long[DIMS];

    private RowCopy() {}

    /** Copies self to out, of the same sizes, unless rows are not dense in both. */
    static boolean run(Workers workers, Tensor out, Tensor self) {
        RowCopy copy = SPARE.take();
        copy.describe(out, self);
        boolean dense = copy.isDense();
        if (dense) {
            copy.run(workers);
        }
        SPARE.give(copy);
        return dense;
    }

    /** As {@code StridedLoop} does: without sizes of 1, neighbours merged where both allow it. */
    private void describe(Tensor out, Tensor self) {
        size = out.dtype().itemSize();
        to = out.address();
        from = self.address();
        dims = 0;
        for (int d = 0; d < out.dim(); d++) {
            long own = out.size(d);
            if (own != 1) {
                add(own, out.stride(d), self.stride(d));
            }
        }
        if (dims == 0) {
            add(1, 1, 1);
        }
    }

    private void add(long own, long toStride, long fromStride) {
        int last = dims - 1;
        if (dims > 0
                && toStrides[last] == toStride * own
                && fromStrides[last] == fromStride * own) {
            sizes[last] *= own;
            toStrides[last] = toStride;
            fromStrides[last] = fromStride;
            return;
        }
        if (dims == sizes.length) {
            sizes = Arrays.copyOf(sizes, 2 * dims);
            toStrides = Arrays.copyOf(toStrides, 2 * dims);
            fromStrides = Arrays.copyOf(fromStrides, 2 * dims);
        }
        sizes[dims] = own;
        toStrides[dims] = toStride;
        fromStrides[dims++] = fromStride;
    }

    private boolean isDense() {
        int last = dims - 1;
        return sizes[last] <= 1 || toStrides[last] == 1 && fromStrides[last] == 1;
    }

    private void run(Workers workers) {
        long bytes = size * sizes[dims - 1];
        if (dims == 1) {
            workers.parallel(bytes, piece(bytes), block);
            return;
        }
        long rows = bytes == 0 ? 0 : 1;
        for (int d = 0; d < dims - 1; d++) {
            rows *= sizes[d];
        }
        workers.parallel(rows, Math.max(1, TASK / Math.max(bytes, 1)), lines);
    }

    /** Bytes of the pieces in which a dense block is best copied. */
    static long piece(long bytes) {
        return bytes < HUGE ? PIECE : HUGE_PIECE;
    }

    private void block(long start, long end) {
        MemorySegment.copy(ALL, from + start, ALL, to + start, end - start);
    }

    /** Rows, as far as they lie evenly apart. */
    private void lines(long start, long end) {
        int dim = dims - 2;
        long together = sizes[dim];
        if (together < MANY && end - start >= MANY) {
            walk(start, end);
            return;
        }
        long toStep = size * toStrides[dim];
        long fromStep = size * fromStrides[dim];
        for (long row = start; row < end; ) {
            long count = Math.min(end - row, together - row % together);
            copy(
                    to + offset(toStrides, row),
                    toStep,
                    from + offset(fromStrides, row),
                    fromStep,
                    count);
            row += count;
        }
    }

    /** Bytes before a row. */
    private long offset(long[] strides, long row) {
        long offset = 0;
        long rest = row;
        for (int d = dims - 2; d >= 0; d--) {
            offset += rest % sizes[d] * strides[d];
            rest /= sizes[d];
        }
        return size * offset;
    }

    /** Row by row, where few lie evenly apart. */
    private void walk(long start, long end) {
        long[] index = new long[dims - 1];
        long rest = start;
        for (int d = dims - 2; d >= 0; d--) {
            index[d] = rest % sizes[d];
            rest /= sizes[d];
        }
        long target = to + offset(toStrides, start);
        long source = from + offset(fromStrides, start);
        for (long row = start; row < end; row++) {
            copy(target, 0, source, 0, 1);
            boolean carry = true;
            for (int d = dims - 2; carry && d >= 0; d--) {
                carry = ++index[d] == sizes[d];
                long steps = carry ? 1 - sizes[d] : 1;
                target += size * steps * toStrides[d];
                source += size * steps * fromStrides[d];
                index[d] = carry ? 0 : index[d];
            }
        }
    }

    private void copy(long target, long toStep, long source, long fromStep, long count) {
        long bytes = size * sizes[dims - 1];
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
