// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.sampling;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.attributes.GridSampler2dAttributes;
import dev.keyway.backend.cpu.KernelFamily;
import dev.keyway.backend.cpu.PlainFallback;
import dev.keyway.spi.Kernel.Kernel2;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;

/** Registers {@code grid_sampler_2d} in f32 and f64. */
@AutoService(KernelFamily.class)
public final class GridKernels implements KernelFamily {
    /** For {@code ServiceLoader}. */
    public GridKernels() {}

    @Override
    public void register(KernelRegistry registry, PlainFallback plain) {
        registry.operator(
                "grid_sampler_2d",
                Layout.CONTIGUOUS,
                dtype ->
                        switch (dtype) {
                            case F32, F64 -> kernel(dtype);
                            default -> null;
                        });
    }

    private static Kernel2 kernel(DType dtype) {
        return (call, out, input, grid) -> {
            var a = call.attributes(GridSampler2dAttributes.class);
            GridMode mode = new GridMode(a.interpolationMode(), a.paddingMode(), a.alignCorners());
            GridImages images = images(input, grid);
            long from = input.address();
            if (dtype == DType.F32) {
                FloatGridSampling.run(
                        call.workers(), mode, images, from, grid.address(), out.address());
            } else {
                DoubleGridSampling.run(
                        call.workers(), mode, images, from, grid.address(), out.address());
            }
        };
    }

    private static GridImages images(Tensor input, Tensor grid) {
        return new GridImages(
                input.size(0),
                input.size(1),
                Math.toIntExact(input.size(2)),
                Math.toIntExact(input.size(3)),
                grid.size(1) * grid.size(2));
    }
}
