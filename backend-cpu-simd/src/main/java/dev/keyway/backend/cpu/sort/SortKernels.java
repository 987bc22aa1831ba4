// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.sort;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.attributes.TopkAttributes;
import dev.keyway.backend.cpu.KernelFamily;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.backend.cpu.PlainFallback;
import dev.keyway.spi.Kernel;
import dev.keyway.spi.Kernel.KernelN;
import dev.keyway.spi.KernelCall;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;
import dev.keyway.spi.Primitives;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Registers sorting in f32, i32, f64 and i64 and the selection of the largest in f32 and i32. A
 * task sorts whole lines, so that the result does not depend on threads.
 */
@AutoService(KernelFamily.class)
public final class SortKernels implements KernelFamily {
    /** Elements of a task, about. */
    private static final long CHUNK = 1 << 12;

    /** For {@code ServiceLoader}. */
    public SortKernels() {}

    @Override
    public void register(KernelRegistry registry, PlainFallback plain) {
        registry.sort(
                Layout.STRIDED, dtype -> isVectored(dtype) ? SortKernels::sort : plain.sort(dtype));
        registry.operator(
                "topk",
                Layout.CONTIGUOUS,
                dtype -> dtype == DType.F32 || dtype == DType.I32 ? topk() : null);
    }

    private static boolean isVectored(DType dtype) {
        return switch (dtype) {
            case F32, I32, F64, I64 -> true;
            default -> false;
        };
    }

    /** Lines along dimension 1, in bytes. */
    private record Shape(long outer, int n, long inner, long[] steps) {
        static Shape of(Tensor self) {
            long size = self.dtype().itemSize();
            long[] steps = self.strides();
            for (int d = 0; d < steps.length; d++) {
                steps[d] *= size;
            }
            return new Shape(self.size(0), Math.toIntExact(self.size(1)), self.size(2), steps);
        }

        long at(long line) {
            return line / inner * steps[0] + line % inner * steps[2];
        }
    }

    private static void sort(KernelCall call, Tensor[] out, @Nullable Tensor[] inputs) {
        Tensor self = Objects.requireNonNull(inputs[0]);
        boolean descending = call.attributes(Primitives.Sort.class).descending();
        Shape from = Shape.of(self);
        Shape values = Shape.of(out[0]);
        Shape places = Shape.of(out[1]);
        long start = self.address();
        long toValues = out[0].address();
        long toPlaces = out[1].address();
        DType dtype = self.dtype();
        call.workers()
                .parallel(
                        from.outer * from.inner,
                        Math.max(1, CHUNK / Math.max(1, from.n)),
                        (first, end) -> {
                            try (LineSort sort = LineSort.of(dtype, from.n, descending)) {
                                for (long line = first; line < end; line++) {
                                    sort.load(start + from.at(line), from.steps[1]);
                                    sort.sort();
                                    sort.store(
                                            from.n,
                                            toValues + values.at(line),
                                            values.steps[1],
                                            toPlaces + places.at(line),
                                            places.steps[1]);
                                }
                            }
                        });
    }

    private static Kernel topk() {
        KernelN kernel = SortKernels::topk;
        return kernel;
    }

    private static void topk(KernelCall call, Tensor[] out, @Nullable Tensor[] inputs) {
        TopkAttributes a = call.attributes(TopkAttributes.class);
        Tensor self = Objects.requireNonNull(inputs[0]);
        int dims = self.dim();
        int dim = (int) (a.dim() < 0 ? a.dim() + Math.max(dims, 1) : a.dim());
        long inner = 1;
        for (int d = dim + 1; d < dims; d++) {
            inner *= self.size(d);
        }
        int n = dims == 0 ? 1 : Math.toIntExact(self.size(dim));
        int k = dims == 0 ? 1 : Math.toIntExact(a.k());
        if (k == 0) {
            return;
        }
        long lines = self.numel() / n;
        long size = self.dtype().itemSize();
        long step = size * inner;
        long width = inner;
        long start = self.address();
        long toValues = out[0].address();
        long toPlaces = out[1].address();
        DType dtype = self.dtype();
        if (inner == 1 && TopScan.pays(n, k)) {
            scan(call, out, self, n, k, a.largest());
            return;
        }
        call.workers()
                .parallel(
                        lines,
                        Math.max(1, 4 * CHUNK / n),
                        (first, end) -> {
                            boolean floating = dtype == DType.F32;
                            try (PackedSort sort = PackedSort.take(floating, n, a.largest())) {
                                for (long line = first; line < end; line++) {
                                    long column = line % width;
                                    long row = line / width;
                                    sort.load(start + size * (row * n * width + column), step);
                                    sort.select(k);
                                    long at = row * k * width + column;
                                    sort.store(
                                            k,
                                            toValues + size * at,
                                            step,
                                            toPlaces + Long.BYTES * at,
                                            Long.BYTES * width);
                                }
                            }
                        });
    }

    /** Dense lines of which a small part is wanted. */
    private static void scan(
            KernelCall call, Tensor[] out, Tensor self, int n, int k, boolean largest) {
        boolean floating = self.dtype() == DType.F32;
        long from = self.address();
        long toValues = out[0].address();
        long toPlaces = out[1].address();
        call.workers()
                .parallel(
                        self.numel() / n,
                        Math.max(1, 4 * CHUNK / n),
                        (first, end) -> {
                            TopScan scan = new TopScan(floating, k, largest);
                            for (long line = first; line < end; line++) {
                                long start = from + (long) Integer.BYTES * line * n;
                                long[] found = scan.select(start, n);
                                for (int i = 0; i < k; i++) {
                                    int place = (int) found[i];
                                    int bits = Memory.getInt(start + (long) Integer.BYTES * place);
                                    long at = line * k + i;
                                    Memory.putInt(toValues + Integer.BYTES * at, bits);
                                    Memory.putLong(toPlaces + Long.BYTES * at, place);
                                }
                            }
                        });
    }
}
