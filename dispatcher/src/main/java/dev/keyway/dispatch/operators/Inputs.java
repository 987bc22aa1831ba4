// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import dev.keyway.Tensor;
import org.jspecify.annotations.Nullable;

/** The tensor arguments of composites. */
final class Inputs {
    private Inputs() {}

    /** An argument that must be there; the meta function has checked it. */
    static Tensor get(@Nullable Tensor[] inputs, int index) {
        Tensor tensor = inputs[index];
        if (tensor == null) {
            throw new IllegalStateException("tensor argument " + index + " is missing");
        }
        return tensor;
    }
}
