// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn;

import dev.keyway.ArgumentException;
import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Generator;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Attention of several heads (Vaswani and others, "Attention Is All You Need", 2017, section 3.2.2)
 * over {@code [n, steps, features]}. Parameters have PyTorch's names and layouts. The weights of
 * the attention are not returned.
 */
public final class MultiheadAttention extends NnModule {
    private final long features;
    private final long heads;
    private final double dropout;
    private final Tensor inWeight;
    private final Tensor inBias;
    private final Projection out;

    /** A linear map with a bias of zeros. */
    private static final class Projection extends NnModule {
        private final Tensor weight;
        private final Tensor bias;

        Projection(Device device, long features, @Nullable Generator generator) {
            weight =
                    register(
                            "weight",
                            Init.uniform(
                                    device, DType.F32, generator, features, features, features));
            bias = register("bias", Ops.zeros(device, DType.F32, features));
        }

        @Override
        public Tensor forward(Tensor input) {
            return Ops.linear(input, weight, bias);
        }
    }

    /** A layer in f32. */
    public MultiheadAttention(
            Device device,
            long features,
            long heads,
            double dropout,
            @Nullable Generator generator) {
        if (heads < 1 || features % heads != 0) {
            throw new ArgumentException(
                    "MultiheadAttention: " + heads + " heads do not divide " + features);
        }
        this.features = features;
        this.heads = heads;
        this.dropout = dropout;
        inWeight =
                register(
                        "in_proj_weight",
                        Init.glorot(device, DType.F32, generator, 3 * features, features));
        inBias = register("in_proj_bias", Ops.zeros(device, DType.F32, 3 * features));
        out = register("out_proj", new Projection(device, features, generator));
    }

    /** Attention of the sequence to itself. */
    @Override
    public Tensor forward(Tensor input) {
        return attend(input, input, input, null, false);
    }

    /**
     * Attention of queries {@code [n, steps, features]} to keys and values.
     *
     * @param mask added to the scores, or true where a key is seen; null for none
     */
    public Tensor attend(
            Tensor query, Tensor key, Tensor value, @Nullable Tensor mask, boolean causal) {
        if (query == key && key == value) {
            return attendToItself(query, mask, causal);
        }
        try (Tensor q = projected(query, 0);
                Tensor k = projected(key, 1);
                Tensor v = projected(value, 2)) {
            return combined(q, k, v, mask, causal);
        }
    }

    /** The same with one product for queries, keys and values. */
    private Tensor attendToItself(Tensor input, @Nullable Tensor mask, boolean causal) {
        try (Tensor flat = Ops.linear(input, inWeight, inBias);
                Tensor split =
                        flat.reshape(input.size(0), input.size(1), 3, heads, features / heads);
                Tensor turned = split.permute(2, 0, 3, 1, 4);
                Tensor q = turned.select(0, 0);
                Tensor k = turned.select(0, 1);
                Tensor v = turned.select(0, 2)) {
            return combined(q, k, v, mask, causal);
        }
    }

    private Tensor combined(Tensor q, Tensor k, Tensor v, @Nullable Tensor mask, boolean causal) {
        try (Tensor joined =
                        Ops.scaledDotProductAttention(
                                q, k, v, mask, isTraining() ? dropout : 0.0, causal);
                Tensor turned = joined.transpose(1, 2);
                Tensor flat = turned.reshape(turned.size(0), turned.size(1), features)) {
            return out.forward(flat);
        }
    }

    /** {@code [n, heads, steps, features / heads]}. */
    private Tensor projected(Tensor input, int which) {
        try (Tensor weight = inWeight.narrow(0, which * features, features);
                Tensor bias = inBias.narrow(0, which * features, features);
                Tensor flat = Ops.linear(input, weight, bias);
                Tensor split =
                        flat.reshape(input.size(0), input.size(1), heads, features / heads)) {
            return split.transpose(1, 2);
        }
    }
}
