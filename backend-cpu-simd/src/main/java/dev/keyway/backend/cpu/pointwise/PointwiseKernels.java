// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.backend.cpu.KernelFamily;
import dev.keyway.backend.cpu.PlainFallback;
import dev.keyway.spi.BinaryOp;
import dev.keyway.spi.CompareOp;
import dev.keyway.spi.Kernel.Kernel1;
import dev.keyway.spi.Kernel.Kernel2;
import dev.keyway.spi.Kernel.Kernel3;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;
import dev.keyway.spi.UnaryOp;
import dev.keyway.spi.toolkit.StridedLoop;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Registers the vectorised pointwise kernels. Rows whose operands step by one element or stand
 * still are vectorised; other rows run the toolkit's plain kernels where these give the same bits,
 * and so does what has no kernel here.
 */
@AutoService(KernelFamily.class)
public final class PointwiseKernels implements KernelFamily {
    /** For {@code ServiceLoader}. */
    public PointwiseKernels() {}

    @Override
    public void register(KernelRegistry registry, PlainFallback plain) {
        registry.unary(Layout.STRIDED, (op, dtype) -> unary(plain, op, dtype));
        registry.binary(Layout.STRIDED, (op, dtype) -> binary(plain, op, dtype));
        registry.compare(Layout.STRIDED, (op, dtype) -> compare(plain, op, dtype));
        registry.where(Layout.STRIDED, dtype -> where(plain, dtype));
    }

    static @Nullable UnaryRow row(UnaryOp op, DType dtype) {
        return switch (dtype) {
            case F32 ->
                    first(
                            first(FloatBasics.row(op), FloatExponentials.row(op), null),
                            FloatActivations.row(op),
                            FloatWideFunctions.row(op));
            case F64 ->
                    first(
                            first(DoubleBasics.row(op), DoubleExponentials.row(op), null),
                            DoubleActivations.row(op),
                            DoubleFunctionRows.row(op));
            case I32 -> IntBasics.row(op);
            case I64 -> LongBasics.row(op);
            default -> null;
        };
    }

    private static @Nullable UnaryRow first(
            @Nullable UnaryRow a, @Nullable UnaryRow b, @Nullable UnaryRow c) {
        return a != null ? a : b != null ? b : c;
    }

    private static @Nullable Kernel1 unary(PlainFallback plain, UnaryOp op, DType dtype) {
        Kernel1 slow = plain.unary(op, dtype);
        UnaryRow row = row(op, dtype);
        if (slow == null || row == null) {
            return slow;
        }
        int size = dtype.itemSize();
        boolean exact = isExact(op);
        return (call, out, self) -> {
            if (out.isContiguous() && self.isContiguous()) {
                Rows.dense(call, out, size, self, size, row);
                return;
            }
            StridedLoop loop = StridedLoop.of(out, self);
            if (Rows.areVectors(loop) && loop.rowStride(1) == 1) {
                Rows.run(call, loop, out, size, self, size, row);
            } else if (exact) {
                slow.run(call, out, self);
            } else {
                StridedRows.run(call, loop, out, self, size, row);
            }
        };
    }

    /** Whether the plain kernel gives the same bits. */
    private static boolean isExact(UnaryOp op) {
        return op != UnaryOp.RSQRT && FloatBasics.row(op) != null || op.isIntegral();
    }

    static @Nullable BinaryRow row(BinaryOp op, DType dtype) {
        return switch (dtype) {
            case F32 -> floatRow(op);
            case F64 -> DoubleArithmetic.row(op);
            case I32 -> IntArithmetic.row(op);
            case I64 -> LongArithmetic.row(op);
            case BOOL -> BoolLogic.row(op);
            default -> null;
        };
    }

    private static @Nullable BinaryRow floatRow(BinaryOp op) {
        BinaryRow row = op == BinaryOp.POW ? FloatPower::pow : FloatArithmetic.row(op);
        return row != null ? row : FloatWideArithmetic.row(op);
    }

