// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.reduction;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.attributes.CountNonzeroAttributes;
import dev.keyway.backend.cpu.KernelFamily;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.backend.cpu.PlainFallback;
import dev.keyway.spi.Kernel.Kernel1;
import dev.keyway.spi.KernelCall;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;
import org.jspecify.annotations.Nullable;

/**
 * Registers {@code count_nonzero} in the dtypes that are computed in: the bits but the sign of a
 * floating zero are looked at, so that NaN counts.
 */
@AutoService(KernelFamily.class)
public final class CountKernels implements KernelFamily {
    /** Elements of a task, about; a piece of a long line. */
    private static final int CHUNK = 1 << 14;

    /** Neighbouring lines of a task. */
    private static final int WIDTH = 256;

    /** For {@code ServiceLoader}. */
    public CountKernels() {}

    /** A loop over elements of one dtype. */
    @FunctionalInterface
    private interface Count {
        /** Of {@code count} elements side by side, few enough for an int. */
        long of(long address, int count);
    }

    @Override
    public void register(KernelRegistry registry, PlainFallback plain) {
        registry.operator(
                "count_nonzero",
                Layout.CONTIGUOUS,
                dtype -> {
                    Count count = count(dtype);
                    return count == null ? null : kernel(count);
                });
    }

    private static @Nullable Count count(DType dtype) {
        return switch (dtype) {
            case BOOL -> NonzeroCounts::bytes;
            case I32 -> (at, n) -> NonzeroCounts.ints(at, n, -1);
            case F32 -> (at, n) -> NonzeroCounts.ints(at, n, Integer.MAX_VALUE);
            case I64 -> (at, n) -> NonzeroCounts.longs(at, n, -1);
            case F64 -> (at, n) -> NonzeroCounts.longs(at, n, Long.MAX_VALUE);
            default -> null;
        };
    }

    private static Kernel1 kernel(Count count) {
        return (call, out, self) -> {
            Reduced reduced = Reduced.of(self, call.attributes(CountNonzeroAttributes.class).dim());
            int size = self.dtype().itemSize();
            int kept = reduced.steps().length;
            if (reduced.dense()) {
                lines(call, count, out, self, reduced, size);
            } else if (kept > 0 && reduced.steps()[kept - 1] == size) {
                beside(call, out, self, reduced, size);
            } else {
                spread(call, count, out, self, reduced);
            }
        };
    }

    /** Long lines in pieces, whose counts are added up at the end. */
    private static void lines(
            KernelCall call, Count count, Tensor out, Tensor self, Reduced reduced, int size) {
        long from = self.address();
        long to = out.address();
        int n = reduced.n();
        long results = out.numel();
        long pieces = Math.max(1, (n + CHUNK - 1L) / CHUNK);
        long target = pieces == 1 ? to : call.scratch(Long.BYTES * results * pieces);
        call.workers()
                .parallel(
                        results * pieces,
                        pieces > 1 ? 1 : Math.max(1, CHUNK / Math.max(1, n)),
                        (start, end) -> {
                            for (long task = start; task < end; task++) {
                                long first = task % pieces * CHUNK;
                                int length = (int) Math.min(CHUNK, n - first);
                                long line = from + reduced.start(task / pieces) + size * first;
                                Memory.putLong(target + Long.BYTES * task, count.of(line, length));
                            }
                        });
        for (long i = 0; i < results && pieces > 1; i++) {
            long found = 0;
            for (long task = i * pieces; task < (i + 1) * pieces; task++) {
                found += Memory.getLong(target + Long.BYTES * task);
            }
            Memory.putLong(to + Long.BYTES * i, found);
        }
    }

    /** Lines side by side. */
    private static void beside(
            KernelCall call, Tensor out, Tensor self, Reduced reduced, int size) {
        long[] sizes = reduced.sizes();
        long inner = sizes[sizes.length - 1];
        long outer = out.numel() / inner;
        long blocks = (inner + WIDTH - 1) / WIDTH;
        long work = reduced.n() * Math.min(WIDTH, inner);
        boolean floating = self.dtype().isFloating();
        long from = self.address();
        long to = out.address();
        call.workers()
                .parallel(
                        outer * blocks,
                        Math.max(1, CHUNK / Math.max(1, work)),
                        (start, end) -> {
                            long[] counts = new long[WIDTH];
                            for (long task = start; task < end; task++) {
                                long column = task % blocks * WIDTH;
                                long first = task / blocks * inner + column;
                                int width = (int) Math.min(WIDTH, inner - column);
                                long at = from + reduced.start(first);
                                NonzeroCounts.columns(
                                        size, floating, at, reduced.inside(), width, counts);
                                for (int i = 0; i < width; i++) {
                                    Memory.putLong(to + Long.BYTES * (first + i), counts[i]);
                                }
                            }
                        });
    }

    /** One element after another. */
    private static void spread(
            KernelCall call, Count count, Tensor out, Tensor self, Reduced reduced) {
        long from = self.address();
        long to = out.address();
        call.workers()
                .parallel(
                        out.numel(),
                        Math.max(1, CHUNK / Math.max(1, reduced.n())),
                        (start, end) -> {
                            for (long i = start; i < end; i++) {
                                long line = from + reduced.start(i);
                                long found = 0;
                                for (long offset : reduced.inside()) {
                                    found += count.of(line + offset, 1);
                                }
                                Memory.putLong(to + Long.BYTES * i, found);
                            }
                        });
    }
}
