// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import dev.keyway.operator.GradientContext;

/**
 * The gradient of {@code prod}, right also where elements are zero: each element gets the product
 * of the others, that is {@code product / element} without zeros, the product of the rest for a
 * single zero, and 0 where two are zero.
 */
final class ProductGradient {
    private ProductGradient() {}

    static void backward(GradientContext g, long[] dim) {
        long[] sizes = g.inputSizes(0);
        DType dtype = g.grad().dtype();
        try (Tensor flat = AlongDim.wide(g.grad());
                Tensor grad = Reductions.unreduced(flat, sizes, dim);
                Tensor converted = AlongDim.as(g.input(0), dtype);
                Tensor self = AlongDim.wide(converted);
                Tensor zero = self.eq(0L);
                Tensor zeros = zero.to(DType.I64);
                Tensor count = zeros.sum(dim, true);
                Tensor others = count.sub(zeros);
                Tensor none = others.eq(0L);
                Tensor one = Ops.onesLike(self);
                Tensor safe = Ops.where(zero, one, self);
                Tensor rest = safe.prod(dim, true);
                Tensor share = rest.div(safe);
                Tensor slope = share.mul(none)) {
            g.set(0, slope.mul(grad));
        }
    }
}
