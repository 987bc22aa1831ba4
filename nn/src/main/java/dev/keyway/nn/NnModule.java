// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn;

import dev.keyway.ArgumentException;
import dev.keyway.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A layer or a tree of layers, with named parameters (trained), buffers (kept, not trained) and
 * children. A module owns its tensors. One thread changes it; several may run {@link #forward} in
 * evaluation mode.
 */
public abstract class NnModule implements AutoCloseable {
    private final Map<String, Tensor> parameters = new LinkedHashMap<>();
    private final Map<String, Tensor> buffers = new LinkedHashMap<>();
    private final Map<String, NnModule> children = new LinkedHashMap<>();
    private boolean training = true;

    /**
     * Computes the output; the caller owns it and keeps owning the input.
     *
     * @param input the input
     * @return the output
     */
    public abstract Tensor forward(Tensor input);

    /**
     * Adds a parameter, which requires gradients from now on.
     *
     * @param name its name
     * @param parameter the tensor; the module owns it
     * @return what was registered
     */
    protected final Tensor register(String name, Tensor parameter) {
        parameters.put(name, parameter.requiresGrad_(true));
        return parameter;
    }

    /**
     * Adds a buffer.
     *
     * @param name its name
     * @param buffer the tensor; the module owns it
     * @return the buffer
     */
    protected final Tensor registerBuffer(String name, Tensor buffer) {
        buffers.put(name, buffer);
        return buffer;
    }

    /**
     * Adds a child.
     *
     * @param <M> the type of the child
     * @param name its name
     * @param child the module; this one owns it
     * @return what was registered
     */
    protected final <M extends NnModule> M register(String name, M child) {
        children.put(name, child);
        return child;
    }

    /** {@return the direct children by name} */
    public final Map<String, NnModule> children() {
        return java.util.Collections.unmodifiableMap(children);
    }

    /** {@return whether layers as dropout behave as in training} */
    public final boolean isTraining() {
        return training;
    }

    /**
     * Switches this tree to training or evaluation.
     *
     * @param newTraining whether training
     * @return this module
     */
    public final NnModule train(boolean newTraining) {
        training = newTraining;
        children.values().forEach(child -> child.train(newTraining));
        return this;
    }

    /**
     * Switches this tree to evaluation.
     *
     * @return this module
     */
    public final NnModule eval() {
        return train(false);
    }

    /** {@return the parameters of the tree by path, as {@code features.0.weight}} */
    public final Map<String, Tensor> namedParameters() {
        Map<String, Tensor> all = new LinkedHashMap<>();
        collect("", all, true, false);
        return all;
    }

    /** {@return the parameters of the tree} */
    public final List<Tensor> parameters() {
        return new ArrayList<>(namedParameters().values());
    }

    /**
     * Parameters and buffers of the tree by path; the tensors are the module's own.
     *
     * @return tensors by path
     */
    public final Map<String, Tensor> stateDict() {
        Map<String, Tensor> all = new LinkedHashMap<>();
        collect("", all, true, true);
        return all;
    }

    private void collect(
            String prefix, Map<String, Tensor> all, boolean withParameters, boolean withBuffers) {
        if (withParameters) {
            parameters.forEach((name, tensor) -> all.put(prefix + name, tensor));
        }
        if (withBuffers) {
            buffers.forEach((name, tensor) -> all.put(prefix + name, tensor));
        }
        children.forEach(
                (name, child) ->
                        child.collect(prefix + name + ".", all, withParameters, withBuffers));
    }

    /**
     * Copies values into parameters and buffers.
     *
     * @param state values by path
     * @throws ArgumentException naming every missing, superfluous or misshapen entry; nothing is
     *     changed then
     */
    public final void loadStateDict(Map<String, Tensor> state) {
        Map<String, Tensor> own = stateDict();
        List<String> problems = new ArrayList<>();
        own.forEach(
                (name, tensor) -> {
                    Tensor given = state.get(name);
                    if (given == null) {
                        problems.add("'" + name + "' is missing");
                    } else if (!Arrays.equals(given.sizes(), tensor.sizes())
                            || given.dtype() != tensor.dtype()) {
                        problems.add(
                                "'"
                                        + name
                                        + "' is "
                                        + given.dtype()
                                        + Arrays.toString(given.sizes())
                                        + ", expected "
                                        + tensor.dtype()
                                        + Arrays.toString(tensor.sizes()));
                    }
                });
        state.keySet().stream()
                .filter(name -> !own.containsKey(name))
                .forEach(name -> problems.add("'" + name + "' is unknown"));
        if (!problems.isEmpty()) {
            throw new ArgumentException(
                    "the state is of another architecture: " + String.join("; ", problems));
        }
        own.forEach(
                (name, tensor) -> {
                    try (var scope = tensor.keyway().noGrad()) {
                        tensor.copy_(java.util.Objects.requireNonNull(state.get(name)));
                    }
                });
    }

    /** Clears the gradients of all parameters. */
    public final void zeroGrad() {
        parameters().forEach(parameter -> parameter.setGrad(null));
    }

    /** Closes parameters, buffers and children. */
    @Override
    public void close() {
        parameters.values().forEach(Tensor::close);
        buffers.values().forEach(Tensor::close);
        children.values().forEach(NnModule::close);
    }
}
