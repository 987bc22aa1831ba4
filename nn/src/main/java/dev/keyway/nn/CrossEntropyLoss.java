// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn;

import dev.keyway.Ops;
import dev.keyway.Tensor;

/**
 * The mean over a batch of {@code -log(softmax(logits)[target])}. Holds nothing; safe for any
 * thread.
 */
public final class CrossEntropyLoss {
    /** A loss. */
    public CrossEntropyLoss() {}

    /**
     * {@return the loss, 0-dim, in the dtype of the logits; the caller owns it}
     *
     * @param logits {@code [n, classes]}, floating
     * @param target classes {@code [n]}, i64
     * @throws dev.keyway.ArgumentException naming the argument whose shape or dtype is another
     */
    public Tensor forward(Tensor logits, Tensor target) {
        return Ops.crossEntropy(logits, target);
    }
}
