// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.search;

import com.google.auto.service.AutoService;
import dev.keyway.Attributes;
import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.attributes.BucketizeTensorAttributes;
import dev.keyway.attributes.SearchsortedTensorAttributes;
import dev.keyway.backend.cpu.KernelFamily;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.backend.cpu.PlainFallback;
import dev.keyway.spi.Kernel;
import dev.keyway.spi.Kernel.Kernel2;
import dev.keyway.spi.KernelCall;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Registers the search in sorted sequences for f32, f64, i32 and i64. */
@AutoService(KernelFamily.class)
public final class SearchKernels implements KernelFamily {
    /** Values of a task. */
    private static final long CHUNK = 1 << 10;

    /** For {@code ServiceLoader}. */
    public SearchKernels() {}

    @Override
    public void register(KernelRegistry registry, PlainFallback plain) {
        Predicate<Attributes> right = a -> ((SearchsortedTensorAttributes) a).right();
        registry.operator(
                "searchsorted.Tensor",
                Layout.CONTIGUOUS,
                dtype -> kernel(dtype, (call, out, a, b) -> search(call, out, a, b, right)));
        Predicate<Attributes> above = a -> ((BucketizeTensorAttributes) a).right();
        registry.operator(
                "bucketize.Tensor",
                Layout.CONTIGUOUS,
                dtype -> kernel(dtype, (call, out, a, b) -> search(call, out, b, a, above)));
    }

    private static @Nullable Kernel kernel(DType dtype, Kernel2 kernel) {
        return switch (dtype) {
            case F32, F64, I32, I64 -> kernel;
            default -> null;
        };
    }

    private static void search(
            KernelCall call,
            Tensor out,
            Tensor sequence,
            Tensor values,
            Predicate<Attributes> right) {
        SortedSequence search = SortedSequence.of(values.dtype());
        boolean above = right.test(call.attributes());
        boolean small = out.dtype() == DType.I32;
        long size = values.dtype().itemSize();
        int n = Math.toIntExact(sequence.size(-1));
        long each =
                sequence.dim() == 1 ? values.numel() : Math.max(1, values.size(values.dim() - 1));
        long from = sequence.address();
        long first = values.address();
        long to = out.address();
        call.workers()
                .parallel(
                        values.numel(),
                        CHUNK,
                        (start, end) -> {
                            for (long i = start; i < end; i++) {
                                long line = from + size * (i / each * n);
                                int place = search.place(line, n, first + size * i, above);
                                if (small) {
                                    Memory.putInt(to + Integer.BYTES * i, place);
                                } else {
                                    Memory.putLong(to + Long.BYTES * i, place);
                                }
                            }
                        });
    }
}
