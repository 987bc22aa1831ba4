// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl.kernel;

import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.plugins.opencl.device.Arguments;
import dev.keyway.plugins.opencl.device.KernelSource;
import dev.keyway.plugins.opencl.device.OpenClStream;
import dev.keyway.plugins.opencl.device.WorkSize;
import dev.keyway.plugins.opencl.device.Workspace;
import dev.keyway.spi.ArgReduceOp;
import dev.keyway.spi.Kernel.Kernel1;
import dev.keyway.spi.KernelCall;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;
import dev.keyway.spi.ReduceOp;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reductions of {@code [outer, n, inner]}. Many results, or results of few elements: a work-item
 * for each. Else a work-group for each, and where these are few, too, several groups whose results
 * are reduced again. The choice depends on the shape alone, and so do the bits.
 */
public final class ReductionKernels {
    private static final int CHUNK = 1 << 13;
    private static final int MOST_CHUNKS = 64;

    private ReductionKernels() {}

    /** Registers them. */
    public static void register(KernelRegistry registry) {
        registry.reduce(Layout.STRIDED, ReductionKernels::reduce);
        registry.argReduce(Layout.STRIDED, ReductionKernels::position);
    }

    private static @Nullable Kernel1 reduce(ReduceOp op, DType dtype) {
        boolean truth = op == ReduceOp.ANY || op == ReduceOp.ALL;
        if (!Types.computes(dtype) || truth && dtype != DType.BOOL) {
            return null;
        }
        if ((op == ReduceOp.SUM || op == ReduceOp.PROD) && dtype == DType.BOOL) {
            return null;
        }
        KernelSource source =
                KernelSource.of(
                        Map.of(
                                "T", type(op, dtype),
                                "INITIAL", initial(op, dtype),
                                "COMBINE(x, y)", combine(op, dtype)),
                        "reduce");
        return (call, out, self) -> run(call, source, out, self);
    }

    /** Sums and products of integers wrap around, which unsigned ones are defined to do. */
    private static String type(ReduceOp op, DType dtype) {
        boolean wraps = op == ReduceOp.SUM || op == ReduceOp.PROD;
        return wraps && dtype.isIntegral() ? Types.unsigned(dtype) : Types.stored(dtype);
    }

    private static String initial(ReduceOp op, DType dtype) {
        return switch (op) {
            case SUM, ANY -> "0";
            case PROD, ALL -> "1";
            case AMAX -> extreme(dtype, "-INFINITY", "MIN", "0");
            case AMIN -> extreme(dtype, "INFINITY", "MAX", "1");
        };
    }

    private static String extreme(DType dtype, String floating, String integral, String bool) {
        return dtype.isFloating()
                ? floating
                : dtype == DType.BOOL ? bool : (dtype == DType.I32 ? "INT_" : "LONG_") + integral;
    }

    private static String combine(ReduceOp op, DType dtype) {
        return switch (op) {
            case SUM -> "(x) + (y)";
            case PROD -> "(x) * (y)";
            case ANY -> "(x) | (y)";
            case ALL -> "(x) & (y)";
            case AMAX -> dtype.isFloating() ? "LARGER(x, y)" : "max(x, y)";
            case AMIN -> dtype.isFloating() ? "SMALLER(x, y)" : "min(x, y)";
        };
    }

    private static void run(KernelCall call, KernelSource source, Tensor out, Tensor self) {
        long n = self.size(1);
        long inner = self.size(2);
        long results = out.numel();
        if (n <= 128 || results >= 4096 && inner > 1) {
            Arguments args = new Arguments().tensor(out).tensor(self);
            args.number(results).number(inner).number(n);
            steps(args, self.stride(0), self.stride(1), self.stride(2));
            launch(call, source, "lanes", WorkSize.of(results), args);
            return;
        }
        long chunks =
                results >= MOST_CHUNKS ? 1 : Math.clamp((n + CHUNK - 1) / CHUNK, 1, MOST_CHUNKS);
        if (chunks == 1) {
            Arguments args = new Arguments().tensor(out).tensor(self);
            groups(args, self, 1, inner, n, n);
            launch(call, source, "groups", groups(results), args);
            return;
        }
        long length = (n + chunks - 1) / chunks;
        Workspace partial = Workspace.of(call, results * chunks, self.dtype().itemSize());
        Arguments args = new Arguments().workspace(partial, 0).tensor(self);
        groups(args, self, chunks, inner, n, length);
        launch(call, source, "groups", groups(results * chunks), args);
        Arguments rest = new Arguments().tensor(out).workspace(partial, 0);
        rest.number(results).number(inner).number(chunks);
        steps(rest, chunks * inner, inner, 1);
        launch(call, source, "lanes", WorkSize.of(results), rest);
    }

    private static void groups(
            Arguments args, Tensor self, long chunks, long inner, long n, long length) {
        args.number(chunks).number(inner).number(n).number(length);
        steps(args, self.stride(0), self.stride(1), self.stride(2));
    }

    private static WorkSize groups(long count) {
        return WorkSize.of(count * WorkSize.GROUP);
    }

    private static void steps(Arguments args, long step0, long step1, long step2) {
        args.number(step0).number(step1).number(step2);
    }

    private static void launch(
            KernelCall call, KernelSource source, String entry, WorkSize size, Arguments args) {
        OpenClStream.of(call).launch(call.operatorName(), source, entry, size, args);
    }

    private static @Nullable Kernel1 position(ArgReduceOp op, DType dtype) {
        if (!Types.computes(dtype)) {
            return null;
        }
        String sign = op == ArgReduceOp.ARGMAX ? ">" : "<";
        String better =
                dtype.isFloating()
                        ? "!isnan(best) && (isnan(x) || (x) " + sign + " (best))"
                        : "(x) " + sign + " (best)";
        KernelSource source =
                KernelSource.of(
                        Map.of("T", Types.stored(dtype), "BETTER(x, best)", "(" + better + ")"),
                        "argreduce");
        return (call, out, self) -> {
            long n = self.size(1);
            long inner = self.size(2);
            long results = out.numel();
            Arguments args = new Arguments().tensor(out).tensor(self);
            boolean lanes = n <= 256 || results >= 256;
            if (lanes) {
                args.number(results);
            }
            args.number(inner).number(n);
            steps(args, self.stride(0), self.stride(1), self.stride(2));
            WorkSize size = lanes ? WorkSize.of(results) : groups(results);
            launch(call, source, lanes ? "lanes" : "groups", size, args);
        };
    }
}
