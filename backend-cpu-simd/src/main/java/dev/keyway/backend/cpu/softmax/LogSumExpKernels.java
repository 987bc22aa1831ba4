// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.softmax;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.attributes.LogsumexpAttributes;
import dev.keyway.backend.cpu.KernelFamily;
import dev.keyway.backend.cpu.PlainFallback;
import dev.keyway.backend.cpu.reduction.Reduced;
import dev.keyway.spi.Kernel;
import dev.keyway.spi.Kernel.Kernel1;
import dev.keyway.spi.KernelCall;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;
import org.jspecify.annotations.Nullable;

/** Registers the logarithm of sums of exponentials in f32 and f64. */
@AutoService(KernelFamily.class)
public final class LogSumExpKernels implements KernelFamily {
    /** Elements of a task, about. */
    private static final long CHUNK = 1 << 13;

    /** Lines of a task among lines side by side. */
    private static final long WIDTH = 256;

    /** For {@code ServiceLoader}. */
    public LogSumExpKernels() {}

    @Override
    public void register(KernelRegistry registry, PlainFallback plain) {
        registry.operator(
                "logsumexp",
                Layout.CONTIGUOUS,
                dtype -> {
                    LogSumExp lines = lines(dtype);
                    return lines == null ? null : kernel(lines);
                });
    }

    private static @Nullable LogSumExp lines(DType dtype) {
        return switch (dtype) {
            case F32 -> new FloatLogSumExp();
            case F64 -> new DoubleLogSumExp();
            default -> null;
        };
    }

    private static Kernel kernel(LogSumExp lines) {
        Kernel1 kernel =
                (call, out, self) -> {
                    long[] dim = call.attributes(LogsumexpAttributes.class).dim();
                    if (dim.length == 1 && self.dim() > 0 && self.numel() > 0) {
                        long inner = inner(self, dim[0]);
                        if (inner > 1) {
                            columns(call, out, self, lines, inner);
                            return;
                        }
                    }
                    Reduced reduced = Reduced.of(self, dim);
                    long size = self.dtype().itemSize();
                    long from = self.address();
                    long to = out.address();
                    call.workers()
                            .parallel(
                                    out.numel(),
                                    Math.max(1, CHUNK / Math.max(1, reduced.n())),
                                    (start, end) -> {
                                        for (long i = start; i < end; i++) {
                                            long line = from + reduced.start(i);
                                            long result = to + size * i;
                                            if (reduced.dense()) {
                                                lines.dense(result, line, reduced.n());
                                            } else {
                                                lines.spread(result, line, reduced.inside());
                                            }
                                        }
                                    });
                };
        return kernel;
    }

    /** How many lines along the dimension lie side by side. */
    private static long inner(Tensor self, long dim) {
        long inner = 1;
        for (int d = (int) (dim < 0 ? dim + self.dim() : dim) + 1; d < self.dim(); d++) {
            inner *= self.size(d);
        }
        return inner;
    }

    private static void columns(
            KernelCall call, Tensor out, Tensor self, LogSumExp lines, long inner) {
        long size = self.dtype().itemSize();
        long n = self.numel() / out.numel();
        long from = self.address();
        long to = out.address();
        long blocks = (inner + WIDTH - 1) / WIDTH;
        call.workers()
                .parallel(
                        out.numel() / inner * blocks,
                        Math.max(1, CHUNK / (n * Math.min(WIDTH, inner))),
                        (start, end) -> {
                            for (long task = start; task < end; task++) {
                                long outer = task / blocks;
                                long column = task % blocks * WIDTH;
                                lines.columns(
                                        to + size * (outer * inner + column),
                                        from + size * (outer * n * inner + column),
                                        n,
                                        size * inner,
                                        (int) Math.min(WIDTH, inner - column));
                            }
                        });
    }
}
