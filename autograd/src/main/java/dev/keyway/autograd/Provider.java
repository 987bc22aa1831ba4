// SPDX-License-Identifier: Apache-2.0
package dev.keyway.autograd;

import dev.keyway.dispatch.AutogradLayer;
import dev.keyway.dispatch.KeywayRuntime;

/** Found by {@code ServiceLoader}. */
public final class Provider implements AutogradLayer.Provider {
    /** For {@code ServiceLoader}. */
    public Provider() {}

    @Override
    public AutogradLayer create(KeywayRuntime runtime) {
        return new Library(runtime);
    }
}
