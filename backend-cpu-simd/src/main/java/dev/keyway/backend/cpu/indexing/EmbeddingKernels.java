// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.indexing;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.attributes.EmbeddingDenseBackwardAttributes;
import dev.keyway.backend.cpu.KernelFamily;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.backend.cpu.PlainFallback;
import dev.keyway.spi.Kernel.Kernel2;
import dev.keyway.spi.KernelCall;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Registers embeddings and their gradient in f32 and f64. In the gradient rows are added up in the
 * order of the indices; tasks take columns, so that the bits do not depend on the threads.
 */
@AutoService(KernelFamily.class)
public final class EmbeddingKernels implements KernelFamily {
    /** Columns of a task. */
    private static final long COLUMNS = 64;

    /** Bytes of a task that writes zeros. */
    private static final long ZEROS = 1 << 18;

    /** For {@code ServiceLoader}. */
    public EmbeddingKernels() {}

    @Override
    public void register(KernelRegistry registry, PlainFallback plain) {
        registry.operator(
                "embedding",
                Layout.STRIDED,
                dtype -> dtype == DType.F32 || dtype == DType.F64 ? EmbeddedRows.KERNEL : null);
        registry.operator(
                "embedding_dense_backward",
                Layout.CONTIGUOUS,
                dtype -> dtype == DType.F32 || dtype == DType.F64 ? backward(dtype) : null);
    }

    private static Kernel2 backward(DType dtype) {
        RowSum sum = Objects.requireNonNull(RowSum.of(dtype));
        return (call, out, grad, indices) -> {
            var a = call.attributes(EmbeddingDenseBackwardAttributes.class);
            long to = out.address();
            call.workers()
                    .parallel(
                            out.nbytes(),
                            ZEROS,
                            (start, end) -> LongFill.run(to + start, 0, end - start));
            long[] places = places(indices, out.size(0), a.paddingIdx());
            double @Nullable [] shares =
                    a.scaleGradByFreq() ? shares(places, (int) out.size(0)) : null;
            add(call, sum, out, grad, places, shares);
        };
    }

    /** The rows that are written; -1 for the padding. */
    private static long[] places(Tensor indices, long rows, long padding) {
        boolean narrow = indices.dtype() == DType.I32;
        long address = indices.address();
        long[] places = new long[Math.toIntExact(indices.numel())];
        for (int i = 0; i < places.length; i++) {
            long place =
                    narrow ? Memory.getInt(address + 4L * i) : Memory.getLong(address + 8L * i);
            places[i] = place == padding ? -1 : GatherKernels.checked(place, rows);
        }
        return places;
    }

    /** How often each row was asked for. */
    private static double[] shares(long[] places, int rows) {
        double[] counts = new double[rows];
        for (long place : places) {
            if (place >= 0) {
                counts[(int) place]++;
            }
        }
        return counts;
    }

    private static void add(
            KernelCall call,
            RowSum sum,
            Tensor out,
            Tensor grad,
            long[] places,
            double @Nullable [] counts) {
        long size = out.dtype().itemSize();
        long width = out.size(1);
        long to = out.address();
        long from = grad.address();
        call.workers()
                .parallel(
                        width,
                        COLUMNS,
                        (start, end) -> {
                            for (int i = 0; i < places.length; i++) {
                                if (places[i] >= 0) {
                                    long target = to + size * (places[i] * width + start);
                                    long source = from + size * (i * width + start);
                                    if (counts == null) {
                                        sum.add(target, source, end - start);
                                    } else {
                                        double count = counts[(int) places[i]];
                                        sum.addShare(target, source, end - start, count);
                                    }
                                }
                            }
                        });
    }
}
