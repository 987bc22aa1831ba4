// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import com.google.auto.service.AutoService;
import dev.keyway.backend.cpu.KernelFamily;
import dev.keyway.backend.cpu.PlainFallback;
import dev.keyway.backend.cpu.indexing.StridedCopy;

import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.attributes.AddTensorAttributes;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.backend.cpu.PlainFallback;
import dev.keyway.backend.cpu.indexing.StridedCopy;
import dev.keyway.spi.BinaryOp;
import dev.keyway.spi.Kernel.Kernel0;
import dev.keyway.spi.Kernel.Kernel1;
import dev.keyway.spi.Kernel.Kernel2;
import dev.keyway.spi.KernelCall;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;
import dev.keyway.spi.Primitives;
import dev.keyway.spi.UnaryOp;
import dev.keyway.spi.toolkit.StridedLoop;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Registers the vectorised pointwise kernels. Rows whose operands step by one element or stand
 * still are vectorised; other rows, and what has no kernel here, run the toolkit's plain kernels,
 * which give the same bits.
 */
@AutoService(KernelFamily.class)
public final class PointwiseKernels implements KernelFamily {
    /** Elements of a chunk of work; a multiple of every vector length. */
    private static final long CHUNK = 1 << 14;

    /** For {@code ServiceLoader}. */
    public PointwiseKernels() {}

    @Override
    public void register(KernelRegistry registry, PlainFallback plain) {
        registry.binary(Layout.STRIDED, (op, dtype) -> binary(plain, op, dtype));
        registry.unary(Layout.STRIDED, (op, dtype) -> unary(plain, op, dtype));
        registry.copy((from, to) -> copy(plain, from, to));
        registry.fill(dtype -> fill(plain, dtype));
        registry.operator(
                "add.Tensor",
                Layout.STRIDED,
                dtype -> dtype == DType.F32 ? scaledAdd(plain) : null);
    }

    private static @Nullable Kernel2 binary(PlainFallback plain, BinaryOp op, DType dtype) {
        Kernel2 slow = plain.binary(op, dtype);
        return slow == null || dtype != DType.F32 || !FloatPointwise.has(op)
                ? slow
                : (call, out, self, other) -> {
                    if (isShort(out, self) && isShort(out, other)) {
                        long to = out.address();
                        FloatPointwise.binary(
                                op, to, self.address(), 1, other.address(), 1, out.numel());
                        return;
                    }
                    StridedLoop loop = StridedLoop.of(out, self, other);
                    if (isVectorRow(loop)) {
                        zip(call, loop, out, self, other, op);
                    } else {
                        slow.run(call, out, self, other);
                    }
                };
    }

    /** Whether both are one row of neighbours that is no work to share. */
    private static boolean isShort(Tensor out, Tensor input) {
        long count = out.numel();
        return count <= CHUNK
                && input.numel() == count
                && out.isContiguous()
                && input.isContiguous();
    }

    private static boolean isVectorRow(StridedLoop loop) {
        boolean inputs =
                (loop.rowStride(1) == 1 || loop.rowStride(1) == 0)
                        && (loop.rowStride(2) == 1 || loop.rowStride(2) == 0);
        return (loop.rowSize() == 1 || loop.rowStride(0) == 1) && inputs && loop.rowSize() >= 16;
    }

    private static void zip(
            KernelCall call, StridedLoop loop, Tensor out, Tensor self, Tensor other, BinaryOp op) {
        long to = out.address();
        long a = self.address();
        long b = other.address();
        long row = loop.rowSize();
        long stepA = loop.rowStride(1);
        long stepB = loop.rowStride(2);
        if (loop.rows() == 1) {
            call.workers()
                    .parallel(
                            row,
                            CHUNK,
                            (start, end) ->
                                    FloatPointwise.binary(
                                            op,
                                            to + 4 * start,
                                            a + 4 * start * stepA,
                                            stepA,
                                            b + 4 * start * stepB,
                                            stepB,
                                            end - start));
            return;
        }
        call.workers()
                .parallel(
                        loop.rows(),
                        Math.max(1, CHUNK / row),
                        (start, end) -> {
                            StridedLoop.Cursor cursor = loop.cursor(start);
                            for (long r = start; r < end; r++) {
                                FloatPointwise.binary(
                                        op,
                                        to + 4 * cursor.offset(0),
                                        a + 4 * cursor.offset(1),
                                        stepA,
                                        b + 4 * cursor.offset(2),
                                        stepB,
                                        row);
                                cursor.advance();
                            }
                        });
    }

