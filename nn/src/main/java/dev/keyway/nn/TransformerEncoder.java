// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn;

import dev.keyway.ArgumentException;
import dev.keyway.Device;
import dev.keyway.Generator;
import dev.keyway.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Layers of a transformer's encoder one after the other, over {@code [n, steps, features]}. */
public final class TransformerEncoder extends NnModule {
    private final List<TransformerEncoderLayer> layers = new ArrayList<>();

    /** Layers in f32, named {@code layers.0}, {@code layers.1}, ... as PyTorch does. */
    public TransformerEncoder(
            Device device, int layers, TransformerOptions options, @Nullable Generator generator) {
        if (layers < 1) {
            throw new ArgumentException(
                    "TransformerEncoder: expected at least one layer, got " + layers);
        }
        for (int i = 0; i < layers; i++) {
            this.layers.add(
                    register(
                            "layers." + i,
                            new TransformerEncoderLayer(device, options, generator)));
        }
    }

    @Override
    public Tensor forward(Tensor input) {
        return forward(input, null, false);
    }

    /** With a mask of the attention, or causal. */
    public Tensor forward(Tensor input, @Nullable Tensor mask, boolean causal) {
        Tensor current = input;
        for (TransformerEncoderLayer layer : layers) {
            Tensor next = layer.forward(current, mask, causal);
            if (current != input) {
                current.close();
            }
            current = next;
        }
        return current;
    }
}
