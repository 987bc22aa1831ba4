// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn;

import dev.keyway.Tensor;

/** All dimensions but the first become one. */
public final class Flatten extends NnModule {
    /** A layer. */
    public Flatten() {}

    @Override
    public Tensor forward(Tensor input) {
        return input.flatten(1);
    }
}
