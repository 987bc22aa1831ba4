// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The log probabilities of the target's classes.
 *
 * @param values picked, in the target's shape
 * @param weights of the classes, 0 where the class is to be ignored
 * @param ignored where
 */
record Picked(Tensor values, Tensor weights, Tensor ignored) implements AutoCloseable {
    static Picked of(Tensor logits, Tensor target, @Nullable Tensor weight, long ignoreIndex) {
        int dim = logits.dim() == 1 ? 0 : 1;
        try (Tensor classes = Wide.as(target.view(target.sizes()), DType.I64)) {
            Tensor ignored = classes.eq(ignoreIndex);
            try (Tensor safe = classes.maskedFill(ignored, 0L);
                    Tensor index = safe.unsqueeze(dim);
                    Tensor column = logits.gather(dim, index);
                    Tensor own = weights(logits, safe, weight)) {
                return new Picked(column.squeeze((long) dim), own.maskedFill(ignored, 0L), ignored);
            }
        }
    }

    private static Tensor weights(Tensor logits, Tensor classes, @Nullable Tensor weight) {
        if (weight == null) {
            return Ops.ones(logits.device(), logits.dtype(), classes.sizes());
        }
        try (Tensor list = classes.reshape(-1L);
                Tensor picked = weight.indexSelect(0, list)) {
            return picked.view(classes.sizes());
        }
    }

    /** {@code -w x}, 0 where ignored whatever x is. */
    Tensor losses() {
        try (Tensor safe = values.maskedFill(ignored, 0L);
                Tensor product = safe.mul(weights)) {
            return product.neg();
        }
    }

    /** Reduces and closes; the mean is by the weights. */
    Tensor reduced(Tensor losses, long reduction) {
        if (reduction != Reduction.MEAN) {
            return Reduction.of(losses, reduction);
        }
        try (losses;
                Tensor sum = losses.sum();
                Tensor total = weights.sum()) {
            return sum.div(total);
        }
    }

    @Override
    public void close() {
        values.close();
        weights.close();
        ignored.close();
    }
}
