// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.network;

import com.google.auto.service.AutoService;

import dev.keyway.Tensor;
import dev.keyway.backend.cpu.KernelFamily;
import dev.keyway.backend.cpu.PlainFallback;
import dev.keyway.spi.Kernel.Kernel3;
import dev.keyway.spi.Kernel.KernelN;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;

/** Registers layer and root mean square normalisation and their gradients in f32 and f64. */
@AutoService(KernelFamily.class)
public final class LayerNormKernels implements KernelFamily {
    /** For {@code ServiceLoader}. */
    public LayerNormKernels() {}

    @Override
    public void register(KernelRegistry registry, PlainFallback plain) {
        add(
                registry,
                "native_layer_norm",
                FloatLayerNormKernel::layer,
                DoubleLayerNormKernel::layer);
        registry.operator(
                "layer_norm",
                Layout.CONTIGUOUS,
                dtype ->
                        switch (dtype) {
                            case F32 -> (Kernel3) FloatLayerNormKernel::plain;
                            case F64 -> (Kernel3) DoubleLayerNormKernel::plain;
                            default -> null;
                        });
        add(registry, "_fused_rms_norm", FloatLayerNormKernel::rms, DoubleLayerNormKernel::rms);
        add(
                registry,
                "native_layer_norm_backward",
                FloatLayerNormKernel::layerBackward,
                DoubleLayerNormKernel::layerBackward);
        add(
                registry,
                "_fused_rms_norm_backward",
                FloatLayerNormKernel::rmsBackward,
                DoubleLayerNormKernel::rmsBackward);
    }

    private static void add(KernelRegistry registry, String name, KernelN single, KernelN twofold) {
        registry.operator(
                name,
                Layout.CONTIGUOUS,
                dtype ->
                        switch (dtype) {
                            case F32 -> single;
                            case F64 -> twofold;
                            default -> null;
                        });
    }

    /** The rows of a contiguous tensor whose last dimensions are normalised. */
    static LayerNorm shape(Tensor input, long[] normalized, boolean centred) {
        long width = 1;
        for (long size : normalized) {
            width *= size;
        }
        long rows = width == 0 ? 0 : input.numel() / width;
        return new LayerNorm(rows, Math.toIntExact(width), centred);
    }
}
