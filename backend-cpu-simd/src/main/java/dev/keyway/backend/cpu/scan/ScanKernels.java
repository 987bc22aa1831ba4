// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.scan;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.backend.cpu.KernelFamily;
import dev.keyway.backend.cpu.PlainFallback;
import dev.keyway.spi.Kernel.Kernel1;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;
import dev.keyway.spi.ScanOp;
import org.jspecify.annotations.Nullable;

/**
 * Registers running sums, products and extremes in f32 and f64, sums, products and maxima in i64.
 * Each line runs from its first element to its last, floating ones in f64; lines that lie side by
 * side run together, and tasks take whole lines.
 */
@AutoService(KernelFamily.class)
public final class ScanKernels implements KernelFamily {
    /** Elements of a task, about. */
    private static final long CHUNK = 1 << 13;

    /** Columns of a task. */
    private static final int WIDTH = 256;

    /** For {@code ServiceLoader}. */
    public ScanKernels() {}

    @Override
    public void register(KernelRegistry registry, PlainFallback plain) {
        registry.scan(
                Layout.CONTIGUOUS,
                (op, dtype) -> {
                    RunningLines lines = lines(op, dtype);
                    return lines == null ? plain.scan(op, dtype) : kernel(lines);
                });
    }

    private static @Nullable RunningLines lines(ScanOp op, DType dtype) {
        return switch (dtype) {
            case F32 -> new FloatRunning(op);
            case F64 -> new DoubleRunning(op);
            case I64 ->
                    switch (op) {
                        case SUM, MAX -> new LongRunning(op == ScanOp.MAX);
                        case PROD -> new LongProducts();
                        default -> null;
                    };
            default -> null;
        };
    }

    private static Kernel1 kernel(RunningLines lines) {
        return (call, out, self) -> {
            long size = self.dtype().itemSize();
            long outer = self.size(0);
            long n = self.size(1);
            long inner = self.size(2);
            long from = self.address();
            long to = out.address();
            if (inner == 1) {
                call.workers()
                        .parallel(
                                outer,
                                Math.max(1, CHUNK / Math.max(1, n)),
                                (start, end) -> {
                                    long at = size * start * n;
                                    lines.rows(to + at, from + at, n, end - start);
                                });
                return;
            }
            columns(call.workers(), lines, self, to);
        };
    }

    private static void columns(
            dev.keyway.spi.Workers workers, RunningLines lines, Tensor self, long to) {
        long size = self.dtype().itemSize();
        long n = self.size(1);
        long inner = self.size(2);
        long from = self.address();
        long blocks = (inner + WIDTH - 1) / WIDTH;
        workers.parallel(
                self.size(0) * blocks,
                Math.max(1, CHUNK / Math.max(1, n * Math.min(WIDTH, inner))),
                (start, end) -> {
                    for (long task = start; task < end; task++) {
                        long column = task % blocks * WIDTH;
                        long at = size * (task / blocks * n * inner + column);
                        int width = (int) Math.min(WIDTH, inner - column);
                        lines.columns(to + at, from + at, n, size * inner, width);
                    }
                });
    }
}
