// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.network;

import com.google.auto.service.AutoService;
import dev.keyway.backend.cpu.KernelFamily;
import dev.keyway.backend.cpu.PlainFallback;

import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.attributes.NativeBatchNormBackwardAttributes;
import dev.keyway.spi.Kernel;
import dev.keyway.spi.Kernel.KernelN;
import dev.keyway.spi.KernelCall;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;

import org.jspecify.annotations.Nullable;

import java.util.Objects;

/** Registers batch normalisation and its gradient in f32 and f64. */
@AutoService(KernelFamily.class)
public final class NormalizationKernels implements KernelFamily {
    /** For {@code ServiceLoader}. */
    public NormalizationKernels() {}

    @Override
    public void register(KernelRegistry registry, PlainFallback plain) {
        registry.operator(
                "native_batch_norm",
                Layout.CONTIGUOUS,
                dtype ->
                        switch (dtype) {
                            case F32 -> (KernelN) FloatBatchNormKernel::run;
                            case F64 -> (KernelN) DoubleBatchNormKernel::run;
                            default -> null;
                        });
        registry.operator(
                "native_batch_norm_backward", Layout.CONTIGUOUS, NormalizationKernels::backward);
    }

    private static @Nullable Kernel backward(DType dtype) {
        return switch (dtype) {
            case F32 ->
                    (KernelN)
                            (call, out, inputs) -> {
                                Tensor input = Objects.requireNonNull(inputs[1]);
                                FloatBatchNorm.backward(
                                        call.workers(),
                                        shape(input),
                                        address(inputs[0]),
                                        input.address(),
                                        address(inputs[2]),
                                        address(inputs[3]),
                                        address(inputs[4]),
                                        training(call),
                                        out[0].address(),
                                        out[1].address(),
                                        out[2].address());
                            };
            case F64 ->
                    (KernelN)
                            (call, out, inputs) -> {
                                Tensor input = Objects.requireNonNull(inputs[1]);
                                DoubleBatchNorm.backward(
                                        call.workers(),
                                        shape(input),
                                        address(inputs[0]),
                                        input.address(),
                                        address(inputs[2]),
                                        address(inputs[3]),
                                        address(inputs[4]),
                                        training(call),
                                        out[0].address(),
                                        out[1].address(),
                                        out[2].address());
                            };
            default -> null;
        };
    }

    private static boolean training(KernelCall call) {
        return call.attributes(NativeBatchNormBackwardAttributes.class).training();
    }

    /** The shape of {@code [batch, channels, ...]}. */
    static BatchNorm shape(Tensor input) {
        long pixels = 1;
        for (int i = 2; i < input.dim(); i++) {
            pixels *= input.size(i);
        }
        return new BatchNorm(
                Math.toIntExact(input.size(0)),
                Math.toIntExact(input.size(1)),
                Math.toIntExact(pixels));
    }

    /** The address; 0 for none. */
    static long address(@Nullable Tensor tensor) {
        return tensor == null ? 0 : tensor.address();
    }
}
