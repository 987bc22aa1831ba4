// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn.optim;

import dev.keyway.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/** Changes parameters by their gradients. One thread uses it. */
public abstract class Optimizer implements AutoCloseable {
    private final Map<String, Tensor> parameters;
    private final Map<String, Tensor> state = new LinkedHashMap<>();
    private double lr;

    /**
     * For these parameters by name, with a learning rate.
     *
     * @param parameters by name; not owned
     * @param lr the learning rate
     */
    protected Optimizer(Map<String, Tensor> parameters, double lr) {
        this.parameters = new LinkedHashMap<>(parameters);
        this.lr = lr;
    }

    /** {@return the learning rate} */
    public final double lr() {
        return lr;
    }

    /**
     * Sets the learning rate.
     *
     * @param newLr the learning rate
     */
    public final void setLr(double newLr) {
        lr = newLr;
    }

    /** One step for every parameter that has a gradient. */
    public final void step() {
        parameters.forEach(
                (name, parameter) -> {
                    Tensor grad = parameter.grad();
                    if (grad != null) {
                        try (var scope = parameter.keyway().noGrad()) {
                            update(name, parameter, grad);
                        }
                    }
                });
    }

    /**
     * Changes one parameter; nothing is recorded.
     *
     * @param name its name
     * @param parameter the parameter
     * @param grad its gradient
     */
    protected abstract void update(String name, Tensor parameter, Tensor grad);

    /** Clears the gradients. */
    public final void zeroGrad() {
        parameters.values().forEach(parameter -> parameter.setGrad(null));
    }

    /** {@return what the optimizer remembers, by name; the tensors are its own} */
    public final Map<String, Tensor> state() {
        return state;
    }

    /**
     * Replaces what it remembers by copies.
     *
     * @param saved from {@code state()}
     */
    public final void loadState(Map<String, Tensor> saved) {
        state.values().forEach(Tensor::close);
        state.clear();
        saved.forEach((name, tensor) -> state.put(name, tensor.clone()));
    }

    /** Closes what it remembers. */
    @Override
    public void close() {
        state.values().forEach(Tensor::close);
        state.clear();
    }
}
