// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn;

import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import org.jspecify.annotations.Nullable;

/** Division by the root mean square of the last dimensions, with a weight for each element. */
public final class RMSNorm extends NnModule {
    private final long[] shape;
    private final @Nullable Double eps;
    private final Tensor weight;

    /**
     * A layer in f32.
     *
     * @param device where the parameters are
     * @param eps added to the mean square; null for the dtype's
     * @param normalizedShape the last sizes of the input
     */
    public RMSNorm(Device device, @Nullable Double eps, long... normalizedShape) {
        this.eps = eps;
        shape = normalizedShape.clone();
        weight = register("weight", Ops.ones(device, DType.F32, shape));
    }

    @Override
    public Tensor forward(Tensor input) {
        return Ops.rmsNorm(input, shape, weight, eps);
    }
}
