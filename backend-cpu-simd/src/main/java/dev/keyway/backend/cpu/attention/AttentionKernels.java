// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.attention;

import com.google.auto.service.AutoService;

import dev.keyway.Tensor;
import dev.keyway.attributes.ScaledDotProductFlashAttentionForCpuAttributes;
import dev.keyway.backend.cpu.KernelFamily;
import dev.keyway.backend.cpu.PlainFallback;
import dev.keyway.backend.cpu.Spare;
import dev.keyway.spi.Kernel.KernelN;
import dev.keyway.spi.KernelCall;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;

import org.jspecify.annotations.Nullable;

import java.util.Objects;

/** Registers fused attention in f32 and f64. */
@AutoService(KernelFamily.class)
public final class AttentionKernels implements KernelFamily {
    private static final Spare<Described> DESCRIBED = new Spare<>(Described::new);

    /** For {@code ServiceLoader}. */
    public AttentionKernels() {}

    @Override
    public void register(KernelRegistry registry, PlainFallback plain) {
        registry.operator(
                "_scaled_dot_product_flash_attention_for_cpu",
                Layout.STRIDED,
                dtype ->
                        switch (dtype) {
                            case F32 -> (KernelN) AttentionKernels::floats;
                            case F64 -> (KernelN) AttentionKernels::doubles;
                            default -> null;
                        });
    }

    private static void floats(KernelCall call, Tensor[] out, @Nullable Tensor[] inputs) {
        Described of = DESCRIBED.take();
        of.describe(call, inputs);
        FloatAttention.forward(
                call.workers(),
                of.shape,
                of.query,
                of.key,
                of.value,
                out[0].address(),
                out[1].address(),
                call.scratch(FloatAttention.scratchBytes(of.shape, of.value)));
        DESCRIBED.give(of);
    }

    private static void doubles(KernelCall call, Tensor[] out, @Nullable Tensor[] inputs) {
        Described of = DESCRIBED.take();
        of.describe(call, inputs);
        DoubleAttention.forward(
                call.workers(),
                of.shape,
                of.query,
                of.key,
                of.value,
                out[0].address(),
                out[1].address(),
                call.scratch(DoubleAttention.scratchBytes(of.shape, of.value)));
        DESCRIBED.give(of);
    }

    /** What describes a call, for the next one. */
    private static final class Described {
        final AttentionShape shape = new AttentionShape();
        final Heads query = new Heads();
        final Heads key = new Heads();
        final Heads value = new Heads();

        void describe(KernelCall call, @Nullable Tensor[] inputs) {
            AttentionKernels.describe(shape, call, inputs);
            AttentionKernels.describe(query, inputs, 0);
            AttentionKernels.describe(key, inputs, 1);
            AttentionKernels.describe(value, inputs, 2);
        }
    }

    private static void describe(Heads heads, @Nullable Tensor[] inputs, int index) {
        Tensor of = given(inputs, index);
        heads.set(
                of.address(),
                Math.toIntExact(of.size(1)),
                of.stride(0),
                of.stride(1),
                of.stride(2),
                of.stride(3));
    }

    private static Tensor given(@Nullable Tensor[] inputs, int index) {
        return Objects.requireNonNull(inputs[index]);
    }

    private static void describe(AttentionShape shape, KernelCall call, @Nullable Tensor[] inputs) {
        var a = call.attributes(ScaledDotProductFlashAttentionForCpuAttributes.class);
        Tensor query = given(inputs, 0);
        Tensor key = given(inputs, 1);
        Tensor value = given(inputs, 2);
        Tensor mask = inputs[3];
        Double scale = a.scale();
        shape.set(
                Math.toIntExact(query.size(0)),
                Math.toIntExact(query.size(1)),
                Math.toIntExact(query.size(2)),
                Math.toIntExact(key.size(2)),
                Math.toIntExact(query.size(3)),
                Math.toIntExact(value.size(3)),
                scale == null ? 1 / Math.sqrt(query.size(3)) : scale,
                a.isCausal(),
                mask == null ? 0 : mask.address(),
                step(mask, 4),
                step(mask, 3),
                step(mask, 2),
                step(mask, 1));
    }

    /** Elements from one to the next in a dimension counted from the end; 0 where it broadcasts. */
    private static long step(@Nullable Tensor mask, int fromEnd) {
        if (mask == null || mask.dim() < fromEnd || mask.size(mask.dim() - fromEnd) == 1) {
            return 0;
        }
        return mask.stride(mask.dim() - fromEnd);
    }
}
