// SPDX-License-Identifier: Apache-2.0
package dev.keyway.autograd;

import dev.keyway.Attributes;
import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.KeywayException;
import dev.keyway.Tensor;
import dev.keyway.dispatch.TensorImpl;
import dev.keyway.operator.GradientContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One run of a gradient formula; closes the handles it lent out. */
final class BackwardContext implements GradientContext, AutoCloseable {
    private final OperatorNode node;
    private final @Nullable Tensor[] grads;
    private final boolean createGraph;
    private final @Nullable Tensor[] results;
    private final List<Tensor> lent = new ArrayList<>();
    private boolean handedOver;

    BackwardContext(OperatorNode node, @Nullable Tensor[] grads, boolean createGraph) {
        this.node = node;
        this.grads = grads;
        this.createGraph = createGraph;
        this.results = new @Nullable Tensor[node.edges.length];
    }

    @Nullable Tensor[] results() {
        handedOver = true;
        return results;
    }

    @Override
    public Attributes attributes() {
        return node.attributes;
    }

    @Override
    public @Nullable Tensor gradOrNull(int output) {
        return grads[output];
    }

    @Override
    public Tensor grad() {
        return Objects.requireNonNull(grads[0]);
    }

    @Override
    public Tensor input(int index) {
        Tensor input = inputOrNull(index);
        if (input == null) {
            throw new KeywayException(node.name() + ": input " + index + " was not saved");
        }
        return input;
    }

    @Override
    public @Nullable Tensor inputOrNull(int index) {
        SavedTensor saved = node.savedInputs[index];
        return saved == null ? null : lend(saved, null);
    }

    @Override
    public Tensor output(int index) {
        SavedTensor saved = node.savedOutputs[index];
        if (saved == null) {
            throw new KeywayException(node.name() + ": result " + index + " was not saved");
        }
        boolean carries = (node.definition.differentiable() & (1 << index)) != 0;
        return lend(saved, carries ? new Edge(node, index) : null);
    }

    private Tensor lend(SavedTensor saved, @Nullable Edge self) {
        TensorImpl tensor = saved.unpack(node.name(), self, createGraph);
        if (!saved.owns(tensor)) {
            lent.add(tensor);
        }
        return tensor;
    }

    @Override
    public int inputCount() {
        return node.inputs.length;
    }

    private InputMeta meta(int index) {
        InputMeta meta = node.inputs[index];
        if (meta == null) {
            throw new KeywayException(node.name() + ": input " + index + " was absent");
        }
        return meta;
    }

    @Override
    public long[] inputSizes(int index) {
        return meta(index).sizes();
    }

    @Override
    public long[] inputStrides(int index) {
        return meta(index).strides();
    }

    @Override
    public long inputStorageOffset(int index) {
        return meta(index).storageOffset();
    }

    @Override
    public DType inputDType(int index) {
        return meta(index).dtype();
    }

    @Override
    public Device inputDevice(int index) {
        return meta(index).device();
    }

    @Override
    public boolean needs(int index) {
        return node.edges[index] != null;
    }

    @Override
    public void set(int input, @Nullable Tensor gradient) {
        if (gradient == null) {
            return;
        }
        boolean borrowed = isBorrowed(gradient);
        if (!needs(input)) {
            if (!borrowed) {
                gradient.close();
            }
            return;
        }
        Tensor own = borrowed ? Handles.share(gradient) : gradient;
        InputMeta meta = meta(input);
        results[input] = Handles.fit(own, meta.sizes(), meta.dtype());
    }

    /** An incoming gradient, a saved tensor, or one that was set before. */
    private boolean isBorrowed(Tensor gradient) {
        for (Tensor grad : grads) {
            if (grad == gradient) {
                return true;
            }
        }
        for (Tensor result : results) {
            if (result == gradient) {
                return true;
            }
        }
        for (SavedTensor saved : node.savedInputs) {
            if (saved != null && saved.owns((TensorImpl) gradient)) {
                return true;
            }
        }
        for (SavedTensor saved : node.savedOutputs) {
            if (saved != null && saved.owns((TensorImpl) gradient)) {
                return true;
            }
        }
        return lent.contains(gradient);
    }

    @Override
    public void close() {
        lent.forEach(Tensor::close);
        if (!handedOver) {
            for (Tensor result : results) {
                Handles.close(result);
            }
        }
    }
}
