// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.indexing;

import com.google.auto.service.AutoService;
import dev.keyway.ArgumentException;
import dev.keyway.Tensor;
import dev.keyway.backend.cpu.KernelFamily;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.backend.cpu.PlainFallback;
import dev.keyway.spi.Kernel.Kernel3;
import dev.keyway.spi.Kernel.KernelN;
import dev.keyway.spi.KernelCall;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Registers {@code masked_select} and {@code masked_scatter} for elements of every size. An operand
 * of another shape than the result's is first written out in that shape.
 */
@AutoService(KernelFamily.class)
public final class MaskKernels implements KernelFamily {
    /** For {@code ServiceLoader}. */
    public MaskKernels() {}

    @Override
    public void register(KernelRegistry registry, PlainFallback plain) {
        KernelN select = MaskKernels::select;
        Kernel3 scatter = MaskKernels::scatter;
        registry.operator("masked_select", Layout.CONTIGUOUS, dtype -> select);
        registry.operator("masked_scatter", Layout.CONTIGUOUS, dtype -> scatter);
    }

    private static void select(KernelCall call, Tensor[] out, @Nullable Tensor[] inputs) {
        Tensor self = Objects.requireNonNull(inputs[0]);
        Tensor mask = Objects.requireNonNull(inputs[1]);
        long[] sizes = sizes(self.sizes(), mask.sizes());
        long found =
                MaskedMoves.select(
                        call.workers(),
                        self.dtype().itemSize(),
                        wide(call, self, sizes),
                        wide(call, mask, sizes),
                        out[0].numel(),
                        out[0].address());
        Memory.putLong(out[1].address(), found);
    }

    private static void scatter(
            KernelCall call, Tensor out, Tensor self, Tensor mask, @Nullable Tensor source) {
        Tensor given = Objects.requireNonNull(source);
        long trues = wide(call, mask, out.sizes());
        long[] starts = TruePositions.starts(call.workers(), trues, out.numel());
        long needed = starts[starts.length - 1];
        if (needed > given.numel()) {
            throw new ArgumentException(
                    call.operatorName()
                            + ": index "
                            + given.numel()
                            + " is out of bounds for a dimension of size "
                            + given.numel()
                            + "; the mask is true "
                            + needed
                            + " times, and argument 'source' has fewer elements");
        }
        MaskedMoves.scatter(
                call.workers(),
                out.dtype().itemSize(),
                wide(call, self, out.sizes()),
                trues,
                out.numel(),
                starts,
                given.address(),
                out.address());
    }

    /** The meta function has checked that they broadcast. */
    private static long[] sizes(long[] a, long[] b) {
        long[] sizes = new long[Math.max(a.length, b.length)];
        for (int d = 1; d <= sizes.length; d++) {
            long x = d <= a.length ? a[a.length - d] : 1;
            long y = d <= b.length ? b[b.length - d] : 1;
            sizes[sizes.length - d] = x == 1 ? y : x;
        }
        return sizes;
    }

    /** The address of the elements in a shape to which they broadcast. */
    private static long wide(KernelCall call, Tensor tensor, long[] sizes) {
        long[] own = tensor.sizes();
        if (Arrays.equals(own, sizes)) {
            return tensor.address();
        }
        int size = tensor.dtype().itemSize();
        long count = Arrays.stream(sizes).reduce(1, (a, b) -> a * b);
        long to = call.scratch(Math.max(1, size * count));
        long from = tensor.address();
        for (long i = 0; i < count; i++) {
            long rest = i;
            long place = 0;
            long step = 1;
            for (int d = sizes.length - 1; d >= 0; d--) {
                int dim = own.length - sizes.length + d;
                if (dim >= 0) {
                    place += own[dim] == 1 ? 0 : rest % sizes[d] * step;
                    step *= own[dim];
                }
                rest /= sizes[d];
            }
            Moves.element(size, to + size * i, from + size * place);
        }
        return to;
    }
}
