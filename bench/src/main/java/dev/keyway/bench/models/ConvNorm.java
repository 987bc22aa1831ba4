// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.models;

import dev.keyway.Device;
import dev.keyway.Generator;
import dev.keyway.Tensor;
import dev.keyway.nn.BatchNorm2d;
import dev.keyway.nn.Conv2d;
import dev.keyway.nn.Fusion;
import dev.keyway.nn.NnModule;
import org.jspecify.annotations.Nullable;

/** A convolution without bias and batch normalization; one convolution after {@link #fuse}. */
final class ConvNorm extends NnModule {
    private final Conv2d conv;
    private final BatchNorm2d norm;
    private @Nullable Conv2d fused;

    ConvNorm(
            Device device,
            long in,
            long out,
            long window,
            long stride,
            long padding,
            Generator generator) {
        conv =
                register(
                        "conv",
                        new Conv2d(device, in, out, window, stride, padding, false, generator));
        norm = register("norm", new BatchNorm2d(device, out));
    }

    /** From now on computes both as one convolution, with the weights and statistics of now. */
    void fuse() {
        if (fused != null) {
            fused.close();
        }
        fused = Fusion.convolutionAndNorm(conv, norm);
    }

    @Override
    public Tensor forward(Tensor input) {
        if (fused != null) {
            return fused.forward(input);
        }
        try (Tensor sums = conv.forward(input)) {
            return norm.forward(sums);
        }
    }

    @Override
    public void close() {
        super.close();
        if (fused != null) {
            fused.close();
        }
    }
}
