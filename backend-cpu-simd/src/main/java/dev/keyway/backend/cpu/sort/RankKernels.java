// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.sort;

import com.google.auto.service.AutoService;
import dev.keyway.Attributes;
import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.attributes.KthvalueAttributes;
import dev.keyway.attributes.MedianDimAttributes;
import dev.keyway.attributes.NanmedianDimAttributes;
import dev.keyway.backend.cpu.KernelFamily;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.backend.cpu.PlainFallback;
import dev.keyway.spi.Kernel.KernelN;
import dev.keyway.spi.KernelCall;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;
import java.util.Objects;
import java.util.function.Function;

/**
 * Registers the k-th element and the medians along a dimension in f32 and i32. A task takes whole
 * lines.
 */
@AutoService(KernelFamily.class)
public final class RankKernels implements KernelFamily {
    /** Elements of a task, about. */
    private static final long CHUNK = 1 << 14;

    /** For {@code ServiceLoader}. */
    public RankKernels() {}

    /** Which of n elements, of which some are NaN and the largest, is asked for. */
    @FunctionalInterface
    interface Rank {
        int of(int n, int nans);
    }

    /** What a call asks for. */
    private record Asked(long dim, Rank rank) {}

    @Override
    public void register(KernelRegistry registry, PlainFallback plain) {
        add(
                registry,
                "kthvalue",
                given -> {
                    KthvalueAttributes a = (KthvalueAttributes) given;
                    int rank = (int) a.k() - 1;
                    return new Asked(a.dim(), (n, nans) -> rank);
                });
        add(
                registry,
                "median.dim",
                given -> new Asked(((MedianDimAttributes) given).dim(), RankKernels::median));
        add(
                registry,
                "nanmedian.dim",
                given -> new Asked(((NanmedianDimAttributes) given).dim(), RankKernels::ofNumbers));
    }

    /** The first NaN, if there is one. */
    static int median(int n, int nans) {
        return nans == 0 ? (n - 1) / 2 : n - nans;
    }

    /** Of the numbers; without any, the first NaN. */
    static int ofNumbers(int n, int nans) {
        return Math.max(n - nans - 1, 0) / 2;
    }

    private static void add(
            KernelRegistry registry, String name, Function<Attributes, Asked> asked) {
        KernelN kernel =
                (call, out, inputs) ->
                        run(
                                call,
                                out,
                                Objects.requireNonNull(inputs[0]),
                                asked.apply(call.attributes()));

        registry.operator(
                name,
                Layout.CONTIGUOUS,
                dtype -> dtype == DType.F32 || dtype == DType.I32 ? kernel : null);
    }

    private static void run(KernelCall call, Tensor[] out, Tensor self, Asked asked) {
        int dims = self.dim();
        int dim = (int) (asked.dim < 0 ? asked.dim + Math.max(dims, 1) : asked.dim);
        int n = dims == 0 ? 1 : Math.toIntExact(self.size(dim));
        long inner = 1;
        for (int d = dim + 1; d < dims; d++) {
            inner *= self.size(d);
        }
        boolean floating = self.dtype() == DType.F32;
        long width = inner;
        long step = Integer.BYTES * width;
        long from = self.address();
        long values = out[0].address();
        long places = out[1].address();
        call.workers()
                .parallel(
                        out[0].numel(),
                        Math.max(1, CHUNK / n),
                        (first, end) -> {
                            LineRank line = new LineRank(floating, n);
                            for (long at = first; at < end; at++) {
                                long start =
                                        from
                                                + Integer.BYTES
                                                        * (at / width * n * width + at % width);
                                int rank = asked.rank.of(n, line.load(start, step));
                                int place = line.place(start, step, rank);
                                int bits = Memory.getInt(start + place * step);
                                Memory.putInt(values + Integer.BYTES * at, bits);
                                Memory.putLong(places + Long.BYTES * at, place);
                            }
                        });
    }
}
