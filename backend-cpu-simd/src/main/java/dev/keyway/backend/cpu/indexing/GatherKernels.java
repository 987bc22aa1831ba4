// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.indexing;

import com.google.auto.service.AutoService;
import dev.keyway.ArgumentException;
import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.backend.cpu.CacheLines;
import dev.keyway.backend.cpu.KernelFamily;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.backend.cpu.PlainFallback;
import dev.keyway.spi.Kernel.Kernel2;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;
import dev.keyway.spi.ScatterOp;
import dev.keyway.spi.Workers;
import org.jspecify.annotations.Nullable;

/**
 * Gather and scatter. Where an index stands for a whole row (its last stride is 0, as in {@code
 * index_select} and embeddings) rows move as blocks. Scatters run in the order of the index within
 * each outer position and block of columns, so that the bits do not depend on the threads.
 */
@AutoService(KernelFamily.class)
public final class GatherKernels implements KernelFamily {
    /** Elements of a chunk of work. */
    private static final long CHUNK = 1 << 14;

    /** Columns of a scatter of rows that one thread takes at a time. */
    private static final long COLUMNS = 256;

    /** The same where each element has a place of its own. */
    private static final long FEW = 64;

    /** The most bytes of a line that is fetched before its elements move: half of a first cache. */
    private static final long MOST_FETCHED = 1 << 14;

    /** The least bytes of all such lines: smaller tensors may be in caches that are near enough. */
    private static final long LEAST_FETCHED = 1 << 23;

    /** For {@code ServiceLoader}. */
    public GatherKernels() {}

    @Override
    public void register(KernelRegistry registry, PlainFallback plain) {
        registry.gather(Layout.STRIDED, dtype -> plain.gather(dtype) == null ? null : gather());
        registry.scatter(Layout.STRIDED, (op, dtype) -> scatter(plain, op, dtype));
    }

    /** The position, or the error that the plain kernel has. */
    static long checked(long index, long size) {
        if (index < 0 || index >= size) {
            throw new ArgumentException(
                    "index " + index + " is out of bounds for a dimension of size " + size);
        }
        return index;
    }

    /** Addresses and steps in bytes of {@code out[o, j, i]} from {@code self} by {@code index}. */
    record Gather(
            int size,
            long out,
            long self,
            long index,
            long n,
            long places,
            long inner,
            long[] selfStep,
            long[] indexStep,
            boolean fetched) {
        static Gather of(Tensor out, Tensor self, Tensor index) {
            int size = out.dtype().itemSize();
            long[] selfStep = steps(self, size);
            long n = self.size(1);
            boolean fetched =
                    selfStep[1] == size && isFetched(self.size(0), n, size, index.size(1));
            return new Gather(
                    size,
                    out.address(),
                    self.address(),
                    index.address(),
                    n,
                    index.size(1),
                    index.size(2),
                    selfStep,
                    steps(index, Long.BYTES),
                    fetched);
        }

        boolean isRows() {
            return inner > 1 && indexStep[2] == 0 && selfStep[2] == size;
        }

        /** Rows {@code [start, end)} of the result, counted over outer positions and places. */
        void rows(long start, long end) {
            long bytes = inner * size;
            for (long row = start; row < end; ) {
                long outer = row / places;
                long first = row % places;
                long count = Math.min(places - first, end - row);
                long at = index + outer * indexStep[0] + first * indexStep[1];
                long from = self + outer * selfStep[0];
                for (long r = 0; r < count; r++) {
                    long place = checked(Memory.getLong(at + r * indexStep[1]), n);
                    Moves.block(out + (row + r) * bytes, from + place * selfStep[1], bytes);
                }
                row += count;
            }
        }

        /** The same, where each place has one element or elements of their own places. */
        void elements(long start, long end) {
            if (inner == 1) {
                lines(start, end);
                return;
            }
            for (long row = start; row < end; row++) {
                long outer = row / places;
                long at = index + outer * indexStep[0] + row % places * indexStep[1];
                long from = self + outer * selfStep[0];
                long to = out + row * inner * size;
                IndexedMoves.gather(
                        size, to, from, selfStep[1], selfStep[2], at, indexStep[2], n, inner);
            }
        }

        /** Places one after another, as far as they belong to one outer position. */
        private void lines(long start, long end) {
            for (long row = start; row < end; ) {
                long outer = row / places;
                long first = row % places;
                long count = Math.min(places - first, end - row);
                if (fetched) {
                    CacheLines.fetch(self + outer * selfStep[0], (int) n * size);
                }
                IndexedMoves.gather(
                        size,
                        out + row * size,
                        self + outer * selfStep[0],
                        selfStep[1],
                        0,
                        index + outer * indexStep[0] + first * indexStep[1],
                        indexStep[1],
                        n,
                        count);
                row += count;
            }
        }
    }

    /**
     * Whether lines of n elements come into the first cache before elements of random places move,
     * of which there are two or more for each cache line.
     */
    private static boolean isFetched(long lines, long n, int size, long places) {
        long bytes = n * size;
        return bytes <= MOST_FETCHED && places >= bytes / 32 && lines * bytes >= LEAST_FETCHED;
    }

