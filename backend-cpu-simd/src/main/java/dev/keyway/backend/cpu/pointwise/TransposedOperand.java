// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import dev.keyway.Tensor;
import dev.keyway.spi.KernelCall;
import dev.keyway.spi.toolkit.StridedLoop;

/**
 * Functions of two matrices of 4-byte elements, one of which is transposed: it is copied into
 * scratch memory by blocks, which costs less than to read it by its columns. Strips of rows are
 * tasks; each is transposed and computed while it is in cache.
 */
final class TransposedOperand {
    private static final int SIZE = Integer.BYTES;

    /** Rows of a task: those of four blocks of the transposition. */
    private static final long ROWS = 64;

    private TransposedOperand() {}

    /** Whether one operand of the loop over out, self and other is, and rows are long enough. */
    static boolean is(StridedLoop loop) {
        return loop.dims() == 2
                && loop.size(0) >= ROWS
                && loop.size(1) >= ROWS
                && loop.stride(0, 1) == 1
                && (isOperand(loop, 1, 2) || isOperand(loop, 2, 1));
    }

    private static boolean isOperand(StridedLoop loop, int transposed, int plain) {
        return loop.stride(transposed, 0) == 1
                && loop.stride(transposed, 1) > 1
                && Rows.isStep(loop.stride(plain, 1));
    }

    /** Runs the function. */
    static void run(
            KernelCall call,
            StridedLoop loop,
            Tensor out,
            int outSize,
            Tensor self,
            Tensor other,
            BinaryRow row) {
        boolean first = isOperand(loop, 1, 2);
        int plain = first ? 2 : 1;
        long rows = loop.size(0);
        long columns = loop.size(1);
        long strips = (rows + ROWS - 1) / ROWS;
        long lent = call.scratch(SIZE * rows * columns);
        long from = first ? self.address() : other.address();
        long fromColumn = SIZE * loop.stride(first ? 1 : 2, 1);
        long beside = first ? other.address() : self.address();
        long step = loop.stride(plain, 1);
        call.workers()
                .parallel(
                        strips,
                        Math.max(1, Rows.CHUNK / (ROWS * columns)),
                        (start, end) -> {
                            long top = start * ROWS;
                            long height = Math.min(rows, end * ROWS) - top;
                            long copy = lent + SIZE * top * columns;
                            new Transposition(
                                            SIZE,
                                            1,
                                            height,
                                            columns,
                                            copy,
                                            0,
                                            SIZE * columns,
                                            from + SIZE * top,
                                            0,
                                            fromColumn)
                                    .run();
                            for (long r = top; r < top + height; r++) {
                                long to = out.address() + outSize * r * loop.stride(0, 0);
                                long turned = lent + SIZE * r * columns;
                                long straight = beside + SIZE * r * loop.stride(plain, 0);
                                if (first) {
                                    row.run(to, turned, 1, straight, step, columns);
                                } else {
                                    row.run(to, straight, step, turned, 1, columns);
                                }
                            }
                        });
    }
}
