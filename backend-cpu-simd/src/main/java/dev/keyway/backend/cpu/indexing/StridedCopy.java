// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.indexing;

import dev.keyway.Tensor;
import dev.keyway.spi.Workers;
import dev.keyway.spi.toolkit.StridedLoop;

/**
 * Copies of one dtype between any strides. Sixteen rows go along together, column by column: of a
 * transposed source the sixteen elements of a column are neighbours, and the target's sixteen lines
 * stay in the first cache.
 */
public final class StridedCopy {
    private static final int ROWS = 16;
    private static final long CHUNK = 1 << 14;

    /** Short rows whose columns are copied in turn, which the first cache holds. */
    private static final long BLOCK = 256;

    private StridedCopy() {}

    /** Copies elements that lie evenly apart; size and steps are in bytes. */
    public static void row(int size, long to, long toStep, long from, long fromStep, long count) {
        Moves.strided(size, to, toStep, from, fromStep, count);
    }

    /** Copies self to out; the loop is over both, in this order. */
    public static void run(Workers workers, StridedLoop loop, Tensor out, Tensor self) {
        int size = out.dtype().itemSize();
        long to = out.address();
        long from = self.address();
        long toStep = size * loop.rowStride(0);
        long fromStep = size * loop.rowStride(1);
        long row = loop.rowSize();
        if (loop.rows() == 1) {
            workers.parallel(
                    row,
                    CHUNK,
                    (start, end) ->
                            Moves.strided(
                                    size,
                                    to + start * toStep,
                                    toStep,
                                    from + start * fromStep,
                                    fromStep,
                                    end - start));
            return;
        }
        if (loop.dims() == 2 && row < ROWS) {
            columns(workers, loop, size, to, from);
            return;
        }
        long rows = Math.max(ROWS, CHUNK / Math.max(row, 1) / ROWS * ROWS);
        workers.parallel(
                loop.rows(),
                rows,
                (start, end) -> {
                    StridedLoop.Cursor cursor = loop.cursor(start);
                    long[] targets = new long[ROWS];
                    long[] sources = new long[ROWS];
                    for (long r = start; r < end; r += ROWS) {
                        int count = (int) Math.min(ROWS, end - r);
                        for (int i = 0; i < count; i++) {
                            targets[i] = to + size * cursor.offset(0);
                            sources[i] = from + size * cursor.offset(1);
                            cursor.advance();
                        }
                        group(size, targets, toStep, sources, fromStep, count, row);
                    }
                });
    }

    /** Of short rows that all lie evenly apart each column is a strided move. */
    private static void columns(Workers workers, StridedLoop loop, int size, long to, long from) {
        int row = (int) loop.rowSize();
        long toStep = size * loop.rowStride(0);
        long fromStep = size * loop.rowStride(1);
        long toRow = size * loop.stride(0, 0);
        long fromRow = size * loop.stride(1, 0);
        boolean twice = size == 4 && row == 2 && toRow == 8 && fromRow == 4 && fromStep == 0;
        workers.parallel(
                loop.rows(),
                CHUNK / row,
                (start, end) -> {
                    if (twice && toStep == 4) {
                        long source = from + start * fromRow;
                        Interleave.two(to + start * toRow, source, source, end - start);
                        return;
                    }
                    for (long r = start; r < end; r += BLOCK) {
                        long target = to + r * toRow;
                        long source = from + r * fromRow;
                        long count = Math.min(BLOCK, end - r);
                        for (int c = 0; c < row; c++) {
                            Moves.strided(
                                    size,
                                    target + c * toStep,
                                    toRow,
                                    source + c * fromStep,
                                    fromRow,
                                    count);
                        }
                    }
                });
    }

    /** Columns of several rows; where rows are evenly apart a column is one strided move. */
    private static void group(
            int size,
            long[] targets,
            long toStep,
            long[] sources,
            long fromStep,
            int count,
            long row) {
        long down = count > 1 ? targets[1] - targets[0] : 0;
        long across = count > 1 ? sources[1] - sources[0] : 0;
        boolean even = true;
        for (int i = 2; i < count; i++) {
            even &= targets[i] - targets[i - 1] == down && sources[i] - sources[i - 1] == across;
        }
        boolean narrow = row < count || Math.abs(across) < Math.abs(fromStep);
        if (even && count > 1 && narrow) {
            for (long c = 0; c < row; c++) {
                Moves.strided(
                        size,
                        targets[0] + c * toStep,
                        down,
                        sources[0] + c * fromStep,
                        across,
                        count);
            }
            return;
        }
        for (int i = 0; i < count; i++) {
            Moves.strided(size, targets[i], toStep, sources[i], fromStep, row);
        }
    }
}
