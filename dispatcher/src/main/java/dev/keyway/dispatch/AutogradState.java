// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.Tensor;
import org.jspecify.annotations.Nullable;

/** What the autograd library keeps with a tensor; the dispatcher only stores it. */
public interface AutogradState {
    /** Whether gradients flow to the tensor. */
    boolean requiresGrad();

    /** Whether no recorded operator produced the tensor. */
    boolean isLeaf();

    /** The accumulated gradient. */
    @Nullable Tensor grad();

    /** Replaces the accumulated gradient. */
    void setGrad(@Nullable Tensor grad);

    /** The tensor's handle was closed. */
    void release();
}
