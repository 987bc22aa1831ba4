// SPDX-License-Identifier: Apache-2.0
package dev.keyway.autograd;

import dev.keyway.KeywayException;
import dev.keyway.dispatch.TensorImpl;
import org.jspecify.annotations.Nullable;

/** A tensor kept for backward: an alias that counts, and the version it had. */
final class SavedTensor {
    private final TensorImpl alias;
    private final long version;
    private final String name;
    private final @Nullable Edge edge;

    /**
     * Keeps the tensor; {@code edge} is null for a result of the node itself and where no gradient
     * flows.
     */
    SavedTensor(TensorImpl tensor, long version, String name, @Nullable Edge edge) {
        this.alias = tensor.detachedAlias();
        this.version = version;
        this.name = name;
        this.edge = edge;
    }

    /**
     * The tensor as it was.
     *
     * @param self where the gradient of a result goes in a recorded backward
     * @return the alias, or when recording a new handle with history, which the caller closes
     */
    TensorImpl unpack(String operator, @Nullable Edge self, boolean createGraph) {
        if (alias.version() != version) {
            throw new KeywayException(
                    operator
                            + ": "
                            + name
                            + " of shape "
                            + java.util.Arrays.toString(alias.sizes())
                            + " was needed for the gradient but changed in place: saved at version "
                            + version
                            + ", now "
                            + alias.version()
                            + "; clone it before the change, or change it after backward");
        }
        Edge target = edge == null ? self : edge;
        if (!createGraph || target == null) {
            return alias;
        }
        TensorImpl tracked = alias.detachedAlias();
        tracked.setAutograd(GradState.of(target, version));
        return tracked;
    }

    boolean owns(TensorImpl handle) {
        return handle == alias;
    }

    void close() {
        alias.close();
    }
}
