// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.reduction;

import com.google.auto.service.AutoService;
import dev.keyway.backend.cpu.KernelFamily;
import dev.keyway.backend.cpu.PlainFallback;

import dev.keyway.DType;
import dev.keyway.backend.cpu.PlainFallback;
import dev.keyway.spi.Kernel.Kernel1;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;
import dev.keyway.spi.ReduceOp;
import org.jspecify.annotations.Nullable;

/**
 * Registers sums, extremes and, in f32 and f64, products, for any strides; they accumulate in their
 * dtype. Of truth values it has any and all. The other reductions are the toolkit's.
 */
@AutoService(KernelFamily.class)
public final class ReductionKernels implements KernelFamily {
    /** For {@code ServiceLoader}. */
    public ReductionKernels() {}

    @Override
    public void register(KernelRegistry registry, PlainFallback plain) {
        registry.reduce(
                Layout.STRIDED,
                (op, dtype) -> {
                    LineReduction reduction = reduction(op, dtype);
                    return reduction == null ? plain.reduce(op, dtype) : kernel(reduction);
                });
    }

    private static @Nullable LineReduction reduction(ReduceOp op, DType dtype) {
        return switch (dtype) {
            case F32 ->
                    switch (op) {
                        case SUM -> new FloatSum();
                        case PROD -> new FloatProduct();
                        case AMAX -> new FloatExtreme(1);
                        case AMIN -> new FloatExtreme(-1);
                        default -> null;
                    };
            case F64 ->
                    switch (op) {
                        case SUM -> new DoubleSum();
                        case PROD -> new DoubleProduct();
                        case AMAX -> new DoubleExtreme(1);
                        case AMIN -> new DoubleExtreme(-1);
                        default -> null;
                    };
            case I64 -> isOrderless(op) ? new LongReduction(op) : null;
            case I32 -> isOrderless(op) ? new IntReduction(op) : null;
            case BOOL ->
                    op == ReduceOp.ANY || op == ReduceOp.ALL
                            ? new BoolReduction(op == ReduceOp.ALL)
                            : null;
            default -> null;
        };
    }

    private static boolean isOrderless(ReduceOp op) {
        return op == ReduceOp.SUM || op == ReduceOp.AMAX || op == ReduceOp.AMIN;
    }

    private static Kernel1 kernel(LineReduction reduction) {
        return (call, out, self) -> {
            Lines lines = Lines.of(self);
            long bytes = Reduction.scratchBytes(reduction, lines);
            long scratch = bytes == 0 ? 0 : call.scratch(bytes);
            Reduction.run(call.workers(), reduction, lines, out.address(), scratch);
        };
    }
}
