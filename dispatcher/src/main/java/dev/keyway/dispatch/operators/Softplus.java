// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import dev.keyway.Ops;
import dev.keyway.Tensor;

/**
 * {@code log(1 + e^x)} without overflow, and exact where the exponential is small: {@code log(1 +
 * y)} is corrected by y / ((1 + y) - 1), as W. Kahan does.
 */
final class Softplus {
    private Softplus() {}

    static Tensor of(Tensor x) {
        try (Tensor size = x.abs();
                Tensor negative = size.neg();
                Tensor y = negative.exp();
                Tensor log = log1p(y);
                Tensor positive = x.relu()) {
            return positive.add(log);
        }
    }

    private static Tensor log1p(Tensor y) {
        try (Tensor u = y.add(1L);
                Tensor tiny = u.eq(1L);
                Tensor more = u.sub(1L);
                Tensor safe = more.maskedFill(tiny, 1L);
                Tensor factor = y.div(safe);
                Tensor fixed = factor.detach();
                Tensor log = u.log();
                Tensor corrected = log.mul(fixed)) {
            return Ops.where(tiny, y, corrected);
        }
    }
}
