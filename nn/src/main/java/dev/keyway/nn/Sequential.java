// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn;

import dev.keyway.Tensor;
import java.util.List;

/**
 * Layers one after the other, named 0, 1, ...; intermediate results are closed as soon as they are
 * used.
 */
public final class Sequential extends NnModule {
    private final List<NnModule> layers;

    /** In this order. */
    public Sequential(NnModule... layers) {
        this.layers = List.of(layers);
        for (int i = 0; i < layers.length; i++) {
            register(String.valueOf(i), layers[i]);
        }
    }

    @Override
    public Tensor forward(Tensor input) {
        Tensor current = input;
        for (NnModule layer : layers) {
            Tensor next = null;
            try {
                next = layer.forward(current);
            } finally {
                if (current != input && current != next) {
                    current.close();
                }
            }
            current = next;
        }
        return current;
    }
}