    /** The loop for contiguous operands, or, with a number, for one and a number; null for none. */
    static @Nullable DenseRow dense(BinaryOp op, DType dtype, boolean number) {
        return switch (dtype) {
            case F32 -> number ? FloatArithmetic.withNumber(op) : FloatArithmetic.dense(op);
            case F64 -> number ? DoubleArithmetic.withNumber(op) : DoubleArithmetic.dense(op);
            case I32 -> number ? IntArithmetic.withNumber(op) : IntArithmetic.dense(op);
            case I64 -> number ? LongArithmetic.withNumber(op) : LongArithmetic.dense(op);
            default -> null;
        };
    }

    /** As above. */
    static @Nullable DenseRow dense(CompareOp op, DType dtype, boolean number) {
        return switch (dtype) {
            case F32 -> number ? FloatComparisons.withNumber(op) : FloatComparisons.dense(op);
            case F64 -> number ? DoubleComparisons.withNumber(op) : DoubleComparisons.dense(op);
            case I32 -> number ? IntComparisons.withNumber(op) : IntComparisons.dense(op);
            case I64 -> number ? LongComparisons.withNumber(op) : LongComparisons.dense(op);
            default -> null;
        };
    }

    /** Whether the plain kernel gives the same bits. */
    private static boolean isExact(BinaryOp op) {
        return op != BinaryOp.POW && op != BinaryOp.ATAN2 && op != BinaryOp.HYPOT;
    }

    static @Nullable Kernel2 binary(PlainFallback plain, BinaryOp op, DType dtype) {
        Kernel2 slow = plain.binary(op, dtype);
        BinaryRow row = row(op, dtype);
        if (slow == null || row == null) {
            return slow;
        }
        return isExact(op)
                ? rows(slow, row, dtype, dtype.itemSize())
                : rows(
                        (call, out, self, other) ->
                                StridedRows.run(call, out, self, other, dtype.itemSize(), row),
                        row,
                        dtype,
                        dtype.itemSize());
    }

    static @Nullable BinaryRow row(CompareOp op, DType dtype) {
        return switch (dtype) {
            case F32 -> FloatComparisons.row(op);
            case F64 -> DoubleComparisons.row(op);
            case I32 -> IntComparisons.row(op);
            case I64 -> LongComparisons.row(op);
            case BOOL -> BoolLogic.row(op);
            default -> null;
        };
    }

    private static @Nullable Kernel2 compare(PlainFallback plain, CompareOp op, DType dtype) {
        Kernel2 slow = plain.compare(op, dtype);
        BinaryRow row = row(op, dtype);
        return slow == null || row == null ? slow : rows(slow, row, dtype, 1);
    }

    private static Kernel2 rows(Kernel2 slow, BinaryRow row, DType dtype, int outSize) {
        int size = dtype.itemSize();
        return (call, out, self, other) -> {
            if (out.isContiguous() && self.isContiguous() && other.isContiguous()) {
                Rows.dense(call, out, outSize, self, other, size, row);
                return;
            }
            StridedLoop loop = StridedLoop.of(out, self, other);
            if (Rows.areVectors(loop)) {
                Rows.run(call, loop, out, outSize, self, other, size, row);
            } else if (size == Integer.BYTES && TransposedOperand.is(loop)) {
                TransposedOperand.run(call, loop, out, outSize, self, other, row);
            } else {
                slow.run(call, out, self, other);
            }
        };
    }

    private static @Nullable Kernel3 where(PlainFallback plain, DType dtype) {
        Kernel3 slow = plain.where(dtype);
        int size = dtype.itemSize();
        if (slow == null || size < Integer.BYTES) {
            return slow;
        }
        return (call, out, condition, self, third) -> {
            Tensor other = Objects.requireNonNull(third);
            if (Rows.areDense(out, condition, self, other)) {
                Rows.dense(out, condition, self, other, size);
                return;
            }
            StridedLoop loop = StridedLoop.of(out, self, other, condition);
            if (Rows.areVectors(loop) && loop.rowStride(3) == 1) {
                Rows.run(call, loop, out, condition, self, other, size);
            } else {
                slow.run(call, out, condition, self, third);
            }
        };
    }
}
