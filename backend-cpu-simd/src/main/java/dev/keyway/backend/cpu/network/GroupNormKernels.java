// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.network;

import static dev.keyway.backend.cpu.network.NormalizationKernels.address;

import com.google.auto.service.AutoService;
import dev.keyway.Tensor;
import dev.keyway.attributes.GroupNormAttributes;
import dev.keyway.backend.cpu.KernelFamily;
import dev.keyway.backend.cpu.PlainFallback;
import dev.keyway.spi.Kernel.KernelN;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;
import java.util.Objects;

/**
 * Registers group normalisation in f32 and f64: a group is read, and written with its channels'
 * weights.
 */
@AutoService(KernelFamily.class)
public final class GroupNormKernels implements KernelFamily {
    /** For {@code ServiceLoader}. */
    public GroupNormKernels() {}

    @Override
    public void register(KernelRegistry registry, PlainFallback plain) {
        KernelN single =
                (call, out, inputs) -> {
                    var a = call.attributes(GroupNormAttributes.class);
                    Tensor input = Objects.requireNonNull(inputs[0]);
                    FloatGroupNorm.forward(
                            call.workers(),
                            shape(input, a.numGroups()),
                            input.address(),
                            address(inputs[1]),
                            address(inputs[2]),
                            a.eps(),
                            out[0].address());
                };
        KernelN twofold =
                (call, out, inputs) -> {
                    var a = call.attributes(GroupNormAttributes.class);
                    Tensor input = Objects.requireNonNull(inputs[0]);
                    DoubleGroupNorm.forward(
                            call.workers(),
                            shape(input, a.numGroups()),
                            input.address(),
                            address(inputs[1]),
                            address(inputs[2]),
                            a.eps(),
                            out[0].address());
                };
        registry.operator(
                "group_norm",
                Layout.CONTIGUOUS,
                dtype ->
                        switch (dtype) {
                            case F32 -> single;
                            case F64 -> twofold;
                            default -> null;
                        });
    }

    private static GroupNorm shape(Tensor input, long groups) {
        long images = input.size(0);
        long channels = input.size(1);
        long planes = images * channels;
        long plane = planes == 0 ? 0 : input.numel() / planes;
        long rows = input.numel() == 0 ? 0 : images * groups;
        return new GroupNorm(rows, groups, channels / groups, plane);
    }
}