    private static long[] steps(Tensor tensor, int size) {
        long[] steps = tensor.strides();
        for (int d = 0; d < steps.length; d++) {
            steps[d] *= size;
        }
        return steps;
    }

    private static Kernel2 gather() {
        return (call, out, self, index) -> {
            Gather gather = Gather.of(out, self, index);
            gather(call.workers(), gather, index.size(0));
        };
    }

    /** All rows of the result. */
    static void gather(Workers workers, Gather gather, long outer) {
        long rows = outer * gather.places;
        long chunk = Math.max(1, CHUNK / Math.max(1, gather.inner));
        if (gather.isRows()) {
            workers.parallel(rows, chunk, gather::rows);
        } else {
            workers.parallel(rows, chunk, gather::elements);
        }
    }

    private static @Nullable Kernel2 scatter(PlainFallback plain, ScatterOp op, DType dtype) {
        Kernel2 slow = plain.scatter(op, dtype);
        RowSum sum = op == ScatterOp.ADD ? RowSum.of(dtype) : null;
        boolean known = op == ScatterOp.SET || sum != null;
        return slow == null || !known
                ? slow
                : (call, out, index, source) ->
                        scatter(call.workers(), Scatter.of(out, index, source, sum), index.size(0));
    }

    /** All columns of all outer positions. */
    static void scatter(Workers workers, Scatter scatter, long outer) {
        long columns = scatter.isRows() ? COLUMNS : FEW;
        long blocks = (scatter.inner + columns - 1) / columns;
        long work = Math.max(1, scatter.places * Math.min(scatter.inner, columns));
        workers.parallel(
                outer * blocks,
                Math.max(1, CHUNK / work),
                (start, end) -> {
                    for (long unit = start; unit < end; unit++) {
                        long from = unit % blocks * columns;
                        long to = Math.min(scatter.inner, from + columns);
                        scatter.run(unit / blocks, from, to);
                    }
                });
    }

    /** Addresses and steps in bytes of a scatter into {@code out}; {@code sum} null replaces. */
    record Scatter(
            int size,
            long out,
            long index,
            long source,
            long n,
            long places,
            long inner,
            long[] indexStep,
            long[] sourceStep,
            boolean fetched,
            @Nullable RowSum sum) {
        static Scatter of(Tensor out, Tensor index, Tensor source, @Nullable RowSum sum) {
            int size = out.dtype().itemSize();
            return new Scatter(
                    size,
                    out.address(),
                    index.address(),
                    source.address(),
                    out.size(1),
                    index.size(1),
                    index.size(2),
                    steps(index, Long.BYTES),
                    steps(source, size),
                    isFetched(out.size(0), out.size(1), size, index.size(1)),
                    sum);
        }

        /** Whether an index stands for a whole row. */
        boolean isRows() {
            return indexStep[2] == 0 && (sourceStep[2] == size || sum == null);
        }

        /** The columns {@code [start, end)} of an outer position, in the order of the index. */
        void run(long outer, long start, long end) {
            if (inner == 1) {
                line(outer);
                return;
            }
            boolean rows = isRows();
            for (long j = 0; j < places; j++) {
                long at = index + outer * indexStep[0] + j * indexStep[1];
                long from = source + outer * sourceStep[0] + j * sourceStep[1];
                if (rows) {
                    long place = checked(Memory.getLong(at), n);
                    long to = out + ((outer * n + place) * inner + start) * size;
                    row(to, from + start * sourceStep[2], end - start);
                } else {
                    elements(outer, at, from, start, end);
                }
            }
        }

        /** Places that have one element each. */
        private void line(long outer) {
            long at = index + outer * indexStep[0];
            long from = source + outer * sourceStep[0];
            long to = out + outer * n * size;
            if (fetched) {
                CacheLines.fetch(to, (int) n * size);
            }
            if (sum == null) {
                IndexedMoves.scatter(
                        size, to, size, 0, from, sourceStep[1], at, indexStep[1], n, places);
            } else {
                IndexedMoves.add(
                        sum, to, size, 0, from, sourceStep[1], at, indexStep[1], n, places);
            }
        }

        private void row(long to, long from, long count) {
            if (sum == null && sourceStep[2] == size) {
                Moves.block(to, from, count * size);
            } else if (sum == null) {
                Moves.strided(size, to, size, from, sourceStep[2], count);
            } else {
                sum.add(to, from, count);
            }
        }

        private void elements(long outer, long at, long from, long start, long end) {
            long to = out + (outer * n * inner + start) * size;
            long source = from + start * sourceStep[2];
            long places = at + start * indexStep[2];
            long count = end - start;
            long line = inner * size;
            if (sum == null) {
                IndexedMoves.scatter(
                        size,
                        to,
                        line,
                        size,
                        source,
                        sourceStep[2],
                        places,
                        indexStep[2],
                        n,
                        count);
            } else {
                IndexedMoves.add(
                        sum, to, line, size, source, sourceStep[2], places, indexStep[2], n, count);
            }
        }
    }
}
