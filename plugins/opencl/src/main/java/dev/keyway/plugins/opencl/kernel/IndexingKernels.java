// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl.kernel;

import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.plugins.opencl.device.Arguments;
import dev.keyway.plugins.opencl.device.KernelSource;
import dev.keyway.plugins.opencl.device.OpenClStream;
import dev.keyway.plugins.opencl.device.WorkSize;
import dev.keyway.spi.Kernel.Kernel2;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;
import dev.keyway.spi.ScatterOp;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Gather and scatter; an index out of bounds is reported when the stream is waited for. */
public final class IndexingKernels {
    private IndexingKernels() {}

    /** Registers them. */
    public static void register(KernelRegistry registry) {
        registry.gather(Layout.STRIDED, IndexingKernels::gather);
        registry.scatter(Layout.STRIDED, IndexingKernels::scatter);
    }

    private static @Nullable Kernel2 gather(DType dtype) {
        if (!Types.computes(dtype)) {
            return null;
        }
        KernelSource source = source(Types.bits(dtype.itemSize()), "y");
        return (call, out, self, index) -> {
            Arguments args = new Arguments().tensor(out).tensor(self).tensor(index);
            args.number(out.numel()).number(index.size(1)).number(index.size(2));
            args.number(self.size(1));
            steps(args, self);
            steps(args, index);
            OpenClStream.of(call)
                    .launch(
                            call.operatorName(),
                            source,
                            "gather",
                            WorkSize.of(out.numel()),
                            args.fallible());
        };
    }

    private static @Nullable Kernel2 scatter(ScatterOp op, DType dtype) {
        if (!Types.computes(dtype)) {
            return null;
        }
        KernelSource source =
                op == ScatterOp.SET
                        ? source(Types.bits(dtype.itemSize()), "y")
                        : source(
                                dtype.isIntegral() ? Types.unsigned(dtype) : Types.stored(dtype),
                                dtype == DType.BOOL ? "(x) | (y)" : "(x) + (y)");
        return (call, out, index, from) -> {
            long columns = index.size(0) * index.size(2);
            Arguments args = new Arguments().tensor(out).tensor(index).tensor(from);
            args.number(columns).number(index.size(1)).number(index.size(2));
            args.number(out.size(2)).number(out.size(1));
            steps(args, index);
            steps(args, from);
            OpenClStream.of(call)
                    .launch(
                            call.operatorName(),
                            source,
                            "scatter",
                            WorkSize.of(columns),
                            args.fallible());
        };
    }

    private static KernelSource source(String type, String combine) {
        return KernelSource.of(Map.of("T", type, "COMBINE(x, y)", "(" + combine + ")"), "indexing");
    }

    private static void steps(Arguments args, Tensor tensor) {
        args.number(tensor.stride(0)).number(tensor.stride(1)).number(tensor.stride(2));
    }
}
