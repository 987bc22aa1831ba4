// SPDX-License-Identifier: Apache-2.0
package dev.keyway.autograd;

import dev.keyway.Attributes;
import dev.keyway.KeywayException;
import dev.keyway.Tensor;
import dev.keyway.operator.Gradient;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.schema.Argument;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A recorded call of an operator with a gradient formula. */
final class OperatorNode extends Node {
    final OperatorDefinition definition;
    final Attributes attributes;
    final @Nullable InputMeta[] inputs;
    private final int outputs;
    final @Nullable SavedTensor[] savedInputs;
    final @Nullable SavedTensor[] savedOutputs;
    private boolean released;

    OperatorNode(
            OperatorDefinition definition,
            Attributes attributes,
            @Nullable Edge[] edges,
            @Nullable InputMeta[] inputs,
            int outputs) {
        super(edges, false);
        this.definition = definition;
        this.attributes = attributes;
        this.inputs = inputs;
        this.outputs = outputs;
        this.savedInputs = new @Nullable SavedTensor[inputs.length];
        this.savedOutputs = new @Nullable SavedTensor[outputs];
    }

    @Override
    String name() {
        return definition.schema().qualifiedName();
    }

    @Override
    int outputs() {
        return outputs;
    }

    /** The name of a tensor argument, for messages. */
    static String argument(OperatorDefinition definition, int index) {
        List<Argument> arguments = definition.schema().tensorArguments();
        return "argument '"
                + (index < arguments.size()
                        ? arguments.get(index).name()
                        : "tensors[" + index + "]")
                + "'";
    }

    @Override
    @Nullable Tensor[] backward(@Nullable Tensor[] grads, boolean createGraph) {
        if (released) {
            throw new KeywayException(
                    name()
                            + ": backward through this graph ran before and freed what it saved; pass"
                            + " retainGraph to the first backward");
        }
        Gradient formula = Objects.requireNonNull(definition.gradient());
        try (BackwardContext context = new BackwardContext(this, grads, createGraph)) {
            formula.backward(context);
            return context.results();
        }
    }

    @Override
    void releaseSaved() {
        released = true;
        for (SavedTensor saved : savedInputs) {
            if (saved != null) {
                saved.close();
            }
        }
        for (SavedTensor saved : savedOutputs) {
            if (saved != null) {
                saved.close();
            }
        }
    }
}
