// SPDX-License-Identifier: Apache-2.0
package dev.keyway.autograd;

import dev.keyway.Tensor;
import dev.keyway.dispatch.AutogradState;
import dev.keyway.dispatch.TensorImpl;
import org.jspecify.annotations.Nullable;

/** What autograd keeps with a tensor: a leaf's gradient, or the node that produced it. */
final class GradState implements AutogradState {
    private final boolean leaf;
    private boolean requiresGrad;
    private @Nullable Edge edge;
    private @Nullable Tensor grad;

    /** Of a view: the storage's version when the node was right. */
    private long version;

    private boolean released;

    private GradState(boolean leaf, @Nullable Edge edge, long version) {
        this.leaf = leaf;
        this.edge = edge;
        this.requiresGrad = true;
        this.version = version;
        if (edge != null) {
            edge.node().hold();
        }
    }

    static GradState leaf() {
        return new GradState(true, null, 0);
    }

    static GradState of(Edge edge, long version) {
        return new GradState(false, edge, version);
    }

    /** The state of a tensor; null when it has none. */
    static @Nullable GradState of(TensorImpl tensor) {
        return (GradState) tensor.autograd();
    }

    /** Where a gradient of the tensor goes. */
    synchronized Edge edge(TensorImpl tensor) {
        Edge current = edge;
        if (current == null) {
            current = new Edge(new AccumulateNode(tensor.detachedAlias(), this), 0);
            current.node().hold();
            edge = current;
        }
        return current;
    }

    synchronized void replace(Edge newEdge, long newVersion) {
        newEdge.node().hold();
        Edge old = edge;
        edge = newEdge;
        version = newVersion;
        if (old != null) {
            old.node().letGo();
        }
    }

    long version() {
        return version;
    }

    void require(boolean newRequiresGrad) {
        requiresGrad = newRequiresGrad;
    }

    /** Adds a gradient; takes it over. */
    synchronized void accumulate(Tensor gradient, boolean createGraph) {
        Tensor before = grad;
        if (before == null) {
            grad = gradient;
        } else if (createGraph) {
            try (gradient) {
                grad = before.add(gradient);
            }
            before.close();
        } else {
            try (gradient) {
                before.add_(gradient);
            }
        }
    }

    @Override
    public boolean requiresGrad() {
        return requiresGrad;
    }

    @Override
    public boolean isLeaf() {
        return leaf;
    }

    @Override
    public synchronized @Nullable Tensor grad() {
        return grad;
    }

    @Override
    public synchronized void setGrad(@Nullable Tensor newGrad) {
        Tensor before = grad;
        grad = newGrad;
        if (before != null && before != newGrad) {
            before.close();
        }
    }

    /** A leaf's gradient goes with it only when no graph still refers to the leaf. */
    @Override
    public void release() {
        Edge last;
        Tensor lastGrad;
        synchronized (this) {
            if (released) {
                return;
            }
            released = true;
            last = edge;
            lastGrad = grad;
            grad = null;
        }
        if (lastGrad != null) {
            lastGrad.close();
        }
        if (last != null) {
            last.node().letGo();
        }
    }
}
