// SPDX-License-Identifier: Apache-2.0
package dev.keyway.autograd;

import dev.keyway.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * An in-place change of a view, seen from its base: the gradient inside the view goes through the
 * operator that wrote there, the rest passes on to the base's earlier node.
 */
final class SliceNode extends Node {
    private final OperatorNode inner;
    private final InputMeta base;
    private final InputMeta view;

    SliceNode(OperatorNode inner, @Nullable Edge before, InputMeta base, InputMeta view) {
        super(edges(inner, before), false);
        this.inner = inner;
        this.base = base;
        this.view = view;
        inner.hold();
    }

    private static @Nullable Edge[] edges(OperatorNode inner, @Nullable Edge before) {
        @Nullable Edge[] edges = inner.edges.clone();
        edges[0] = before;
        return edges;
    }

    @Override
    String name() {
        return inner.name() + " on a view";
    }

    @Override
    int outputs() {
        return 1;
    }

    @Override
    @Nullable Tensor[] backward(@Nullable Tensor[] grads, boolean createGraph) {
        Tensor grad = java.util.Objects.requireNonNull(grads[0]);
        try (Tensor whole = grad.clone()) {
            @Nullable Tensor[] results;
            try (Tensor slice = slice(whole);
                    Tensor incoming = slice.clone()) {
                results = inner.backward(new @Nullable Tensor[] {incoming}, createGraph);
                Tensor inside = results[0];
                if (inside != null) {
                    slice.copy_(inside);
                    inside.close();
                } else {
                    slice.zero_();
                }
            }
            results[0] = edges[0] == null ? null : Handles.share(whole);
            return results;
        }
    }

    private Tensor slice(Tensor whole) {
        long offset = view.storageOffset() - base.storageOffset();
        return whole.asStrided(view.sizes(), view.strides(), offset);
    }

    @Override
    void releaseSaved() {
        inner.letGo();
    }
}