    private static @Nullable Kernel1 unary(PlainFallback plain, UnaryOp op, DType dtype) {
        Kernel1 slow = plain.unary(op, dtype);
        return slow == null || dtype != DType.F32 || !FloatPointwise.has(op)
                ? slow
                : (call, out, self) -> {
                    if (isShort(out, self)) {
                        FloatPointwise.unary(op, out.address(), self.address(), out.numel());
                    } else if (out.isContiguous() && self.isContiguous()) {
                        long to = out.address();
                        long a = self.address();
                        call.workers()
                                .parallel(
                                        out.numel(),
                                        CHUNK,
                                        (start, end) ->
                                                FloatPointwise.unary(
                                                        op,
                                                        to + 4 * start,
                                                        a + 4 * start,
                                                        end - start));
                    } else {
                        slow.run(call, out, self);
                    }
                };
    }

    /** {@code self + alpha * other}; with an alpha of 1 the kernel of the plain sum. */
    private static Kernel2 scaledAdd(PlainFallback plain) {
        Kernel2 sum = java.util.Objects.requireNonNull(binary(plain, BinaryOp.ADD, DType.F32));
        return (call, out, self, other) -> {
            float alpha = (float) call.attributes(AddTensorAttributes.class).alpha().doubleValue();
            if (alpha == 1) {
                sum.run(call, out, self, other);
            } else {
                scaled(call, out, self, other, alpha);
            }
        };
    }

    private static void scaled(
            KernelCall call, Tensor out, Tensor self, Tensor other, float alpha) {
        StridedLoop loop = StridedLoop.of(out, self, other);
        long to = out.address();
        long a = self.address();
        long b = other.address();
        long row = loop.rowSize();
        if (loop.rows() == 1 && loop.isContiguous()) {
            call.workers()
                    .parallel(
                            row,
                            CHUNK,
                            (start, end) ->
                                    FloatPointwise.scaledAdd(
                                            to + 4 * start,
                                            a + 4 * start,
                                            b + 4 * start,
                                            alpha,
                                            end - start));
            return;
        }
        call.workers()
                .parallel(
                        loop.rows(),
                        Math.max(1, CHUNK / Math.max(row, 1)),
                        (start, end) -> {
                            StridedLoop.Cursor cursor = loop.cursor(start);
                            for (long r = start; r < end; r++) {
                                FloatPointwise.scaledAdd(
                                        to + 4 * cursor.offset(0),
                                        4 * loop.rowStride(0),
                                        a + 4 * cursor.offset(1),
                                        4 * loop.rowStride(1),
                                        b + 4 * cursor.offset(2),
                                        4 * loop.rowStride(2),
                                        alpha,
                                        row);
                                cursor.advance();
                            }
                        });
    }

    private static @Nullable Kernel1 copy(PlainFallback plain, DType from, DType to) {
        Kernel1 slow = plain.copy(from, to);
        if (from != to) {
            return slow;
        }
        int size = from.itemSize();
        return (call, out, self) -> {
            StridedLoop loop = StridedLoop.of(out, self);
            if (size == Integer.BYTES && Transposition.is(loop)) {
                Transposition.of(loop, out.address(), self.address()).run(call.workers());
                return;
            }
            if (loop.rowSize() > 1 && (loop.rowStride(0) != 1 || loop.rowStride(1) != 1)) {
                StridedCopy.run(call.workers(), loop, out, self);
                return;
            }
            long target = out.address();
            long source = self.address();
            long row = loop.rowSize() * size;
            call.workers()
                    .parallel(
                            loop.rows(),
                            Math.max(1, 4 * CHUNK / Math.max(row, 1)),
                            (start, end) -> {
                                StridedLoop.Cursor cursor = loop.cursor(start);
                                for (long r = start; r < end; r++) {
                                    MemorySegment.copy(
                                            Memory.ALL,
                                            source + size * cursor.offset(1),
                                            Memory.ALL,
                                            target + size * cursor.offset(0),
                                            row);
                                    cursor.advance();
                                }
                            });
        };
    }

    private static @Nullable Kernel0 fill(PlainFallback plain, DType dtype) {
        Kernel0 slow = plain.fill(dtype);
        return (call, out) -> {
            boolean zero =
                    Double.doubleToRawLongBits(
                                    call.attributes(Primitives.Fill.class).value().doubleValue())
                            == 0;
            if (zero && out.isContiguous()) {
                Memory.ALL.asSlice(out.address(), out.nbytes()).fill((byte) 0);
            } else {
                java.util.Objects.requireNonNull(slow).run(call, out);
            }
        };
    }
}
