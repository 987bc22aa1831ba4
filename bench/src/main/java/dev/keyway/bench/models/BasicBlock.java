// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.models;

import dev.keyway.Device;
import dev.keyway.Generator;
import dev.keyway.Tensor;
import dev.keyway.nn.NnModule;
import org.jspecify.annotations.Nullable;

/**
 * Two 3x3 convolutions and a shortcut past them (He and others, "Deep Residual Learning for Image
 * Recognition", 2016, figure 2 left).
 */
final class BasicBlock extends NnModule {
    private final ConvNorm first;
    private final ConvNorm second;
    private final @Nullable ConvNorm shortcut;

    BasicBlock(Device device, long in, long out, long stride, Generator generator) {
        first = register("first", new ConvNorm(device, in, out, 3, stride, 1, generator));
        second = register("second", new ConvNorm(device, out, out, 3, 1, 1, generator));
        shortcut =
                stride == 1 && in == out
                        ? null
                        : register(
                                "shortcut", new ConvNorm(device, in, out, 1, stride, 0, generator));
    }

    void fuse() {
        first.fuse();
        second.fuse();
        if (shortcut != null) {
            shortcut.fuse();
        }
    }

    @Override
    public Tensor forward(Tensor input) {
        Tensor result;
        try (Tensor middle = first.forward(input)) {
            result = second.forward(middle.relu_());
        }
        if (shortcut == null) {
            result.add_(input);
        } else {
            try (Tensor passed = shortcut.forward(input)) {
                result.add_(passed);
            }
        }
        return result.relu_();
    }
}
