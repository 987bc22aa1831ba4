// SPDX-License-Identifier: Apache-2.0
package dev.keyway.autograd;

import dev.keyway.ArgumentException;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import dev.keyway.dispatch.DispatchKey;
import dev.keyway.dispatch.KeywayRuntime;
import dev.keyway.dispatch.Made;
import dev.keyway.dispatch.TensorImpl;
import dev.keyway.dispatch.ThreadState;
import java.util.Arrays;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One backward run. Nodes are taken by falling sequence number: every node that sends a gradient to
 * another was made after it, so that all gradients of a node are there when its turn comes. Nothing
 * recurses.
 */
final class Engine {
    private final KeywayRuntime runtime;
    private final boolean retainGraph;
    private final boolean createGraph;
    private final Map<Node, @Nullable Tensor[]> gradients = new IdentityHashMap<>();
    private final PriorityQueue<Node> ready =
            new PriorityQueue<>(Comparator.comparingLong((Node n) -> -n.sequence));
    private @Nullable Map<Edge, @Nullable Tensor> captures;

    Engine(KeywayRuntime runtime, boolean retainGraph, boolean createGraph) {
        this.runtime = runtime;
        this.retainGraph = retainGraph;
        this.createGraph = createGraph;
    }

    /** Gradients that arrive at these edges are kept; leaves accumulate nothing. */
    void capture(Map<Edge, @Nullable Tensor> edges) {
        captures = edges;
    }

    /** Runs from the roots; a null gradient is 1 for a tensor with one element. */
    void run(List<? extends Tensor> roots, List<? extends @Nullable Tensor> given) {
        ThreadState state = runtime.threadState();
        long autograd = DispatchKey.AUTOGRAD.bit();
        long before = createGraph ? state.include(autograd) : state.exclude(autograd);
        try {
            for (int i = 0; i < roots.size(); i++) {
                start((TensorImpl) roots.get(i), given.get(i));
            }
            for (Node node = ready.poll(); node != null; node = ready.poll()) {
                step(node);
            }
        } finally {
            gradients.values().forEach(grads -> Arrays.stream(grads).forEach(Handles::close));
            state.restore(before);
        }
    }

    private void start(TensorImpl root, @Nullable Tensor given) {
        Edge edge = Recorder.edge(root);
        if (edge == null) {
            throw new ArgumentException("backward: root " + root + " requires no gradient");
        }
        if (given == null) {
            if (root.numel() != 1) {
                throw new ArgumentException(
                        "backward: a gradient is needed for a root of shape "
                                + Arrays.toString(root.sizes())
                                + "; pass one of that shape, or reduce to one element first");
            }
            send(edge, Ops.onesLike(root));
            return;
        }
        if (!Arrays.equals(given.sizes(), root.sizes())) {
            throw new ArgumentException(
                    "backward: the gradient has shape "
                            + Arrays.toString(given.sizes())
                            + ", the root "
                            + Arrays.toString(root.sizes()));
        }
        send(edge, Handles.share(given));
    }

    /** Adds a gradient, which is taken over, to what a node waits for. */
    private void send(Edge edge, Tensor gradient) {
        Node node = edge.node();
        @Nullable Tensor[] grads = gradients.get(node);
        if (grads == null) {
            grads = new @Nullable Tensor[node.outputs()];
            gradients.put(node, grads);
            ready.add(node);
        }
        Tensor before = grads[edge.output()];
        if (before == null) {
            grads[edge.output()] = gradient;
        } else {
            try (gradient) {
                grads[edge.output()] = before.add(gradient);
            }
            before.close();
        }
    }

    private void step(Node node) {
        @Nullable Tensor[] grads = java.util.Objects.requireNonNull(gradients.remove(node));
        try {
            runHooks(node, grads);
            captureAll(node, grads);
            if (node instanceof AccumulateNode && captures != null) {
                return;
            }
            send(node, backward(node, grads));
            if (!retainGraph && !(node instanceof AccumulateNode)) {
                node.releaseSaved();
            }
        } finally {
            Arrays.stream(grads).forEach(Handles::close);
        }
    }

    /** The node's gradients; when its formula fails, what it made is closed. */
    private @Nullable Tensor[] backward(Node node, @Nullable Tensor[] grads) {
        Made made = runtime.threadState().made();
        int mark = made.begin();
        try {
            @Nullable Tensor[] results = node.backward(grads, createGraph);
            made.end(mark);
            return results;
        } catch (Throwable e) {
            made.fail(mark, e);
            throw e;
        }
    }

    /** Sends the results, which are taken over, along the node's edges. */
    private void send(Node node, @Nullable Tensor[] results) {
        int sent = 0;
        try {
            while (sent < results.length) {
                Edge edge = node.edges[sent];
                Tensor result = results[sent++];
                if (edge != null && result != null) {
                    send(edge, result);
                } else {
                    Handles.close(result);
                }
            }
        } finally {
            for (int i = sent; i < results.length; i++) {
                Handles.close(results[i]);
            }
        }
    }

    private static void runHooks(Node node, @Nullable Tensor[] grads) {
        for (int output = 0; output < grads.length; output++) {
            for (UnaryOperator<Tensor> hook : node.hooks(output)) {
                Tensor grad = grads[output];
                if (grad != null) {
                    Tensor changed = hook.apply(grad);
                    if (changed != null && changed != grad) {
                        grads[output] = changed;
                        grad.close();
                    }
                }
            }
        }
    }

    private void captureAll(Node node, @Nullable Tensor[] grads) {
        Map<Edge, @Nullable Tensor> wanted = captures;
        if (wanted == null) {
            return;
        }
        for (int output = 0; output < grads.length; output++) {
            Edge edge = new Edge(node, output);
            Tensor grad = grads[output];
            if (grad != null && wanted.containsKey(edge)) {
                wanted.put(edge, Handles.share(grad));
            }
        }
    }
}
