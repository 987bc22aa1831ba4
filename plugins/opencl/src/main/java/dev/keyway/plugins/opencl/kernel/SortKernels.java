// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl.kernel;

import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.plugins.opencl.device.Arguments;
import dev.keyway.plugins.opencl.device.KernelSource;
import dev.keyway.plugins.opencl.device.OpenClStream;
import dev.keyway.plugins.opencl.device.WorkSize;
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
 * Scratch slots 0 and 1 have keys, 2 and 3 positions, each from and to in turn.
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
        try (OpenClStream.Hold _ = stream.hold()) {
            int from = 0;
            Arguments prepare = pair(new Arguments(), stream, from, total).tensor(self);
            prepare.number(total).number(n);
            steps(prepare, self).integer(descending ? 1 : 0);
            stream.launch(operator, source, "prepare", size, prepare);
            for (long width = 1; width < n; width *= 2) {
                Arguments merge = pair(new Arguments(), stream, 1 - from, total);
                pair(merge, stream, from, total).number(total).number(n).number(width);
                stream.launch(operator, source, "merge", size, merge);
                from = 1 - from;
            }
            Arguments finish = new Arguments().tensor(out[0]).tensor(out[1]);
            finish.buffer(stream.scratch(2 + from, total * Long.BYTES), 0).tensor(self);
            finish.number(total).number(n);
            stream.launch(operator, source, "finish", size, steps(finish, self));
        }
    }

    private static Arguments pair(Arguments args, OpenClStream stream, int which, long total) {
        return args.buffer(stream.scratch(which, total * Long.BYTES), 0)
                .buffer(stream.scratch(2 + which, total * Long.BYTES), 0);
    }

    private static Arguments steps(Arguments args, Tensor self) {
        args.number(self.size(2));
        return args.number(self.stride(0)).number(self.stride(1)).number(self.stride(2));
    }
}
