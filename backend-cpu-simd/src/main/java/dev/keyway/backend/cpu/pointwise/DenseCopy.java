// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import dev.keyway.backend.cpu.indexing.RowCopy;
import dev.keyway.spi.Workers;
import dev.keyway.spi.toolkit.StridedLoop;

/** Copies of one dtype whose rows are dense on both sides. */
final class DenseCopy {
    /** Bytes of a piece of a long row: below, a second thread costs what it saves. */
    private static final long PIECE = 1 << 18;

    /** Bytes of a task of short rows, about. */
    private static final long TASK = 1 << 16;

    /** Rows that lie evenly apart, from which on they are worth being copied as such. */
    private static final long EVEN = 8;

    private DenseCopy() {}

    /** Copies; the loop is over target and source, addresses are those of the first elements. */
    static void run(Workers workers, StridedLoop loop, int size, long target, long source) {
        long row = loop.rowSize() * size;
        if (row > PIECE) {
            pieces(workers, loop, size, target, source);
            return;
        }
        int last = loop.dims() - 1;
        boolean even = last > 0 && loop.size(last - 1) >= EVEN;
        workers.parallel(
                loop.rows(),
                Math.max(1, TASK / Math.max(row, 1)),
                (start, end) -> {
                    if (even) {
                        even(loop, size, target, source, start, end);
                    } else {
                        rows(loop, size, target, source, start, end);
                    }
                });
    }

    private static void pieces(
            Workers workers, StridedLoop loop, int size, long target, long source) {
        long row = loop.rowSize() * size;
        long pieces = (row + PIECE - 1) / PIECE;
        workers.parallel(
                loop.rows() * pieces,
                1,
                (start, end) -> {
                    for (long task = start; task < end; task++) {
                        StridedLoop.Cursor cursor = loop.cursor(task / pieces);
                        long at = task % pieces * PIECE;
                        RowCopy.run(
                                target + size * cursor.offset(0) + at,
                                source + size * cursor.offset(1) + at,
                                Math.min(PIECE, row - at));
                    }
                });
    }

    /** Rows of the last dimension but one together. */
    private static void even(
            StridedLoop loop, int size, long target, long source, long start, long end) {
        int dim = loop.dims() - 2;
        long inner = loop.size(dim);
        for (long r = start; r < end; ) {
            StridedLoop.Cursor cursor = loop.cursor(r);
            int count = (int) Math.min(inner - r % inner, end - r);
            RowCopy.rows(
                    target + size * cursor.offset(0),
                    size * loop.stride(0, dim),
                    source + size * cursor.offset(1),
                    size * loop.stride(1, dim),
                    count,
                    loop.rowSize() * size);
            r += count;
        }
    }

    private static void rows(
            StridedLoop loop, int size, long target, long source, long start, long end) {
        StridedLoop.Cursor cursor = loop.cursor(start);
        long row = loop.rowSize() * size;
        for (long r = start; r < end; r++) {
            RowCopy.run(target + size * cursor.offset(0), source + size * cursor.offset(1), row);
            cursor.advance();
        }
    }
}
