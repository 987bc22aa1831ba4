// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.attention;

import com.google.auto.service.AutoService;

import dev.keyway.Tensor;
import dev.keyway.attributes.ScaledDotProductFlashAttentionForCpuAttributes;
import dev.keyway.backend.cpu.KernelFamily;
import dev.keyway.backend.cpu.PlainFallback;
import dev.keyway.spi.Kernel.KernelN;
import dev.keyway.spi.KernelCall;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;

import org.jspecify.annotations.Nullable;

import java.util.Objects;

/** Registers fused attention in f32 and f64. */
@AutoService(KernelFamily.class)
public final class AttentionKernels implements KernelFamily {
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
        AttentionShape shape = shape(call, inputs);
        Heads value = heads(inputs, 2);
        FloatAttention.forward(
                call.workers(),
                shape,
                heads(inputs, 0),
                heads(inputs, 1),
                value,
                out[0].address(),
                out[1].address(),
                call.scratch(FloatAttention.scratchBytes(shape, value)));
    }

    private static void doubles(KernelCall call, Tensor[] out, @Nullable Tensor[] inputs) {
        AttentionShape shape = shape(call, inputs);
        Heads value = heads(inputs, 2);
        DoubleAttention.forward(
                call.workers(),
                shape,
                heads(inputs, 0),
                heads(inputs, 1),
                value,
                out[0].address(),
                out[1].address(),
                call.scratch(DoubleAttention.scratchBytes(shape, value)));
    }

    private static Heads heads(@Nullable Tensor[] inputs, int index) {
        Tensor of = given(inputs, index);
        return new Heads(
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

    private static AttentionShape shape(KernelCall call, @Nullable Tensor[] inputs) {
        var a = call.attributes(ScaledDotProductFlashAttentionForCpuAttributes.class);
        Tensor query = given(inputs, 0);
        Tensor key = given(inputs, 1);
        Tensor value = given(inputs, 2);
        Tensor mask = inputs[3];
        Double scale = a.scale();
        return new AttentionShape(
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
