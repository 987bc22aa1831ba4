// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl.kernel;

import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.plugins.opencl.device.Arguments;
import dev.keyway.plugins.opencl.device.KernelSource;
import dev.keyway.plugins.opencl.device.OpenClStream;
import dev.keyway.plugins.opencl.device.WorkSize;
import dev.keyway.plugins.opencl.device.Workspace;
import dev.keyway.spi.Kernel.Kernel2;
import dev.keyway.spi.KernelCall;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;
import dev.keyway.spi.ScatterOp;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Gather, scatter and nonzero; an index out of bounds is reported when the stream is waited for.
 */
public final class IndexingKernels {
    /** Elements of a work-item in {@code nonzero.cl}. */
    private static final int CHUNK = 1024;

    private IndexingKernels() {}

    /** Registers them. */
    public static void register(KernelRegistry registry) {
        registry.gather(Layout.STRIDED, IndexingKernels::gather);
        registry.scatter(Layout.STRIDED, IndexingKernels::scatter);
        KernelSource nonzero = KernelSource.of(Map.of(), "nonzero");
        registry.nonzero(
                Layout.STRIDED,
                dtype ->
                        dtype == DType.BOOL
                                ? (call, out, inputs) ->
                                        nonzero(
                                                call,
                                                nonzero,
                                                out,
                                                Objects.requireNonNull(inputs[0]))
                                : null);
    }

    /** Elements are moved as bits, so every dtype has it. */
    private static Kernel2 gather(DType dtype) {
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
        boolean sums = op == ScatterOp.ADD || op == ScatterOp.MUL;
        String type =
                op == ScatterOp.SET || sums && dtype.isIntegral()
                        ? Types.bits(dtype.itemSize())
                        : Types.stored(dtype);
        KernelSource source = source(type, combine(op, dtype));
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

    private static String combine(ScatterOp op, DType dtype) {
        boolean bool = dtype == DType.BOOL;
        return switch (op) {
            case SET -> "y";
            case ADD -> bool ? "(x) | (y)" : "(x) + (y)";
            case MUL -> bool ? "(x) & (y)" : "(x) * (y)";
            case AMAX -> dtype.isFloating() ? "LARGER(x, y)" : "max(x, y)";
            case AMIN -> dtype.isFloating() ? "SMALLER(x, y)" : "min(x, y)";
        };
    }

    /** Writes the positions and their number. */
    private static void nonzero(KernelCall call, KernelSource source, Tensor[] out, Tensor self) {
        OpenClStream stream = OpenClStream.of(call);
        String operator = call.operatorName();
        long n = self.numel();
        long step = self.stride(0);
        long chunks = (n + CHUNK - 1) / CHUNK;
        WorkSize size = WorkSize.heavy(chunks, 1);
        Workspace counts = Workspace.of(call, chunks, Long.BYTES);
        Arguments count = new Arguments().workspace(counts, 0).tensor(self);
        count.number(chunks).number(n).number(step);
        stream.launch(operator, source, "count", size, count);
        Arguments starts = new Arguments().workspace(counts, 0).tensor(out[1]).number(chunks);
        stream.launch(operator, source, "starts", WorkSize.heavy(1, 1), starts);
        Arguments write = new Arguments().tensor(out[0]).workspace(counts, 0).tensor(self);
        write.number(chunks).number(n).number(step);
        stream.launch(operator, source, "positions", size, write);
    }

    private static KernelSource source(String type, String combine) {
        return KernelSource.of(Map.of("T", type, "COMBINE(x, y)", "(" + combine + ")"), "indexing");
    }

    private static void steps(Arguments args, Tensor tensor) {
        args.number(tensor.stride(0)).number(tensor.stride(1)).number(tensor.stride(2));
    }
}
