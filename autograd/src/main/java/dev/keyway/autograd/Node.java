// SPDX-License-Identifier: Apache-2.0
package dev.keyway.autograd;

import dev.keyway.Tensor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A step of the graph. Tensors and later nodes count; when the last is gone, what the node saved is
 * closed and the nodes before it are released in turn, without recursion.
 */
abstract class Node {
    private static final AtomicLong SEQUENCE = new AtomicLong();

    /** Later nodes run first; edges are gathered before the number is drawn. */
    final long sequence;

    final @Nullable Edge[] edges;
    private final AtomicInteger holders = new AtomicInteger();
    private @Nullable List<List<UnaryOperator<Tensor>>> hooks;

    Node(@Nullable Edge[] edges, boolean last) {
        this.edges = edges;
        this.sequence = last ? -1 : SEQUENCE.getAndIncrement();
        for (Edge edge : edges) {
            if (edge != null) {
                edge.node().hold();
            }
        }
    }

    /** What people call the step. */
    abstract String name();

    /** The number of results whose gradients it takes. */
    abstract int outputs();

    /**
     * Gradients for the edges; the caller owns them. {@code grads} stay the caller's.
     *
     * @param createGraph whether the computation is recorded
     */
    abstract @Nullable Tensor[] backward(@Nullable Tensor[] grads, boolean createGraph);

    /** Closes what was saved; a later {@link #backward} is an error. */
    abstract void releaseSaved();

    final void hold() {
        holders.incrementAndGet();
    }

    final void letGo() {
        if (holders.decrementAndGet() > 0) {
            return;
        }
        Deque<Node> done = new ArrayDeque<>();
        done.add(this);
        while (!done.isEmpty()) {
            Node node = done.removeLast();
            node.releaseSaved();
            for (Edge edge : node.edges) {
                if (edge != null && edge.node().holders.decrementAndGet() == 0) {
                    done.add(edge.node());
                }
            }
        }
    }

    /** Adds a hook on the gradient of a result. */
    final synchronized Runnable addHook(int output, UnaryOperator<Tensor> hook) {
        List<List<UnaryOperator<Tensor>>> all = hooks;
        if (all == null) {
            all = new ArrayList<>();
            for (int i = 0; i < outputs(); i++) {
                all.add(new ArrayList<>());
            }
            hooks = all;
        }
        List<UnaryOperator<Tensor>> list = all.get(output);
        list.add(hook);
        return () -> removeHook(list, hook);
    }

    private synchronized void removeHook(
            List<UnaryOperator<Tensor>> list, UnaryOperator<Tensor> hook) {
        list.remove(hook);
    }

    /** The hooks of a result, in the order of their registration. */
    final synchronized List<UnaryOperator<Tensor>> hooks(int output) {
        return hooks == null ? List.of() : List.copyOf(hooks.get(output));
    }
}
