// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn.training;

import dev.keyway.Tensor;
import dev.keyway.nn.NnModule;
import java.util.LinkedHashMap;
import java.util.Map;

/** A copy of a model's parameters and buffers, taken again and again. One thread uses it. */
final class BestWeights implements AutoCloseable {
    private final NnModule model;
    private final Map<String, Tensor> copies = new LinkedHashMap<>();

    /** Starts with the model as it is. */
    BestWeights(NnModule model) {
        this.model = model;
        keep();
    }

    /** Takes the model as it is instead of what was kept. */
    void keep() {
        close();
        model.stateDict().forEach((name, tensor) -> copies.put(name, copy(tensor)));
    }

    private static Tensor copy(Tensor tensor) {
        try (var scope = tensor.keyway().noGrad()) {
            return tensor.clone();
        }
    }

    /** Gives the model what was kept. */
    void restore() {
        model.loadStateDict(copies);
    }

    @Override
    public void close() {
        copies.values().forEach(Tensor::close);
        copies.clear();
    }
}
