// SPDX-License-Identifier: Apache-2.0
package dev.keyway.autograd;

import dev.keyway.ArgumentException;
import dev.keyway.Attributes;
import dev.keyway.KeywayException;
import dev.keyway.Tensor;
import dev.keyway.dispatch.AutogradLayer;
import dev.keyway.dispatch.DispatchKey;
import dev.keyway.dispatch.KeywayRuntime;
import dev.keyway.dispatch.OperatorImpl;
import dev.keyway.dispatch.TensorImpl;
import dev.keyway.dispatch.ThreadState;
import dev.keyway.operator.Gradient;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.Saved;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The autograd layer of one runtime: records calls. */
final class Library implements AutogradLayer {
    /** What is overwritten by an operator without a derivative gets no gradient from then on. */
    private static final Gradient CUT = g -> g.set(0, g.grad().mul(0L));

    private final KeywayRuntime runtime;

    Library(KeywayRuntime runtime) {
        this.runtime = runtime;
    }

    @Override
    public Tensor[] call(
            OperatorImpl operator,
            Attributes attributes,
            @Nullable TensorImpl out,
            @Nullable Tensor[] inputs) {
        OperatorDefinition definition = operator.definition();
        if (definition.gradient() == null && definition.composite() != null) {
            return decomposed(operator, attributes, out, inputs);
        }
        if (definition.isNotDifferentiable()) {
            boolean cuts = out != null && (out.keys() & DispatchKey.AUTOGRAD.bit()) != 0;
            return cuts
                    ? record(
                            operator,
                            definition.gradient(Saved.NOTHING, CUT),
                            attributes,
                            out,
                            inputs)
                    : below(operator, attributes, out, inputs);
        }
        return record(operator, definition, attributes, out, inputs);
    }

    private Tensor[] below(
            OperatorImpl operator,
            Attributes attributes,
            @Nullable TensorImpl out,
            @Nullable Tensor[] inputs) {
        ThreadState state = runtime.threadState();
        long before = state.exclude(DispatchKey.AUTOGRAD.bit());
        try {
            return operator.leaf(attributes, out, inputs);
        } finally {
            state.restore(before);
        }
    }

    private static Tensor[] decomposed(
            OperatorImpl operator,
            Attributes attributes,
            @Nullable TensorImpl out,
            @Nullable Tensor[] inputs) {
        Tensor[] results = operator.decompose(attributes, inputs);
        if (out == null) {
            return results;
        }
        try (Tensor result = results[0]) {
            out.copy_(result);
        }
        return new Tensor[] {out};
    }

    private Tensor[] record(
            OperatorImpl operator,
            OperatorDefinition definition,
            Attributes attributes,
            @Nullable TensorImpl out,
            @Nullable Tensor[] inputs) {
        if (out != null) {
            checkInPlace(operator, out, inputs);
        }
        Recorder recorder = new Recorder(definition, attributes, out, inputs);
        Tensor[] results;
        try {
            results = below(operator, attributes, out, inputs);
        } catch (RuntimeException | Error e) {
            recorder.discard();
            throw e;
        }
        if (out == null) {
            recorder.attach(results);
        } else {
            recorder.attachInPlace(out);
        }
        return results;
    }

    private static void checkInPlace(
            OperatorImpl operator, TensorImpl out, @Nullable Tensor[] inputs) {
        TensorImpl base = out.base() == null ? out : out.base();
        GradState state = GradState.of(base);
        if (state != null && state.requiresGrad() && state.isLeaf()) {
            throw new ArgumentException(
                    operator
                            + ": a leaf that requires a gradient "
                            + (out == base ? "" : "is viewed here and ")
                            + "can't be changed in place while gradients are recorded; use noGrad()");
        }
        if (inputs.length == 0 || inputs[0] != out) {
            throw new ArgumentException(
                    operator
                            + ": the out form does not record gradients; use the function, or noGrad()");
        }
    }

    @Override
    public void requiresGrad(TensorImpl tensor, boolean requiresGrad) {
        GradState state = GradState.of(tensor);
        if (state != null && !state.isLeaf()) {
            if (!requiresGrad) {
                throw new ArgumentException(
                        "requiresGrad_: only a leaf can stop requiring a gradient; use detach()");
            }
            return;
        }
        if (requiresGrad && !tensor.dtype().isFloating()) {
            throw new ArgumentException(
                    "requiresGrad_: only floating dtypes have gradients, got " + tensor.dtype());
        }
        if (state == null) {
            if (!requiresGrad) {
                return;
            }
            state = GradState.leaf();
        }
        state.require(requiresGrad);
        tensor.setAutograd(state);
    }

    @Override
    public void backward(TensorImpl root, @Nullable Tensor gradient, boolean retainGraph) {
        if (!root.requiresGrad()) {
            throw new KeywayException(
                    "backward: the tensor requires no gradient and has no graph; call"
                            + " requiresGrad_(true) on an input before computing it");
        }
        Engine engine = new Engine(runtime, retainGraph, false);
        engine.run(List.of(root), java.util.Collections.singletonList(gradient));
    }
}
