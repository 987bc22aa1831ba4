// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.sampling;

import com.google.auto.service.AutoService;

import dev.keyway.Tensor;
import dev.keyway.attributes.UpsampleBicubic2dAttributes;
import dev.keyway.attributes.UpsampleBilinear2dAttributes;
import dev.keyway.attributes.UpsampleNearest2dAttributes;
import dev.keyway.attributes.UpsampleNearestExact2dAttributes;
import dev.keyway.backend.cpu.KernelFamily;
import dev.keyway.backend.cpu.PlainFallback;
import dev.keyway.backend.cpu.sampling.ResamplingTaps.Mode;
import dev.keyway.spi.Kernel.Kernel1;
import dev.keyway.spi.KernelCall;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;

import org.jspecify.annotations.Nullable;

import java.util.function.Function;

/** Registers two-dimensional upsampling in f32 and f64. */
@AutoService(KernelFamily.class)
public final class ResamplingKernels implements KernelFamily {
    /** For {@code ServiceLoader}. */
    public ResamplingKernels() {}

    private record Sizes(
            Mode mode, boolean align, @Nullable Double rows, @Nullable Double columns) {
        ResamplingTaps rows(Tensor self, Tensor out, boolean single) {
            return ResamplingTaps.of(mode, size(self, 2), size(out, 2), align, rows, single);
        }

        ResamplingTaps columns(Tensor self, Tensor out, boolean single) {
            return ResamplingTaps.of(mode, size(self, 3), size(out, 3), align, columns, single);
        }
    }

    @Override
    public void register(KernelRegistry registry, PlainFallback plain) {
        add(
                registry,
                "upsample_nearest2d",
                call -> {
                    var a = call.attributes(UpsampleNearest2dAttributes.class);
                    return new Sizes(Mode.NEAREST, false, a.scalesH(), a.scalesW());
                });
        add(
                registry,
                "_upsample_nearest_exact2d",
                call -> {
                    var a = call.attributes(UpsampleNearestExact2dAttributes.class);
                    return new Sizes(Mode.EXACT, false, a.scalesH(), a.scalesW());
                });
        add(
                registry,
                "upsample_bilinear2d",
                call -> {
                    var a = call.attributes(UpsampleBilinear2dAttributes.class);
                    return new Sizes(Mode.LINEAR, a.alignCorners(), a.scalesH(), a.scalesW());
                });
        add(
                registry,
                "upsample_bicubic2d",
                call -> {
                    var a = call.attributes(UpsampleBicubic2dAttributes.class);
                    return new Sizes(Mode.CUBIC, a.alignCorners(), a.scalesH(), a.scalesW());
                });
    }

    private static void add(
            KernelRegistry registry, String name, Function<KernelCall, Sizes> sizes) {
        registry.operator(
                name,
                Layout.CONTIGUOUS,
                dtype ->
                        switch (dtype) {
                            case F32 ->
                                    (Kernel1)
                                            (call, out, self) -> {
                                                Sizes s = sizes.apply(call);
                                                FloatResampling.run(
                                                        call.workers(),
                                                        self.size(0) * self.size(1),
                                                        size(self, 2),
                                                        size(self, 3),
                                                        s.rows(self, out, true),
                                                        s.columns(self, out, true),
                                                        self.address(),
                                                        out.address());
                                            };
                            case F64 ->
                                    (Kernel1)
                                            (call, out, self) -> {
                                                Sizes s = sizes.apply(call);
                                                DoubleResampling.run(
                                                        call.workers(),
                                                        self.size(0) * self.size(1),
                                                        size(self, 2),
                                                        size(self, 3),
                                                        s.rows(self, out, false),
                                                        s.columns(self, out, false),
                                                        self.address(),
                                                        out.address());
                                            };
                            default -> null;
                        });
    }

    private static int size(Tensor tensor, int dim) {
        return Math.toIntExact(tensor.size(dim));
    }
}
