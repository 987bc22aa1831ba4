// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import dev.keyway.Tensor;
import dev.keyway.backend.cpu.Spare;
import dev.keyway.spi.KernelCall;

import org.jspecify.annotations.Nullable;

import java.util.Objects;
import java.util.function.Consumer;

/** Packs the weights of a call into memory that the runtime keeps; serves one call at a time. */
final class WeightPacking implements Consumer<Tensor> {
    private static final Spare<WeightPacking> SPARE = new Spare<>(WeightPacking::new);

    /** Packs weights. */
    @FunctionalInterface
    interface Packer {
        void pack(KernelCall call, Convolution shape, Tensor weight, long packed);
    }

    /** Null between calls, as they belong to a runtime. */
    private @Nullable KernelCall call;

    private @Nullable Convolution shape;
    private @Nullable Tensor weight;
    private @Nullable Packer packer;

    private WeightPacking() {}

    /**
     * The packed weights that are kept. Not those of groups: how many there are does not show in
     * the weights.
     *
     * @param form stands for how they are packed, see {@link KernelCall#derived}
     * @return null where they are not kept
     */
    static @Nullable Tensor kept(
            KernelCall call,
            Convolution shape,
            Tensor weight,
            Object form,
            long bytes,
            Packer packer) {
        if (shape.groups() > 1 || bytes == 0) {
            return null;
        }
        WeightPacking packing = SPARE.take();
        packing.set(call, shape, weight, packer);
        Tensor kept = call.derived(weight, form, bytes, packing);
        packing.set(null, null, null, null);
        SPARE.give(packing);
        return kept;
    }

    private void set(
            @Nullable KernelCall newCall,
            @Nullable Convolution newShape,
            @Nullable Tensor newWeight,
            @Nullable Packer newPacker) {
        call = newCall;
        shape = newShape;
        weight = newWeight;
        packer = newPacker;
    }

    @Override
    public void accept(Tensor memory) {
        Objects.requireNonNull(packer)
                .pack(
                        Objects.requireNonNull(call),
                        Objects.requireNonNull(shape),
                        Objects.requireNonNull(weight),
                        memory.address());
    }
}
