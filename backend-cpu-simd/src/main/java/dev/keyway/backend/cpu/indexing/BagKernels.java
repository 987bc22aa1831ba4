// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.indexing;

import com.google.auto.service.AutoService;
import dev.keyway.ArgumentException;
import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.attributes.EmbeddingBagAttributes;
import dev.keyway.backend.cpu.KernelFamily;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.backend.cpu.PlainFallback;
import dev.keyway.spi.Kernel.KernelN;
import dev.keyway.spi.KernelCall;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;
import dev.keyway.spi.Workers;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Registers {@code embedding_bag} in f32 and f64; a task fills whole bags. */
@AutoService(KernelFamily.class)
public final class BagKernels implements KernelFamily {
    /** Elements of a task, about. */
    private static final long CHUNK = 1 << 14;

    /** For {@code ServiceLoader}. */
    public BagKernels() {}

    @Override
    public void register(KernelRegistry registry, PlainFallback plain) {
        KernelN kernel = BagKernels::run;

        registry.operator(
                "embedding_bag",
                Layout.CONTIGUOUS,
                dtype -> dtype == DType.F32 || dtype == DType.F64 ? kernel : null);
    }

    private static void run(KernelCall call, Tensor[] out, @Nullable Tensor[] inputs) {
        var a = call.attributes(EmbeddingBagAttributes.class);
        Tensor weight = Objects.requireNonNull(inputs[0]);
        Tensor indices = Objects.requireNonNull(inputs[1]);
        Tensor factors = inputs.length > 3 ? inputs[3] : null;
        Tensor bags = out[0];
        if (bags.numel() == 0) {
            return;
        }
        Long padding = a.paddingIdx();
        long hidden = padding == null ? -1 : Math.floorMod(padding, weight.size(0));
        Bags all =
                new Bags(
                        weight.address(),
                        bags.address(),
                        bags.size(1),
                        rows(call, indices, weight.size(0), hidden),
                        starts(call, Objects.requireNonNull(inputs[2]), bags, indices.numel()),
                        factors == null ? 0 : factors.address(),
                        a.mode());
        fill(call.workers(), bags.dtype(), all);
    }

    /** All bags; the chunks depend on the mean number of a bag's rows. */
    static void fill(Workers workers, DType dtype, Bags bags) {
        int count = bags.starts().length - 1;
        long work = bags.width() * (1 + bags.rows().length / count);
        workers.parallel(
                count,
                Math.max(1, CHUNK / work),
                (start, end) -> {
                    for (int bag = (int) start; bag < end; bag++) {
                        if (dtype == DType.F32) {
                            FloatBags.fill(bags, bag);
                        } else {
                            DoubleBags.fill(bags, bag);
                        }
                    }
                });
    }

    private static int[] rows(KernelCall call, Tensor indices, long count, long hidden) {
        int[] rows = new int[Math.toIntExact(indices.numel())];
        boolean narrow = indices.dtype() == DType.I32;
        long address = indices.address();
        for (int i = 0; i < rows.length; i++) {
            long row = number(narrow, address, i);
            if (row < 0 || row >= count) {
                throw outside(call, "index", row, count);
            }
            rows[i] = row == hidden ? -1 : (int) row;
        }
        return rows;
    }

    /** Ascending, and the number of numbers behind them. */
    private static int[] starts(KernelCall call, Tensor offsets, Tensor bags, long count) {
        int[] starts = new int[Math.toIntExact(bags.size(0)) + 1];
        boolean narrow = offsets.dtype() == DType.I32;
        long address = offsets.address();
        for (int i = 0; i < starts.length - 1; i++) {
            long start = number(narrow, address, i);
            if (start < 0 || start > count) {
                throw outside(call, "offset", start, count + 1);
            }
            starts[i] = (int) start;
        }
        starts[starts.length - 1] = (int) count;
        Arrays.sort(starts);
        if (starts[0] != 0) {
            throw new ArgumentException(
                    call.operatorName()
                            + ": argument 'offsets' begins with "
                            + starts[0]
                            + ", expected 0, so that each number is in a bag");
        }
        return starts;
    }

    private static long number(boolean narrow, long address, int i) {
        return narrow ? Memory.getInt(address + 4L * i) : Memory.getLong(address + 8L * i);
    }

    private static ArgumentException outside(KernelCall call, String what, long at, long size) {
        return new ArgumentException(
                call.operatorName()
                        + ": "
                        + what
                        + " "
                        + at
                        + " is out of bounds for a dimension of size "
                        + size);
    }
}
