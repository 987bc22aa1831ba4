// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn;

import dev.keyway.Tensor;

/** The hyperbolic tangent of each element. */
public final class Tanh extends NnModule {
    /** A layer. */
    public Tanh() {}

    @Override
    public Tensor forward(Tensor input) {
        return input.tanh();
    }
}
