// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl.kernel;

import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.plugins.opencl.device.Arguments;
import dev.keyway.plugins.opencl.device.KernelSource;
import dev.keyway.plugins.opencl.device.OpenClStream;
import dev.keyway.plugins.opencl.device.WorkSize;
import dev.keyway.plugins.opencl.device.Workspace;
import dev.keyway.spi.Kernel.KernelN;
import dev.keyway.spi.KernelCall;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;
import dev.keyway.spi.Primitives;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A stable merge sort over keys whose order is the elements': NaN the largest, both zeros equal.
 * Two pairs of workspaces have keys and positions, each from and to in turn.
 */
public final class SortKernels {
    private SortKernels() {}

    /** Registers them. */
    public static void register(KernelRegistry registry) {
        registry.sort(Layout.STRIDED, SortKernels::sort);
    }

    private static @Nullable KernelN sort(DType dtype) {
        if (!Types.computes(dtype)) {
            return null;
        }
        KernelSource source =
                KernelSource.of(
                        Map.of("T", Types.stored(dtype), "KEY(x)", "(" + key(dtype) + ")"), "sort");
        return (call, out, inputs) -> run(call, source, out, Objects.requireNonNull(inputs[0]));
    }

    private static String key(DType dtype) {
        return switch (dtype) {
            case F32 ->
                    "isnan(x) ? LONG_MAX : (x) == 0 ? 0L"
                            + " : (long)(as_int(x) >= 0 ? as_int(x) : as_int(x) ^ INT_MAX)";
            case F64 ->
                    "isnan(x) ? LONG_MAX : (x) == 0 ? 0L"
                            + " : as_long(x) >= 0 ? as_long(x) : as_long(x) ^ LONG_MAX";
            default -> "(long)(x)";
        };
    }

    private static void run(KernelCall call, KernelSource source, Tensor[] out, Tensor self) {
        OpenClStream stream = OpenClStream.of(call);
        String operator = call.operatorName();
        boolean descending = call.attributes(Primitives.Sort.class).descending();
        long n = self.size(1);
        long total = self.numel();
        WorkSize size = WorkSize.of(total);
        Pair from = Pair.of(call, total);
        Pair to = Pair.of(call, total);
        Arguments prepare = from.addTo(new Arguments()).tensor(self);
        prepare.number(total).number(n);
        steps(prepare, self).integer(descending ? 1 : 0);
        stream.launch(operator, source, "prepare", size, prepare);
        for (long width = 1; width < n; width *= 2) {
            Arguments merge = to.addTo(new Arguments());
            from.addTo(merge).number(total).number(n).number(width);
            stream.launch(operator, source, "merge", size, merge);
            Pair next = to;
            to = from;
            from = next;
        }
        Arguments finish = new Arguments().tensor(out[0]).tensor(out[1]);
        finish.workspace(from.positions, 0).tensor(self);
        finish.number(total).number(n);
        stream.launch(operator, source, "finish", size, steps(finish, self));
    }

    private record Pair(Workspace keys, Workspace positions) {
        static Pair of(KernelCall call, long total) {
            return new Pair(
                    Workspace.of(call, total, Long.BYTES), Workspace.of(call, total, Long.BYTES));
        }

        Arguments addTo(Arguments args) {
            return args.workspace(keys, 0).workspace(positions, 0);
        }
    }

    private static Arguments steps(Arguments args, Tensor self) {
        args.number(self.size(2));
        return args.number(self.stride(0)).number(self.stride(1)).number(self.stride(2));
    }
}
