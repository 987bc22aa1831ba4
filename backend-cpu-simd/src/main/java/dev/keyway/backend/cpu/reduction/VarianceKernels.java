// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.reduction;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Tensor;
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
                    int n = reduced.n;
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
                                            if (reduced.dense) {
                                                lines.dense(to + size * i, line, n, divisor);
                                            } else {
                                                lines.spread(
                                                        to + size * i,
                                                        line,
                                                        reduced.inside,
                                                        divisor);
                                            }
                                        }
                                    });
                };
        return kernel;
    }

    /**
     * Where the elements of each result lie, in bytes.
     *
     * @param n how many there are
     * @param inside from the first element of a result to the others; empty for dense lines
     * @param sizes of the dimensions that stay
     * @param steps of the dimensions that stay
     * @param dense whether the elements of a result are neighbours in order
     */
    @SuppressWarnings("ArrayRecordComponent")
    private record Reduced(int n, long[] inside, long[] sizes, long[] steps, boolean dense) {
        static Reduced of(Tensor self, long[] dim) {
            boolean[] named = named(dim, self.dim());
            int kept = 0;
            long n = 1;
            boolean dense = true;
            long[] sizes = new long[named.length];
            long[] steps = new long[named.length];
            long size = self.dtype().itemSize();
            for (int d = 0; d < named.length; d++) {
                if (named[d]) {
                    n *= self.size(d);
                } else {
                    dense &= n == 1;
                    sizes[kept] = self.size(d);
                    steps[kept++] = size * self.stride(d);
                }
            }
            return new Reduced(
                    Math.toIntExact(n),
                    dense ? new long[0] : inside(self, named, size),
                    java.util.Arrays.copyOf(sizes, kept),
                    java.util.Arrays.copyOf(steps, kept),
                    dense);
        }

        private static boolean[] named(long[] dim, int dims) {
            boolean[] named = new boolean[dims];
            if (dim.length == 0) {
                java.util.Arrays.fill(named, true);
            }
            for (long d : dim) {
                if (dims > 0) {
                    named[(int) (d < 0 ? d + dims : d)] = true;
                }
            }
            return named;
        }

        private static long[] inside(Tensor self, boolean[] named, long size) {
            long[] inside = {0};
            for (int d = 0; d < named.length; d++) {
                if (named[d]) {
                    long count = self.size(d);
                    long step = size * self.stride(d);
                    long[] grown = new long[Math.toIntExact(inside.length * count)];
                    for (int i = 0; i < grown.length; i++) {
                        grown[i] = inside[(int) (i / count)] + i % count * step;
                    }
                    inside = grown;
                }
            }
            return inside;
        }

        long start(long result) {
            long at = 0;
            long rest = result;
            for (int d = sizes.length - 1; d >= 0; d--) {
                at += rest % sizes[d] * steps[d];
                rest /= sizes[d];
            }
            return at;
        }
    }
}
