// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import dev.keyway.Ops;
import dev.keyway.Scalar;
import dev.keyway.Tensor;
import dev.keyway.operator.GradientContext;

/**
 * The gradient of a norm: {@code grad sign(x) (|x| / norm)^(p - 1)}. Where that has no value it is
 * 0, as the norm's subgradient at the origin.
 */
final class NormGradient {
    private NormGradient() {}

    static void backward(GradientContext g, double order, long[] dim) {
        long[] sizes = g.inputSizes(0);
        try (Tensor flat = AlongDim.wide(g.grad());
                Tensor flatNorm = AlongDim.wide(g.output(0));
                Tensor grad = Reductions.unreduced(flat, sizes, dim);
                Tensor norm = Reductions.unreduced(flatNorm, sizes, dim);
                Tensor self = AlongDim.as(g.input(0), flat.dtype())) {
            g.set(0, slope(self, norm, grad, order, dim));
        }
    }

    private static Tensor slope(Tensor self, Tensor norm, Tensor grad, double order, long[] dim) {
        if (order == 0) {
            return Ops.zerosLike(self);
        }
        if (order == 2) {
            try (Tensor share = self.div(norm);
                    Tensor none = norm.eq(0L);
                    Tensor safe = share.maskedFill(none, Scalar.ZERO)) {
                return safe.mul(grad);
            }
        }
        try (Tensor sign = self.sign()) {
            if (order == 1) {
                return sign.mul(grad);
            }
            if (Double.isInfinite(order)) {
                return ofExtremes(self, sign, norm, grad, dim);
            }
            return ofPower(self, sign, norm, grad, order);
        }
    }

    /** Equal extremes share evenly. */
    private static Tensor ofExtremes(
            Tensor self, Tensor sign, Tensor norm, Tensor grad, long[] dim) {
        try (Tensor magnitude = self.abs();
                Tensor equal = magnitude.eq(norm);
                Tensor mask = equal.to(self.dtype());
                Tensor ties = mask.sum(dim, true);
                Tensor share = grad.div(ties);
                Tensor signed = sign.mul(mask)) {
            return signed.mul(share);
        }
    }

    private static Tensor ofPower(
            Tensor self, Tensor sign, Tensor norm, Tensor grad, double order) {
        try (Tensor magnitude = self.abs();
                Tensor ratio = magnitude.div(norm);
                Tensor power = ratio.pow(order - 1);
                Tensor zero = self.eq(0L);
                Tensor safe = power.maskedFill(zero, Scalar.ZERO);
                Tensor signed = sign.mul(safe)) {
            return signed.mul(grad);
        }
    }
}
