// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.counting;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.attributes.HistcAttributes;
import dev.keyway.backend.cpu.KernelFamily;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.backend.cpu.PlainFallback;
import dev.keyway.spi.Kernel.Kernel1;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;
import dev.keyway.spi.Workers;

/**
 * Registers {@code histc} in f32 and f64. Chunks count for themselves, and their counts, which are
 * integers, are added up.
 */
@AutoService(KernelFamily.class)
public final class HistogramKernels implements KernelFamily {
    private static final long CHUNK = 1 << 16;

    /** For {@code ServiceLoader}. */
    public HistogramKernels() {}

    @Override
    public void register(KernelRegistry registry, PlainFallback plain) {
        registry.operator(
                "histc",
                Layout.CONTIGUOUS,
                dtype ->
                        switch (dtype) {
                            case F32, F64 -> KERNEL;
                            default -> null;
                        });
    }

    private static final Kernel1 KERNEL =
            (call, out, self) -> {
                HistcAttributes a = call.attributes(HistcAttributes.class);
                Workers workers = call.workers();
                double low = a.min().doubleValue();
                double high = a.max().doubleValue();
                write(out, counts(workers, self, low, high, Math.toIntExact(a.bins())));
            };

    private static void write(Tensor out, long[] counts) {
        long to = out.address();
        for (int bin = 0; bin < counts.length; bin++) {
            if (out.dtype() == DType.F32) {
                Memory.putFloat(to + 4L * bin, counts[bin]);
            } else {
                Memory.putDouble(to + 8L * bin, counts[bin]);
            }
        }
    }

    /** With equal bounds, those of the elements; where these are equal, moved apart by one. */
    static long[] counts(Workers workers, Tensor self, double min, double max, int bins) {
        long[] counts = new long[bins];
        double low = min;
        double high = max;
        if (low == high && self.numel() > 0) {
            double[] bounds = bounds(workers, self);
            low = bounds[0];
            high = bounds[1];
        }
        if (low == high) {
            low -= 1;
            high += 1;
        }
        add(workers, self, low, high, counts);
        return counts;
    }

    private static double[] bounds(Workers workers, Tensor self) {
        double[] all = {Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};
        long size = self.dtype().itemSize();
        long from = self.address();
        boolean single = self.dtype() == DType.F32;
        workers.parallel(
                self.numel(),
                CHUNK,
                (start, end) -> {
                    double[] own = {Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};
                    long at = from + size * start;
                    if (single) {
                        FloatHistogram.bounds(at, end - start, own);
                    } else {
                        DoubleHistogram.bounds(at, end - start, own);
                    }
                    synchronized (all) {
                        all[0] = Math.min(all[0], own[0]);
                        all[1] = Math.max(all[1], own[1]);
                    }
                });
        return all;
    }

    private static void add(Workers workers, Tensor self, double low, double high, long[] counts) {
        int bins = counts.length;
        long size = self.dtype().itemSize();
        long from = self.address();
        boolean single = self.dtype() == DType.F32;
        workers.parallel(
                self.numel(),
                Math.max(CHUNK, bins),
                (start, end) -> {
                    long[] own = new long[bins];
                    long at = from + size * start;
                    long count = end - start;
                    if (single) {
                        FloatHistogram.count(at, count, (float) low, (float) high, bins, own);
                    } else {
                        DoubleHistogram.count(at, count, low, high, bins, own);
                    }
                    synchronized (counts) {
                        for (int bin = 0; bin < bins; bin++) {
                            counts[bin] += own[bin];
                        }
                    }
                });
    }
}
