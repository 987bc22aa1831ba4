// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.reduction;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.attributes.VarAttributes;
import dev.keyway.backend.cpu.KernelFamily;
import dev.keyway.backend.cpu.PlainFallback;
import dev.keyway.spi.Kernel;
import dev.keyway.spi.Kernel.Kernel1;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;
import dev.keyway.spi.Workers;
import org.jspecify.annotations.Nullable;

/**
 * Registers the variance in f32 and f64: mean first, then squared distances. Dense lines run in the
 * virtual lanes; all others one element after another in f64.
 */
@AutoService(KernelFamily.class)
public final class VarianceKernels implements KernelFamily {
    /** Elements of a task, about. */
    private static final long CHUNK = 1 << 14;

    /** Neighbouring lines of a task. */
    private static final long WIDTH = 256;

    /** For {@code ServiceLoader}. */
    public VarianceKernels() {}

    @Override
    public void register(KernelRegistry registry, PlainFallback plain) {
        registry.operator(
                "var",
                Layout.CONTIGUOUS,
                dtype -> {
                    LineVariance lines = lines(dtype);
                    return lines == null ? null : kernel(lines);
                });
    }

    private static @Nullable LineVariance lines(DType dtype) {
        return switch (dtype) {
            case F32 -> new FloatVariance();
            case F64 -> new DoubleVariance();
            default -> null;
        };
    }

    private static Kernel kernel(LineVariance lines) {
        Kernel1 kernel =
                (call, out, self) -> {
                    VarAttributes a = call.attributes(VarAttributes.class);
                    Reduced reduced = Reduced.of(self, a.dim());
                    int n = reduced.n();
                    double divisor = Math.max((double) n - a.correction(), 0);
                    long size = self.dtype().itemSize();
                    long from = self.address();
                    long to = out.address();
                    if (isBeside(reduced, size)) {
                        columns(call.workers(), lines, reduced, size, to, from, divisor);
                        return;
                    }
                    call.workers()
                            .parallel(
                                    out.numel(),
                                    Math.max(1, CHUNK / Math.max(1, n)),
                                    (start, end) -> {
                                        for (long i = start; i < end; i++) {
                                            long line = from + reduced.start(i);
                                            if (reduced.dense()) {
                                                lines.dense(to + size * i, line, n, divisor);
                                            } else {
                                                lines.spread(
                                                        to + size * i,
                                                        line,
                                                        reduced.inside(),
                                                        divisor);
                                            }
                                        }
                                    });
                };
        return kernel;
    }

    /** Whether the first elements of neighbouring lines are neighbours. */
    private static boolean isBeside(Reduced reduced, long size) {
        int kept = reduced.steps().length;
        return !reduced.dense() && kept > 0 && reduced.steps()[kept - 1] == size;
    }

    private static void columns(
            Workers workers,
            LineVariance lines,
            Reduced reduced,
            long size,
            long to,
            long from,
            double divisor) {
        long[] sizes = reduced.sizes();
        long inner = sizes[sizes.length - 1];
        long outer = 1;
        for (int d = 0; d < sizes.length - 1; d++) {
            outer *= sizes[d];
        }
        long blocks = (inner + WIDTH - 1) / WIDTH;
        workers.parallel(
                outer * blocks,
                Math.max(1, CHUNK / Math.max(1, reduced.n() * Math.min(WIDTH, inner))),
                (start, end) -> {
                    for (long task = start; task < end; task++) {
                        long first = task % blocks * WIDTH;
                        long result = task / blocks * inner + first;
                        lines.columns(
                                to + size * result,
                                from + reduced.start(result),
                                reduced.inside(),
                                divisor,
                                (int) Math.min(WIDTH, inner - first));
                    }
                });
    }
}
