// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl.kernel;

import dev.keyway.DType;
import dev.keyway.plugins.opencl.kernel.Elementwise.Builder;
import dev.keyway.spi.BinaryOp;
import dev.keyway.spi.CompareOp;
import dev.keyway.spi.Kernel.Kernel1;
import dev.keyway.spi.Kernel.Kernel2;
import dev.keyway.spi.Kernel.Kernel3;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;
import dev.keyway.spi.UnaryOp;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The families unary, binary, compare and where. */
public final class PointwiseKernels {
    private PointwiseKernels() {}

    /** Registers them. */
    public static void register(KernelRegistry registry) {
        registry.unary(Layout.STRIDED, PointwiseKernels::unary);
        registry.binary(Layout.STRIDED, PointwiseKernels::binary);
        registry.compare(Layout.STRIDED, PointwiseKernels::compare);
        registry.where(Layout.STRIDED, PointwiseKernels::where);
    }

    private static @Nullable Kernel1 unary(UnaryOp op, DType dtype) {
        String function = Functions.unary(op, dtype);
        if (function == null) {
            return null;
        }
        Elementwise kernel = new Builder(dtype).input(dtype).arithmetic(dtype).function(function);
        return (call, out, self) -> kernel.run(call, out, self);
    }

    private static @Nullable Kernel2 binary(BinaryOp op, DType dtype) {
        String function = Functions.binary(op, dtype);
        if (function == null) {
            return null;
        }
        Elementwise kernel =
                new Builder(dtype)
                        .input(dtype)
                        .input(dtype)
                        .arithmetic(dtype)
                        .fallible(dtype.isIntegral() && Functions.mayFail(op))
                        .function(function);
        return (call, out, self, other) -> kernel.run(call, out, self, other);
    }

    private static @Nullable Kernel2 compare(CompareOp op, DType dtype) {
        if (!Types.computes(dtype)) {
            return null;
        }
        String sign =
                switch (op) {
                    case EQ -> "==";
                    case NE -> "!=";
                    case LT -> "<";
                    case LE -> "<=";
                    case GT -> ">";
                    case GE -> ">=";
                };
        Elementwise kernel =
                new Builder(DType.BOOL)
                        .input(dtype)
                        .input(dtype)
                        .function("(x) " + sign + " (y) ? 1 : 0");
        return (call, out, self, other) -> kernel.run(call, out, self, other);
    }

    private static @Nullable Kernel3 where(DType dtype) {
        if (!Types.computes(dtype)) {
            return null;
        }
        Elementwise kernel =
                Builder.bits(dtype.itemSize())
                        .input(DType.BOOL)
                        .inputBits(dtype.itemSize())
                        .inputBits(dtype.itemSize())
                        .function("(x) != 0 ? (y) : (z)");
        return (call, out, self, other, third) ->
                kernel.run(call, out, self, other, Objects.requireNonNull(third));
    }
}
