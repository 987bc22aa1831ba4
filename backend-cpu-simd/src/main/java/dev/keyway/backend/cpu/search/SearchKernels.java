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
import dev.keyway.spi.Kernel.Kernel3;
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
        registry.operator(
                "searchsorted.Tensor",
                Layout.CONTIGUOUS,
                dtype -> kernel(dtype, (Kernel3) SearchKernels::searchSorted));
        Predicate<Attributes> above = a -> ((BucketizeTensorAttributes) a).right();
        registry.operator(
                "bucketize.Tensor",
                Layout.CONTIGUOUS,
                dtype ->
                        kernel(
                                dtype,
                                (Kernel2)
                                        (call, out, values, boundaries) ->
                                                search(
                                                        call,
                                                        out,
                                                        boundaries,
                                                        boundaries.address(),
                                                        values,
                                                        above.test(call.attributes()))));
    }

    private static void searchSorted(
            KernelCall call, Tensor out, Tensor sequence, Tensor values, @Nullable Tensor sorter) {
        var a = call.attributes(SearchsortedTensorAttributes.class);
        String side = a.side();
        boolean right = side == null ? a.right() : side.equals("right");
        long from = sorter == null ? sequence.address() : sorted(call, sequence, sorter);
        search(call, out, sequence, from, values, right);
    }

    /** The address of the sequence's elements in the order of the sorter, line by line. */
    private static long sorted(KernelCall call, Tensor sequence, Tensor sorter) {
        long size = sequence.dtype().itemSize();
        long n = sequence.size(-1);
        long to = call.scratch(sequence.nbytes());
        for (long i = 0; i < sequence.numel(); i++) {
            long place = Memory.getLong(sorter.address() + Long.BYTES * i);
            if (place < 0 || place >= n) {
                throw new ArithmeticException(
                        "argument 'sorter' contains " + place + ", expected from 0 to " + (n - 1));
            }
            long from = sequence.address() + size * (i / n * n + place);
            if (size == Integer.BYTES) {
                Memory.putInt(to + size * i, Memory.getInt(from));
            } else {
                Memory.putLong(to + size * i, Memory.getLong(from));
            }
        }
        return to;
    }

    private static @Nullable Kernel kernel(DType dtype, Kernel kernel) {
        return switch (dtype) {
            case F32, F64, I32, I64 -> kernel;
            default -> null;
        };
    }

    private static void search(
            KernelCall call, Tensor out, Tensor sequence, long from, Tensor values, boolean above) {
        SortedSequence search = SortedSequence.of(values.dtype());
        boolean small = out.dtype() == DType.I32;
        long size = values.dtype().itemSize();
        int n = Math.toIntExact(sequence.size(-1));
        long each =
                sequence.dim() == 1 ? values.numel() : Math.max(1, values.size(values.dim() - 1));
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
