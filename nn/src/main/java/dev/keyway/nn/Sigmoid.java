// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn;

import dev.keyway.Tensor;

/** {@code 1 / (1 + exp(-x))}. */
public final class Sigmoid extends NnModule {
    /** A layer. */
    public Sigmoid() {}

    @Override
    public Tensor forward(Tensor input) {
        return input.sigmoid();
    }
}
