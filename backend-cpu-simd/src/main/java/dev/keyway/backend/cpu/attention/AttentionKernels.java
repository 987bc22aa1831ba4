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
                Layout.CONTIGUOUS,
                dtype ->
                        switch (dtype) {
                            case F32 ->
                                    (KernelN)
                                            (call, out, inputs) ->
                                                    FloatAttention.forward(
                                                            call.workers(),
                                                            shape(call, inputs),
                                                            given(inputs, 0).address(),
                                                            given(inputs, 1).address(),
                                                            given(inputs, 2).address(),
                                                            out[0].address(),
                                                            out[1].address());
                            case F64 ->
                                    (KernelN)
                                            (call, out, inputs) ->
                                                    DoubleAttention.forward(
                                                            call.workers(),
                                                            shape(call, inputs),
                                                            given(inputs, 0).address(),
                                                            given(inputs, 1).address(),
                                                            given(inputs, 2).address(),
                                                            out[0].address(),
                                                            out[1].address());
                            default -> null;
                        });
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
