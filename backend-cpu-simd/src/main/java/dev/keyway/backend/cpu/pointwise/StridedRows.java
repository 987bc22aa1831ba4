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

    /** A function of two operands, one element after another. */
    static void run(
            KernelCall call, Tensor out, Tensor self, Tensor other, int size, BinaryRow row) {
        StridedLoop loop = StridedLoop.of(out, self, other);
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
                                for (long i = 0; i < loop.rowSize(); i++) {
                                    row.run(
                                            target + size * i * loop.rowStride(0),
                                            first + size * i * loop.rowStride(1),
                                            1,
                                            second + size * i * loop.rowStride(2),
                                            1,
                                            1);
                                }
                                cursor.advance();
                            }
                        });
    }
}
