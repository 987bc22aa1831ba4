// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn;

import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Generator;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import org.jspecify.annotations.Nullable;

/** One-dimensional convolution of {@code [n, channels, length]}. */
public final class Conv1d extends NnModule {
    private final Tensor weight;
    private final @Nullable Tensor bias;
    private final long[] stride;
    private final long[] padding;

    /**
     * A layer in f32; weight {@code [outChannels, inChannels, k]}.
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
    public Conv1d(
            Device device,
            long inChannels,
            long outChannels,
            long kernelSize,
            long stride,
            long padding,
            boolean withBias,
            @Nullable Generator generator) {
        this.stride = new long[] {stride};
        this.padding = new long[] {padding};
        long fanIn = inChannels * kernelSize;
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
        return Ops.conv1d(input, weight, bias, stride, padding);
    }
}
