// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn;

import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import org.jspecify.annotations.Nullable;

/** Batch normalization over {@code [n, channels, height, width]}, with running statistics. */
public final class BatchNorm2d extends NnModule {
    private static final double MOMENTUM = 0.1;
    private static final double EPS = 1e-5;

    private final Tensor weight;
    private final Tensor bias;
    private final Tensor runningMean;
    private final Tensor runningVar;

    /** A layer in f32. */
    public BatchNorm2d(Device device, long channels) {
        weight = register("weight", Ops.ones(device, DType.F32, channels));
        bias = register("bias", Ops.zeros(device, DType.F32, channels));
        runningMean = registerBuffer("running_mean", Ops.zeros(device, DType.F32, channels));
        runningVar = registerBuffer("running_var", Ops.ones(device, DType.F32, channels));
    }

    /** What evaluation mode multiplies each channel by. */
    Tensor factors() {
        try (Tensor shifted = runningVar.add(EPS);
                Tensor inverse = shifted.rsqrt()) {
            return weight.mul(inverse);
        }
    }

    /** What evaluation mode adds to each channel after that, with a bias before it. */
    Tensor shift(Tensor factors, @Nullable Tensor before) {
        try (Tensor offset = before == null ? runningMean.neg() : before.sub(runningMean);
                Tensor scaled = offset.mul(factors)) {
            return scaled.add(bias);
        }
    }

    @Override
    public Tensor forward(Tensor input) {
        return Ops.batchNorm(
                input, weight, bias, runningMean, runningVar, isTraining(), MOMENTUM, EPS);
    }
}
