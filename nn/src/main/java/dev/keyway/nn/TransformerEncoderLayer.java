// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn;

import dev.keyway.Device;
import dev.keyway.Generator;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import dev.keyway.nn.TransformerOptions.Activation;
import org.jspecify.annotations.Nullable;

/**
 * A layer of a transformer's encoder (Vaswani and others, "Attention Is All You Need", 2017) over
 * {@code [n, steps, features]}: attention to itself and two linear maps with an activation between,
 * each with dropout, a residual sum and layer normalization, before it or after.
 */
public final class TransformerEncoderLayer extends NnModule {
    private final MultiheadAttention attention;
    private final Linear linear1;
    private final Linear linear2;
    private final LayerNorm norm1;
    private final LayerNorm norm2;
    private final Dropout dropout;
    private final boolean normFirst;
    private final Activation activation;

    /**
     * A layer in f32 with relu, with PyTorch's names.
     *
     * @param device where the parameters are
     * @param features size of a row
     * @param heads number of heads, which divides the features
     * @param inner features between the two linear layers
     * @param dropout probability, from 0 to 1
     * @param normFirst whether normalization comes before attention and linear layers
     * @param generator where the first values come from; null for the generator of the runtime
     */
    public TransformerEncoderLayer(
            Device device,
            long features,
            long heads,
            long inner,
            double dropout,
            boolean normFirst,
            @Nullable Generator generator) {
        this(
                device,
                TransformerOptions.of(features, heads, inner)
                        .withDropout(dropout)
                        .withNormFirst(normFirst),
                generator);
    }

    /**
     * A layer in f32, with PyTorch's names.
     *
     * @param device where the parameters are
     * @param options the options
     * @param generator where the first values come from; null for the generator of the runtime
     */
    public TransformerEncoderLayer(
            Device device, TransformerOptions options, @Nullable Generator generator) {
        normFirst = options.normFirst();
        activation = options.activation();
        long features = options.features();
        attention =
                register(
                        "self_attn",
                        new MultiheadAttention(
                                device, features, options.heads(), options.dropout(), generator));
        linear1 = register("linear1", new Linear(device, features, options.inner(), generator));
        linear2 = register("linear2", new Linear(device, options.inner(), features, generator));
        norm1 = register("norm1", norm(device, options));
        norm2 = register("norm2", norm(device, options));
        dropout = register("dropout", new Dropout(options.dropout()));
    }

    private static LayerNorm norm(Device device, TransformerOptions options) {
        return new LayerNorm(device, new long[] {options.features()}, options.layerNormEps());
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
        if (normFirst) {
            try (Tensor first = norm1.forward(input);
                    Tensor seen = attended(first, mask, causal);
                    Tensor middle = input.add(seen);
                    Tensor second = norm2.forward(middle);
                    Tensor mapped = mapped(second)) {
                return middle.add(mapped);
            }
        }
        try (Tensor seen = attended(input, mask, causal);
                Tensor sum = input.add(seen);
                Tensor middle = norm1.forward(sum);
                Tensor mapped = mapped(middle);
                Tensor total = middle.add(mapped)) {
            return norm2.forward(total);
        }
    }

    private Tensor attended(Tensor x, @Nullable Tensor mask, boolean causal) {
        return dropped(attention.attend(x, x, x, mask, causal));
    }

    private Tensor mapped(Tensor x) {
        try (Tensor wide = linear1.forward(x);
                Tensor active =
                        dropped(activation == Activation.GELU ? Ops.gelu(wide) : wide.relu())) {
            return dropped(linear2.forward(active));
        }
    }

    /** Closes the tensor, unless it is the result, as it is outside of training. */
    private Tensor dropped(Tensor x) {
        if (!dropout.isTraining()) {
            return x;
        }
        try (x) {
            return dropout.forward(x);
        }
    }
}
