// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn;

import dev.keyway.Ops;
import dev.keyway.Tensor;

/** {@code x} times the standard normal distribution function of {@code x}. */
public final class GELU extends NnModule {
    /** A layer. */
    public GELU() {}

    @Override
    public Tensor forward(Tensor input) {
        return Ops.gelu(input);
    }
}
