// SPDX-License-Identifier: Apache-2.0
package dev.keyway.autograd;

import dev.keyway.Tensor;
import dev.keyway.dispatch.TensorImpl;
import org.jspecify.annotations.Nullable;

/**
 * The end of the graph at a leaf. The leaf's own handle is not kept, only an alias for its
 * geometry.
 */
final class AccumulateNode extends Node {
    private final TensorImpl alias;
    private final GradState state;

    AccumulateNode(TensorImpl alias, GradState state) {
        super(new @Nullable Edge[0], true);
        this.alias = alias;
        this.state = state;
    }

    @Override
    String name() {
        return "leaf";
    }

    @Override
    int outputs() {
        return 1;
    }

    /** The leaf's geometry. */
    TensorImpl leaf() {
        return alias;
    }

    /** Adds to the leaf's gradient; an expanded or shared gradient is copied first. */
    @Override
    @Nullable Tensor[] backward(@Nullable Tensor[] grads, boolean createGraph) {
        Tensor grad = grads[0];
        if (grad != null) {
            TensorImpl own = (TensorImpl) grad;
            boolean adopt = own.isContiguous() && own.storageCount() == 1;
            state.accumulate(adopt || createGraph ? Handles.share(own) : own.clone(), createGraph);
        }
        return new @Nullable Tensor[0];
    }

    @Override
    void releaseSaved() {
        alias.close();
    }
}
