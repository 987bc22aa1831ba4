// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.scan;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.attributes.CummaxAttributes;
import dev.keyway.attributes.CumminAttributes;
import dev.keyway.backend.cpu.KernelFamily;
import dev.keyway.backend.cpu.PlainFallback;
import dev.keyway.spi.Kernel.KernelN;
import dev.keyway.spi.KernelCall;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Registers {@code cummax} and {@code cummin} in f32, f64 and i64; tasks take whole lines. */
@AutoService(KernelFamily.class)
public final class ExtremeScanKernels implements KernelFamily {
    /** Elements of a task, about. */
    private static final long CHUNK = 1 << 13;

    /** Columns of a task. */
    private static final int WIDTH = 256;

    /** For {@code ServiceLoader}. */
    public ExtremeScanKernels() {}

    @Override
    public void register(KernelRegistry registry, PlainFallback plain) {
        KernelN largest =
                (call, out, inputs) ->
                        run(call, out, inputs, call.attributes(CummaxAttributes.class).dim(), true);
        KernelN smallest =
                (call, out, inputs) ->
                        run(
                                call,
                                out,
                                inputs,
                                call.attributes(CumminAttributes.class).dim(),
                                false);
        registry.operator("cummax", Layout.CONTIGUOUS, dtype -> has(dtype) ? largest : null);
        registry.operator("cummin", Layout.CONTIGUOUS, dtype -> has(dtype) ? smallest : null);
    }

    private static boolean has(DType dtype) {
        return dtype == DType.F32 || dtype == DType.F64 || dtype == DType.I64;
    }

    private static RunningExtremes lines(DType dtype, boolean largest) {
        return switch (dtype) {
            case F32 -> new FloatRunningExtremes(largest);
            case F64 -> new DoubleRunningExtremes(largest);
            default -> new LongRunningExtremes(largest);
        };
    }

    private static void run(
            KernelCall call, Tensor[] out, @Nullable Tensor[] inputs, long given, boolean largest) {
        Tensor self = Objects.requireNonNull(inputs[0]);
        int dims = self.dim();
        int dim = (int) (given < 0 ? given + Math.max(dims, 1) : given);
        long n = dims == 0 ? 1 : self.size(dim);
        long inner = 1;
        for (int d = dim + 1; d < dims; d++) {
            inner *= self.size(d);
        }
        if (self.numel() == 0) {
            return;
        }
        RunningExtremes lines = lines(self.dtype(), largest);
        long size = self.dtype().itemSize();
        long from = self.address();
        long values = out[0].address();
        long places = out[1].address();
        long width = Math.min(WIDTH, inner);
        long blocks = (inner + width - 1) / width;
        long apart = inner;
        call.workers()
                .parallel(
                        self.numel() / (n * inner) * blocks,
                        Math.max(1, CHUNK / (n * width)),
                        (start, end) -> {
                            for (long task = start; task < end; task++) {
                                long column = task % blocks * width;
                                long at = task / blocks * n * apart + column;
                                long to = values + size * at;
                                long place = places + Long.BYTES * at;
                                if (apart == 1) {
                                    lines.row(to, place, from + size * at, n);
                                } else {
                                    int columns = (int) Math.min(width, apart - column);
                                    lines.columns(to, place, from + size * at, n, apart, columns);
                                }
                            }
                        });
    }
}
