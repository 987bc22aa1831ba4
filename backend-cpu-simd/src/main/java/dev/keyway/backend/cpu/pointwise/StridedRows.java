// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import dev.keyway.Tensor;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.KernelCall;
import dev.keyway.spi.toolkit.StridedLoop;

/**
 * Vector functions over rows of any strides, so that a result's bits don't depend on the layout. A
 * row that is spread out is gathered into a contiguous result and computed in place; where the
 * result is spread out, too, elements are computed one by one.
 */
final class StridedRows {
    private StridedRows() {}

    /** A function of one operand of elements of 4 or 8 bytes. */
    static void run(
            KernelCall call, StridedLoop loop, Tensor out, Tensor self, int size, UnaryRow row) {
        long to = out.address();
        long a = self.address();
        long stepOut = size * loop.rowStride(0);
        long step = size * loop.rowStride(1);
        if (loop.rows() == 1) {
            call.workers()
                    .parallel(
                            loop.rowSize(),
                            Rows.CHUNK,
                            (start, end) ->
                                    row(
                                            to + start * stepOut,
                                            stepOut,
                                            a + start * step,
                                            step,
                                            end - start,
                                            size,
                                            row));
            return;
        }
        call.workers()
                .parallel(
                        loop.rows(),
                        Math.max(1, Rows.CHUNK / Math.max(1, loop.rowSize())),
                        (start, end) -> {
                            StridedLoop.Cursor cursor = loop.cursor(start);
                            for (long r = start; r < end; r++) {
                                long target = to + size * cursor.offset(0);
                                long source = a + size * cursor.offset(1);
                                row(target, stepOut, source, step, loop.rowSize(), size, row);
                                cursor.advance();
                            }
                        });
    }

    private static void row(
            long out, long stepOut, long a, long step, long count, int size, UnaryRow row) {
        if (stepOut == size) {
            if (step != size) {
                gather(out, a, step, count, size);
            }
            row.run(out, step == size ? a : out, count);
            return;
        }
        for (long i = 0; i < count; i++) {
            row.run(out + i * stepOut, a + i * step, 1);
        }
    }

    private static void gather(long out, long a, long step, long count, int size) {
        if (size == Integer.BYTES) {
            for (long i = 0; i < count; i++) {
                Memory.putInt(out + 4 * i, Memory.getInt(a + i * step));
            }
        } else {
            for (long i = 0; i < count; i++) {
                Memory.putLong(out + 8 * i, Memory.getLong(a + i * step));
            }
        }
    }

    /**
     * A function of two operands of elements of 4 or 8 bytes. Rows of an operand that is spread out
     * are gathered into memory of their own, since the result may be the other operand.
     */
    static void run(
            KernelCall call, Tensor out, Tensor self, Tensor other, int size, BinaryRow row) {
        StridedLoop loop = StridedLoop.of(out, self, other);
        boolean together = loop.rowStride(0) == 1;
        long whole = size * loop.rows() * loop.rowSize();
        long firsts = together && isApart(loop, 1) ? call.scratch(whole) : 0;
        long seconds = together && isApart(loop, 2) ? call.scratch(whole) : 0;
        long to = out.address();
        long a = self.address();
        long b = other.address();
        call.workers()
                .parallel(
                        loop.rows(),
                        Math.max(1, Rows.CHUNK / Math.max(1, loop.rowSize())),
                        (start, end) -> {
                            StridedLoop.Cursor cursor = loop.cursor(start);
                            for (long r = start; r < end; r++) {
                                long target = to + size * cursor.offset(0);
                                long first = a + size * cursor.offset(1);
                                long second = b + size * cursor.offset(2);
                                if (together) {
                                    long place = size * r * loop.rowSize();
                                    row.run(
                                            target,
                                            row(loop, 1, first, firsts, place, size),
                                            firsts == 0 ? loop.rowStride(1) : 1,
                                            row(loop, 2, second, seconds, place, size),
                                            seconds == 0 ? loop.rowStride(2) : 1,
                                            loop.rowSize());
                                } else {
                                    elements(loop, target, first, second, size, row);
                                }
                                cursor.advance();
                            }
                        });
    }

    private static boolean isApart(StridedLoop loop, int operand) {
        return !Rows.isStep(loop.rowStride(operand));
    }

    /** A row of an operand where it is, or gathered, at a place of that memory. */
    private static long row(
            StridedLoop loop, int operand, long from, long gathered, long place, int size) {
        if (gathered == 0) {
            return from;
        }
        gather(gathered + place, from, size * loop.rowStride(operand), loop.rowSize(), size);
        return gathered + place;
    }

    private static void elements(
            StridedLoop loop, long out, long a, long b, int size, BinaryRow row) {
        for (long i = 0; i < loop.rowSize(); i++) {
            row.run(
                    out + size * i * loop.rowStride(0),
                    a + size * i * loop.rowStride(1),
                    1,
                    b + size * i * loop.rowStride(2),
                    1,
                    1);
        }
    }
}
