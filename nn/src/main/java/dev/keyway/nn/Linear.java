// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn;

import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Generator;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import org.jspecify.annotations.Nullable;

/** {@code input weight^T + bias}. */
public final class Linear extends NnModule {
    private final Tensor weight;
    private final Tensor bias;

    /**
     * A layer in f32; weight {@code [outFeatures, inFeatures]}.
     *
     * @param device where the parameters are
     * @param inFeatures features of the input
     * @param outFeatures features of the output
     * @param generator where the first values come from; null for the generator of the runtime
     */
    public Linear(Device device, long inFeatures, long outFeatures, @Nullable Generator generator) {
        weight =
                register(
                        "weight",
                        Init.uniform(
                                device, DType.F32, generator, inFeatures, outFeatures, inFeatures));
        bias =
                register(
                        "bias",
                        Init.uniform(device, DType.F32, generator, inFeatures, outFeatures));
    }

    @Override
    public Tensor forward(Tensor input) {
        return Ops.linear(input, weight, bias);
    }
}
