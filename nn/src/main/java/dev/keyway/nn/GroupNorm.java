// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn;

import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Ops;
import dev.keyway.Tensor;

/** Normalization of groups of channels of {@code [n, channels, ...]}. */
public final class GroupNorm extends NnModule {
    private static final double EPS = 1e-5;

    private final long groups;
    private final Tensor weight;
    private final Tensor bias;

    /**
     * A layer in f32.
     *
     * @param device where the parameters are
     * @param groups number of groups, which divides the channels
     * @param channels number of channels
     */
    public GroupNorm(Device device, long groups, long channels) {
        this.groups = groups;
        weight = register("weight", Ops.ones(device, DType.F32, channels));
        bias = register("bias", Ops.zeros(device, DType.F32, channels));
    }

    @Override
    public Tensor forward(Tensor input) {
        return Ops.groupNorm(input, groups, weight, bias, EPS);
    }
}
