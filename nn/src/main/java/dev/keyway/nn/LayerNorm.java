// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn;

import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Ops;
import dev.keyway.Tensor;

/** Layer normalization over the last dimensions, with a weight and a bias for each element. */
public final class LayerNorm extends NnModule {
    private static final double EPS = 1e-5;

    private final long[] shape;
    private final Tensor weight;
    private final Tensor bias;
    private final double eps;

    /** A layer in f32 that normalizes the last dimensions, which have these sizes. */
    public LayerNorm(Device device, long... normalizedShape) {
        this(device, normalizedShape, EPS);
    }

    /** The same with what it adds to the variance. */
    public LayerNorm(Device device, long[] normalizedShape, double eps) {
        shape = normalizedShape.clone();
        this.eps = eps;
        weight = register("weight", Ops.ones(device, DType.F32, shape));
        bias = register("bias", Ops.zeros(device, DType.F32, shape));
    }

    @Override
    public Tensor forward(Tensor input) {
        return Ops.layerNorm(input, shape, weight, bias, eps);
    }
}
