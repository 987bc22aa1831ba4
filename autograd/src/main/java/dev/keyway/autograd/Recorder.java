// SPDX-License-Identifier: Apache-2.0
package dev.keyway.autograd;

import dev.keyway.Attributes;
import dev.keyway.Scope;
import dev.keyway.Tensor;
import dev.keyway.attributes.AsStridedAttributes;
import dev.keyway.dispatch.OperatorImpl;
import dev.keyway.dispatch.TensorImpl;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.Saved;
import org.jspecify.annotations.Nullable;

/** Records one call: made before it runs, as in-place operators change their inputs. */
final class Recorder {
    private final OperatorDefinition definition;
    private final OperatorNode node;

    Recorder(
            OperatorDefinition definition,
            Attributes attributes,
            @Nullable TensorImpl out,
            @Nullable Tensor[] inputs) {
        this.definition = definition;
        @Nullable Edge[] edges = new @Nullable Edge[inputs.length];
        @Nullable InputMeta[] metas = new @Nullable InputMeta[inputs.length];
        for (int i = 0; i < inputs.length; i++) {
            TensorImpl input = (TensorImpl) inputs[i];
            if (input != null) {
                edges[i] = edge(input);
                metas[i] = InputMeta.of(input);
            }
        }
        int outputs = definition.schema().returns();
        node = new OperatorNode(definition, attributes, edges, metas, outputs);
        try {
            save(definition.saved(), edges, out, inputs);
        } catch (RuntimeException | Error e) {
            discard();
            throw e;
        }
    }

    private void save(
            Saved saved,
            @Nullable Edge[] edges,
            @Nullable TensorImpl out,
            @Nullable Tensor[] inputs) {
        for (int i = 0; i < inputs.length; i++) {
            TensorImpl input = (TensorImpl) inputs[i];
            if (input != null && (saved.inputs() & (1 << i)) != 0) {
                String name = OperatorNode.argument(definition, i);
                node.savedInputs[i] =
                        input == out
                                ? before(input, name, edges[i])
                                : new SavedTensor(input, input.version(), name, edges[i]);
            }
        }
    }

    /** A copy of what the call is about to overwrite. */
    private static SavedTensor before(TensorImpl input, String name, @Nullable Edge edge) {
        try (Scope _ = input.keyway().noGrad();
                Tensor copy = input.clone()) {
            return new SavedTensor((TensorImpl) copy, copy.version(), name, edge);
        }
    }

    /** Where the gradient of a tensor goes; null when it needs none. */
    static @Nullable Edge edge(TensorImpl tensor) {
        GradState state = GradState.of(tensor);
        TensorImpl base = tensor.base();
        if (base != null && isStale(tensor, base, state)) {
            return regenerate(tensor, base);
        }
        return state != null && state.requiresGrad() ? state.edge(tensor) : null;
    }

    /** Whether the base got a history, or another one, since the view was made. */
    private static boolean isStale(TensorImpl tensor, TensorImpl base, @Nullable GradState state) {
        GradState of = GradState.of(base);
        if (of == null || !of.requiresGrad()) {
            return false;
        }
        return state == null || (!state.isLeaf() && state.version() != tensor.version());
    }

    /** The view's node made anew from its base's current one. */
    private static Edge regenerate(TensorImpl view, TensorImpl base) {
        OperatorImpl operator = (OperatorImpl) view.keyway().operator("as_strided");
        Attributes geometry =
                new AsStridedAttributes(view.sizes(), view.strides(), view.storageOffset());
        @Nullable Edge[] edges = {edge(base)};
        InputMeta[] metas = {InputMeta.of(base)};
        Edge edge = new Edge(new OperatorNode(operator.definition(), geometry, edges, metas, 1), 0);
        set(view, edge);
        return edge;
    }

    private static void set(TensorImpl tensor, Edge edge) {
        GradState state = GradState.of(tensor);
        if (state == null) {
            tensor.setAutograd(GradState.of(edge, tensor.version()));
        } else {
            state.replace(edge, tensor.version());
            tensor.setAutograd(state);
        }
    }

    /** Gives the results their history. */
    void attach(Tensor[] results) {
        boolean recorded = false;
        for (int i = 0; i < results.length; i++) {
            TensorImpl result = (TensorImpl) results[i];
            boolean carries = (definition.differentiable() & (1 << i)) != 0;
            if (carries && result.dtype().isFloating() && hasEdge()) {
                result.setAutograd(GradState.of(new Edge(node, i), result.version()));
                recorded = true;
            }
        }
        if (recorded) {
            saveOutputs(results);
        } else {
            discard();
        }
    }

    private boolean hasEdge() {
        for (Edge edge : node.edges) {
            if (edge != null) {
                return true;
            }
        }
        return false;
    }

    private void saveOutputs(Tensor[] results) {
        for (int i = 0; i < results.length; i++) {
            if ((definition.saved().outputs() & (1 << i)) != 0) {
                TensorImpl result = (TensorImpl) results[i];
                node.savedOutputs[i] =
                        new SavedTensor(result, result.version(), "result " + i, null);
            }
        }
    }

    /** The changed tensor's history becomes this call; a view's change is recorded on its base. */
    void attachInPlace(TensorImpl out) {
        if (!hasEdge() || !out.dtype().isFloating()) {
            discard();
            return;
        }
        saveOutputs(new Tensor[] {out});
        TensorImpl base = out.base();
        if (base == null) {
            set(out, new Edge(node, 0));
            return;
        }
        Edge before = edge(base);
        SliceNode slice = new SliceNode(node, before, InputMeta.of(base), InputMeta.of(out));
        set(base, new Edge(slice, 0));
        regenerate(out, base);
    }

    /** Nothing was recorded. */
    void discard() {
        node.hold();
        node.letGo();
    }
}
