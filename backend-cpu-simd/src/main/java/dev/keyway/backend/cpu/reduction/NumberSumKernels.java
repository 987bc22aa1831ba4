// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.reduction;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.attributes.NansumAttributes;
import dev.keyway.backend.cpu.KernelFamily;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.backend.cpu.PlainFallback;
import dev.keyway.spi.Kernel.Kernel1;
import dev.keyway.spi.KernelCall;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;
import org.jspecify.annotations.Nullable;

/**
 * Registers {@code nansum} in f32 and f64. Over neighbouring dimensions the order is that of {@code
 * sum}; else each result adds up one element after another, in f64.
 */
@AutoService(KernelFamily.class)
public final class NumberSumKernels implements KernelFamily {
    /** Elements of a task, about. */
    private static final long CHUNK = 1 << 14;

    /** For {@code ServiceLoader}. */
    public NumberSumKernels() {}

    @Override
    public void register(KernelRegistry registry, PlainFallback plain) {
        registry.operator(
                "nansum",
                Layout.CONTIGUOUS,
                dtype -> {
                    LineReduction sum = sum(dtype);
                    return sum == null ? null : kernel(sum);
                });
    }

    private static @Nullable LineReduction sum(DType dtype) {
        return switch (dtype) {
            case F32 -> new FloatNumberSum();
            case F64 -> new DoubleNumberSum();
            default -> null;
        };
    }

    private static Kernel1 kernel(LineReduction sum) {
        return (call, out, self) -> {
            long[] dim = call.attributes(NansumAttributes.class).dim();
            Lines lines = Lines.ofNeighbours(self, dim);
            if (lines == null) {
                spread(call, out, self, Reduced.of(self, dim));
                return;
            }
            long bytes = Reduction.scratchBytes(sum, lines);
            long scratch = bytes == 0 ? 0 : call.scratch(bytes);
            Reduction.run(call.workers(), sum, lines, out.address(), scratch);
        };
    }

    private static void spread(KernelCall call, Tensor out, Tensor self, Reduced reduced) {
        long from = self.address();
        long to = out.address();
        boolean wide = self.dtype() == DType.F64;
        long[] inside = reduced.inside();
        call.workers()
                .parallel(
                        out.numel(),
                        Math.max(1, CHUNK / Math.max(1, inside.length)),
                        (start, end) -> {
                            for (long i = start; i < end; i++) {
                                double sum = sum(wide, from + reduced.start(i), inside);
                                if (wide) {
                                    Memory.putDouble(to + Double.BYTES * i, sum);
                                } else {
                                    Memory.putFloat(to + Float.BYTES * i, (float) sum);
                                }
                            }
                        });
    }

    private static double sum(boolean wide, long at, long[] inside) {
        double sum = 0;
        for (long offset : inside) {
            double x = wide ? Memory.getDouble(at + offset) : Memory.getFloat(at + offset);
            sum += Double.isNaN(x) ? 0 : x;
        }
        return sum;
    }
}
