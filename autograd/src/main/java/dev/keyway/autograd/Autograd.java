// SPDX-License-Identifier: Apache-2.0
package dev.keyway.autograd;

import dev.keyway.ArgumentException;
import dev.keyway.Tensor;
import dev.keyway.dispatch.KeywayRuntime;
import dev.keyway.dispatch.TensorImpl;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Differentiation beyond {@link Tensor#backward()}. Safe for any thread. */
public final class Autograd {
    private Autograd() {}

    /**
     * Accumulates gradients of all leaves.
     *
     * @param roots what to differentiate
     * @param gradients one for each root, of its shape; null for 1 where the root has one element
     * @param retainGraph whether backward may run again
     * @param createGraph whether the gradients can be differentiated themselves; implies
     *     retainGraph
     */
    public static void backward(
            List<Tensor> roots,
            List<? extends @Nullable Tensor> gradients,
            boolean retainGraph,
            boolean createGraph) {
        new Engine(runtime(roots), retainGraph || createGraph, createGraph).run(roots, gradients);
    }

    /**
     * {@return the gradients of the scalar {@code output} with respect to the inputs} The caller
     * owns them.
     *
     * @param output a tensor with one element and a graph
     * @param inputs the tensors whose gradients are wanted
     */
    public static List<Tensor> grad(Tensor output, List<Tensor> inputs) {
        List<@Nullable Tensor> all =
                grad(List.of(output), inputs, Collections.singletonList(null), false, false, false);
        List<Tensor> found = new ArrayList<>();
        all.forEach(g -> found.add(java.util.Objects.requireNonNull(g)));
        return found;
    }

    /**
     * {@return the gradients of outputs with respect to inputs; leaves accumulate nothing} The
     * caller owns them.
     *
     * @param outputs tensors with a graph
     * @param inputs the tensors whose gradients are wanted
     * @param gradients one for each output, of its shape; null for 1
     * @param retainGraph whether what the graph saved is kept for another run
     * @param createGraph whether the gradients get a graph of their own, to be differentiated again
     * @param allowUnused whether an input that no output depends on gives null; otherwise an error
     */
    public static List<@Nullable Tensor> grad(
            List<Tensor> outputs,
            List<Tensor> inputs,
            List<? extends @Nullable Tensor> gradients,
            boolean retainGraph,
            boolean createGraph,
            boolean allowUnused) {
        Map<Edge, @Nullable Tensor> captured = new HashMap<>();
        List<Edge> edges = new ArrayList<>();
        for (Tensor input : inputs) {
            Edge edge = Recorder.edge((TensorImpl) input);
            if (edge == null) {
                throw new ArgumentException("grad: an input requires no gradient: " + input);
            }
            edges.add(edge);
            captured.put(edge, null);
        }
        Engine engine = new Engine(runtime(outputs), retainGraph || createGraph, createGraph);
        engine.capture(captured);
        engine.run(outputs, gradients);
        List<@Nullable Tensor> found = new ArrayList<>();
        for (Edge edge : edges) {
            Tensor grad = captured.get(edge);
            if (grad == null && !allowUnused) {
                throw new ArgumentException(
                        "grad: input "
                                + found.size()
                                + " was not used to compute the outputs; pass allowUnused");
            }
            found.add(grad == null ? null : Handles.share(grad));
        }
        captured.values().forEach(Handles::close);
        return found;
    }

    /**
     * Calls the hook with the tensor's gradient when backward has it; what it returns takes the
     * gradient's place.
     *
     * @param tensor a tensor that requires a gradient
     * @param hook called on the thread that runs backward
     * @return removes the hook
     */
    public static Runnable registerHook(Tensor tensor, UnaryOperator<Tensor> hook) {
        Edge edge = Recorder.edge((TensorImpl) tensor);
        if (edge == null) {
            throw new ArgumentException("registerHook: the tensor requires no gradient");
        }
        return edge.node().addHook(edge.output(), hook);
    }

    /**
     * Keeps the gradient of a tensor that is no leaf, as {@link Tensor#grad()}.
     *
     * @param tensor a tensor that requires a gradient
     */
    public static void retainGrad(Tensor tensor) {
        TensorImpl of = (TensorImpl) tensor;
        registerHook(
                tensor,
                grad -> {
                    GradState state = GradState.of(of);
                    if (state != null && !state.isLeaf()) {
                        state.accumulate(grad.clone(), false);
                    }
                    return grad;
                });
    }

    private static KeywayRuntime runtime(List<Tensor> tensors) {
        if (tensors.isEmpty()) {
            throw new ArgumentException("backward: no tensor was given");
        }
        return (KeywayRuntime) tensors.getFirst().keyway();
    }
}
