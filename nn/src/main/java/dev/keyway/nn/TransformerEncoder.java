// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn;

import dev.keyway.ArgumentException;
import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Generator;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Layers of a transformer's encoder one after the other, over {@code [n, steps, features]}. */
public final class TransformerEncoder extends NnModule {
    private final List<TransformerEncoderLayer> layers = new ArrayList<>();

    /**
     * Layers in f32, named {@code layers.0}, {@code layers.1}, ... as PyTorch does.
     *
     * @param device where the parameters are
     * @param layers how many
     * @param options the options
     * @param generator where the first values come from; null for the generator of the runtime
     */
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

    /**
     * With a mask of the attention, or causal.
     *
     * @param input the input
     * @param mask added to the scores, or bool with true where a key may be seen; null for none
     * @param causal whether a step sees those up to itself alone
     * @return the output; the caller owns it
     */
    public Tensor forward(Tensor input, @Nullable Tensor mask, boolean causal) {
        if (mask == null || mask.dtype() != DType.BOOL) {
            return through(input, mask, causal);
        }
        Device device = input.device();
        DType dtype = input.dtype();
        try (Tensor seen = Ops.full(device, dtype, 0.0);
                Tensor hidden = Ops.full(device, dtype, Double.NEGATIVE_INFINITY);
                Tensor added = Ops.where(mask, seen, hidden)) { // once for all layers
            return through(input, added, causal);
        }
    }

    private Tensor through(Tensor input, @Nullable Tensor mask, boolean causal) {
        Tensor current = input;
        for (int i = 0; i < layers.size(); i++) {
            Tensor next = layers.get(i).forward(current, mask, causal);
            if (current != input) {
                current.close();
            }
            current = next;
        }
        return current;
    }
}
