// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn;

import dev.keyway.Tensor;

/** {@code max(x, 0)}. */
public final class ReLU extends NnModule {
    /** A layer. */
    public ReLU() {}

    @Override
    public Tensor forward(Tensor input) {
        return input.relu();
    }
}
