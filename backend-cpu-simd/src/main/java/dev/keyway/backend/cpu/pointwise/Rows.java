// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import dev.keyway.Tensor;
import dev.keyway.spi.KernelCall;
import dev.keyway.spi.toolkit.StridedLoop;

/**
 * Runs the rows of a strided loop on the runtime's threads. One long row is cut into chunks, many
 * rows into groups; both depend on the shape alone.
 */
final class Rows {
    /** Elements of a chunk of work; a multiple of every vector length. */
    static final long CHUNK = 1 << 14;

    /** Below it the toolkit's loop is as good. */
    private static final long SHORTEST = 8;

    private Rows() {}

    /** Whether the result's rows are contiguous and each operand steps by 1 or stands still. */
    static boolean areVectors(StridedLoop loop) {
        return loop.rowSize() >= SHORTEST
                && loop.rowStride(0) == 1
                && isStep(loop.rowStride(1))
                && (loop.operands() < 3 || isStep(loop.rowStride(2)));
    }

    static boolean isStep(long stride) {
        return stride == 0 || stride == 1;
    }

    private static long group(StridedLoop loop) {
        return Math.max(1, CHUNK / loop.rowSize());
    }

    /** A function of one operand; both tensors are contiguous. A single chunk runs at once. */
    static void dense(
            KernelCall call, Tensor out, int outSize, Tensor self, int size, UnaryRow row) {
        long count = out.numel();
        long to = out.address();
        long a = self.address();
        if (count <= CHUNK) {
            row.run(to, a, count);
        } else {
            UnaryChunks.run(call.workers(), row, to, outSize, a, size, count);
        }
    }

    /** A function of two operands; all are contiguous. A single chunk runs at once. */
    static void dense(
            KernelCall call,
            Tensor out,
            int outSize,
            Tensor self,
            Tensor other,
            int size,
            BinaryRow row) {
        long count = out.numel();
        long to = out.address();
        long a = self.address();
        long b = other.address();
        if (count <= CHUNK) {
            row.run(to, a, 1, b, 1, count);
        } else {
            BinaryChunks.run(call.workers(), row, to, outSize, a, 1, b, 1, size, count);
        }
    }

    /** A function of one operand. */
    static void run(
            KernelCall call,
            StridedLoop loop,
            Tensor out,
            int outSize,
            Tensor self,
            int size,
            UnaryRow row) {
        long to = out.address();
        long a = self.address();
        if (loop.rows() == 1) {
            UnaryChunks.run(call.workers(), row, to, outSize, a, size, loop.rowSize());
            return;
        }
        call.workers()
                .parallel(
                        loop.rows(),
                        group(loop),
                        (start, end) -> {
                            StridedLoop.Cursor cursor = loop.cursor(start);
                            for (long r = start; r < end; r++) {
                                row.run(
                                        to + outSize * cursor.offset(0),
                                        a + size * cursor.offset(1),
                                        loop.rowSize());
                                cursor.advance();
                            }
                        });
    }

    /** A function of two operands of one size. */
    static void run(
            KernelCall call,
            StridedLoop loop,
            Tensor out,
            int outSize,
            Tensor self,
            Tensor other,
            int size,
            BinaryRow row) {
        long to = out.address();
        long a = self.address();
        long b = other.address();
        long stepA = loop.rowStride(1);
        long stepB = loop.rowStride(2);
        if (loop.rows() == 1) {
            BinaryChunks.run(
                    call.workers(), row, to, outSize, a, stepA, b, stepB, size, loop.rowSize());
            return;
        }
        call.workers()
                .parallel(
                        loop.rows(),
                        group(loop),
                        (start, end) -> {
                            StridedLoop.Cursor cursor = loop.cursor(start);
                            for (long r = start; r < end; r++) {
                                row.run(
                                        to + outSize * cursor.offset(0),
                                        a + size * cursor.offset(1),
                                        stepA,
                                        b + size * cursor.offset(2),
                                        stepB,
                                        loop.rowSize());
                                cursor.advance();
                            }
                        });
    }

    /**
     * Whether {@code out = condition ? self : other} is a single chunk in which the operands are
     * contiguous or one number each.
     */
    static boolean areDense(Tensor out, Tensor condition, Tensor self, Tensor other) {
        return out.numel() <= CHUNK
                && out.isContiguous()
                && condition.isContiguous()
                && (self.isContiguous() || isNumber(self))
                && (other.isContiguous() || isNumber(other));
    }

    /** Whether the tensor is one number again and again. */
    private static boolean isNumber(Tensor tensor) {
        for (int d = 0; d < tensor.dim(); d++) {
            if (tensor.stride(d) != 0 && tensor.size(d) != 1) {
                return false;
            }
        }
        return true;
    }

    /** Where {@link #areDense} holds; runs at once. */
    static void dense(Tensor out, Tensor condition, Tensor self, Tensor other, int size) {
        long to = out.address();
        long mask = condition.address();
        long yes = self.address();
        long no = other.address();
        long stepYes = isNumber(self) ? 0 : 1;
        long stepNo = isNumber(other) ? 0 : 1;
        if (size == Integer.BYTES) {
            IntSelection.where(to, mask, yes, stepYes, no, stepNo, out.numel());
        } else {
            LongSelection.where(to, mask, yes, stepYes, no, stepNo, out.numel());
        }
    }

    /**
     * {@code out = condition ? self : other}; the loop's operands are out, self, other, condition.
     */
    static void run(
            KernelCall call,
            StridedLoop loop,
            Tensor out,
            Tensor condition,
            Tensor self,
            Tensor other,
            int size) {
        long to = out.address();
        long c = condition.address();
        long a = self.address();
        long b = other.address();
        boolean narrow = size == Integer.BYTES;
        long row = loop.rowSize();
        long chunk = loop.rows() == 1 ? CHUNK : row;
        long chunks = (row + chunk - 1) / chunk;
        call.workers()
                .parallel(
                        loop.rows() * chunks,
                        loop.rows() == 1 ? 1 : group(loop),
                        (start, end) -> {
                            StridedLoop.Cursor cursor = loop.cursor(start / chunks);
                            for (long r = start; r < end; r++) {
                                long first = r % chunks * chunk;
                                long count = Math.min(chunk, row - first);
                                long stepA = loop.rowStride(1);
                                long stepB = loop.rowStride(2);
                                long target = to + size * (cursor.offset(0) + first);
                                long yes = a + size * (cursor.offset(1) + first * stepA);
                                long no = b + size * (cursor.offset(2) + first * stepB);
                                long mask = c + cursor.offset(3) + first;
                                if (narrow) {
                                    IntSelection.where(target, mask, yes, stepA, no, stepB, count);
                                } else {
                                    LongSelection.where(target, mask, yes, stepA, no, stepB, count);
                                }
                                if (chunks == 1) {
                                    cursor.advance();
                                }
                            }
                        });
    }
}
