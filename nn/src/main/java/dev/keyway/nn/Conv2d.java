// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn;

import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Generator;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import org.jspecify.annotations.Nullable;

/** Two-dimensional convolution of {@code [n, channels, height, width]}. */
public final class Conv2d extends NnModule {
    private final Tensor weight;
    private final @Nullable Tensor bias;
    private final long stride;
    private final long padding;

    /** A layer in f32 with a square kernel; weight {@code [outChannels, inChannels, k, k]}. */
    public Conv2d(
            Device device,
            long inChannels,
            long outChannels,
            long kernelSize,
            long stride,
            long padding,
            boolean withBias,
            @Nullable Generator generator) {
        this.stride = stride;
        this.padding = padding;
        long fanIn = inChannels * kernelSize * kernelSize;
        weight =
                register(
                        "weight",
                        Init.uniform(
                                device,
                                DType.F32,
                                generator,
                                fanIn,
                                outChannels,
                                inChannels,
                                kernelSize,
                                kernelSize));
        bias =
                withBias
                        ? register(
                                "bias",
                                Init.uniform(device, DType.F32, generator, fanIn, outChannels))
                        : null;
    }

    private Conv2d(Tensor weight, Tensor bias, long stride, long padding) {
        this.weight = registerBuffer("weight", weight);
        this.bias = registerBuffer("bias", bias);
        this.stride = stride;
        this.padding = padding;
    }

    /** This convolution and then the normalization with its running statistics, as one. */
    Conv2d followedBy(BatchNorm2d norm) {
        try (var scope = weight.keyway().noGrad();
                Tensor factors = norm.factors();
                Tensor columns = factors.reshape(-1, 1, 1, 1)) {
            return new Conv2d(weight.mul(columns), norm.shift(factors, bias), stride, padding);
        }
    }

    @Override
    public Tensor forward(Tensor input) {
        return Ops.conv2d(
                input, weight, bias, new long[] {stride, stride}, new long[] {padding, padding});
    }
}
