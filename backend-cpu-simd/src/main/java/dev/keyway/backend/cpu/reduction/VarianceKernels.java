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
import org.jspecify.annotations.Nullable;

/**
 * Registers the variance in f32 and f64: mean first, then squared distances. Dense lines run in the
 * virtual lanes; all others one element after another in f64.
 */
@AutoService(KernelFamily.class)
public final class VarianceKernels implements KernelFamily {
    /** Elements of a task, about. */
    private static final long CHUNK = 1 << 14;

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
}
