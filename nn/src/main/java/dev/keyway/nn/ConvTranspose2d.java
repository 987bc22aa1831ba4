// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn;

import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Generator;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import org.jspecify.annotations.Nullable;

/** Transposed two-dimensional convolution of {@code [n, channels, height, width]}. */
public final class ConvTranspose2d extends NnModule {
    private final Tensor weight;
    private final @Nullable Tensor bias;
    private final long[] stride;
    private final long[] padding;

    /**
     * A layer in f32 with a square kernel; weight {@code [inChannels, outChannels, k, k]}.
     *
     * @param device where the parameters are
     * @param inChannels channels of the input
     * @param outChannels channels of the output
     * @param kernelSize size of the window or kernel, at least 1
     * @param stride distance of windows, at least 1
     * @param padding zeros on each side
     * @param withBias whether a bias is added
     * @param generator where the first values come from; null for the generator of the runtime
     */
    public ConvTranspose2d(
            Device device,
            long inChannels,
            long outChannels,
            long kernelSize,
            long stride,
            long padding,
            boolean withBias,
            @Nullable Generator generator) {
        this.stride = new long[] {stride, stride};
        this.padding = new long[] {padding, padding};
        long fanIn = outChannels * kernelSize * kernelSize;
        weight =
                register(
                        "weight",
                        Init.uniform(
                                device,
                                DType.F32,
                                generator,
                                fanIn,
                                inChannels,
                                outChannels,
                                kernelSize,
                                kernelSize));
        bias =
                withBias
                        ? register(
                                "bias",
                                Init.uniform(device, DType.F32, generator, fanIn, outChannels))
                        : null;
    }

    @Override
    public Tensor forward(Tensor input) {
        return Ops.convTranspose2d(input, weight, bias, stride, padding);
    }
}
