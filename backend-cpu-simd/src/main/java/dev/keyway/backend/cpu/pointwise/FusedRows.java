// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.backend.cpu.KernelFamily;
import dev.keyway.backend.cpu.PlainFallback;
import dev.keyway.spi.BinaryOp;
import dev.keyway.spi.FusedKernels;
import dev.keyway.spi.Kernel.KernelN;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.PointwiseProgram;
import dev.keyway.spi.PointwiseStep;
import org.jspecify.annotations.Nullable;

/**
 * Chains of pointwise operators, block by block: the rows of the single kernels run one after the
 * other over a few thousand elements, which stay in the innermost cache. So each step computes what
 * its kernel computes, with the same code.
 */
@AutoService(KernelFamily.class)
public final class FusedRows implements KernelFamily, FusedKernels {
    /** Fewer elements stay in the cache anyway. */
    private static final long SMALLEST = 1 << 14;

    /** For {@code ServiceLoader}. */
    public FusedRows() {}

    @Override
    public void register(KernelRegistry registry, PlainFallback plain) {
        registry.fused(this);
    }

    @Override
    public long smallest() {
        return SMALLEST;
    }

    @Override
    public boolean takes(PointwiseStep step) {
        return step instanceof PointwiseStep.Load || of(step, 0) != null;
    }

    @Override
    public KernelN create(PointwiseProgram program) {
        return new BlockKernel(program);
    }

    /** The loop that computes value {@code to}; null where there is none. */
    static @Nullable BlockStep of(PointwiseStep step, int to) {
        return switch (step) {
            case PointwiseStep.Load _ -> null;
            case PointwiseStep.Cast c -> unary(cast(c.from(), c.result()), to, c.self());
            case PointwiseStep.Unary u ->
                    unary(PointwiseKernels.row(u.opcode(), u.result()), to, u.self());
            case PointwiseStep.Binary b -> binary(b.opcode(), b.result(), to, b.self(), b.other());
            case PointwiseStep.Compare c ->
                    binary(
                            PointwiseKernels.row(c.opcode(), c.dtype()),
                            PointwiseKernels.dense(c.opcode(), c.dtype(), false),
                            PointwiseKernels.dense(c.opcode(), c.dtype(), true),
                            to,
                            c.self(),
                            c.other());
            case PointwiseStep.Where w ->
                    switch (w.result().itemSize()) {
                        case 4 -> new BlockStep.IntWhere(to, w.condition(), w.self(), w.other());
                        case 8 -> new BlockStep.LongWhere(to, w.condition(), w.self(), w.other());
                        default -> null;
                    };
            case PointwiseStep.Whole w -> WholeRows.of(w, to);
        };
    }

    /** Whether the step's loop takes operands that stand still. */
    static boolean takesNumber(BlockStep loop, int operand) {
        return switch (loop) {
            case BlockStep.Binary _ -> true;
            case BlockStep.IntWhere w -> w.condition() != operand;
            case BlockStep.LongWhere w -> w.condition() != operand;
            default -> false;
        };
    }

    private static @Nullable UnaryRow cast(DType from, DType to) {
        UnaryRow row = HalfCasts.row(from, to);
        return row != null ? row : NumberCasts.row(from, to);
    }

    private static @Nullable BlockStep unary(@Nullable UnaryRow row, int to, int self) {
        return row == null ? null : new BlockStep.Unary(row, to, self);
    }

    /** A function of two operands; null where it has no loop. */
    static @Nullable BlockStep binary(BinaryOp op, DType dtype, int to, int self, int other) {
        return binary(
                PointwiseKernels.row(op, dtype),
                PointwiseKernels.dense(op, dtype, false),
                PointwiseKernels.dense(op, dtype, true),
                to,
                self,
                other);
    }

    private static @Nullable BlockStep binary(
            @Nullable BinaryRow row,
            @Nullable DenseRow dense,
            @Nullable DenseRow withNumber,
            int to,
            int self,
            int other) {
        return row == null ? null : new BlockStep.Binary(row, dense, withNumber, to, self, other);
    }
}
