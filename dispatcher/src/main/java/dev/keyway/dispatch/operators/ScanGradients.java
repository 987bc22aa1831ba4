// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Scalar;
import dev.keyway.Tensor;
import dev.keyway.operator.GradientContext;

/** The gradients of running reductions. */
final class ScanGradients {
    private ScanGradients() {}

    /** The sum from each element to the last. */
    private static Tensor sumToEnd(Tensor wide, int dim) {
        try (Tensor back = AlongDim.reverse(wide, dim);
                Tensor sum = back.cumsum(dim)) {
            return AlongDim.reverse(sum, dim);
        }
    }

    /** An element is in every later sum. */
    static void sum(GradientContext g, long along) {
        int dim = Metas.wrap(along, g.inputSizes(0).length);
        try (Tensor wide = AlongDim.wide(g.grad())) {
            g.set(0, sumToEnd(wide, dim));
        }
    }

    /**
     * With y the running products, element k gets the sum from k on of {@code grad y / x[k]}. That
     * holds before the first zero z. At z itself the products are those with z left out; behind it
     * all are zero whatever the element.
     */
    static void product(GradientContext g, long along) {
        int dim = Metas.wrap(along, g.inputSizes(0).length);
        DType dtype = g.grad().dtype();
        try (Tensor grad = AlongDim.wide(g.grad());
                Tensor converted = AlongDim.as(g.input(0), dtype);
                Tensor self = AlongDim.wide(converted);
                Tensor zero = self.eq(0L);
                Tensor seen = zero.cumsum(dim);
                Tensor first = seen.eq(1L);
                Tensor at = first.bitwiseAnd(zero);
                Tensor before = seen.eq(0L);
                Tensor one = Ops.onesLike(self);
                Tensor filled = Ops.where(at, one, self);
                Tensor safe = Ops.where(zero, one, self);
                Tensor products = self.cumprod(dim);
                Tensor others = filled.cumprod(dim);
                Tensor weighted = grad.mul(products);
                Tensor weightedOthers = grad.mul(others);
                Tensor rest = sumToEnd(weighted, dim);
                Tensor ofZero = sumToEnd(weightedOthers, dim);
                Tensor share = rest.div(safe);
                Tensor nothing = Ops.zerosLike(self);
                Tensor behind = Ops.where(at, ofZero, nothing)) {
            g.set(0, Ops.where(before, share, behind));
        }
    }

    /**
     * Element k gets the sum from k on of {@code grad exp(x[k] - y)}; in logarithms, positive and
     * negative gradients apart, so that nothing overflows.
     */
    static void logarithm(GradientContext g, long along) {
        int dim = Metas.wrap(along, g.inputSizes(0).length);
        try (Tensor grad = AlongDim.wide(g.grad());
                Tensor self = AlongDim.wide(g.input(0));
                Tensor y = AlongDim.wide(g.output(0));
                Tensor opposite = grad.neg();
                Tensor up = share(grad, self, y, dim);
                Tensor down = share(opposite, self, y, dim)) {
            g.set(0, up.sub(down));
        }
    }

    private static Tensor share(Tensor grad, Tensor self, Tensor y, int dim) {
        Scalar lowest = Scalar.of(grad.dtype() == DType.F64 ? -1e308 : -3e38);
        try (Tensor positive = grad.gt(0L);
                Tensor none = Ops.fullLike(grad, lowest);
                Tensor log = grad.log();
                Tensor logs = Ops.where(positive, log, none);
                Tensor less = logs.sub(y);
                Tensor back = AlongDim.reverse(less, dim);
                Tensor sums = back.logcumsumexp(dim);
                Tensor sum = AlongDim.reverse(sums, dim);
                Tensor power = sum.add(self)) {
            return power.exp();
        }
    }
}
