// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.keyway.ArgumentException;
import dev.keyway.DType;
import dev.keyway.Generator;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import dev.keyway.nn.TransformerOptions.Activation;
import org.junit.jupiter.api.Test;

/** Layers one after the other, with gelu and an eps of their own, against their formulas. */
class TransformerEncoderTest extends LayerFixture {
    private static final double EPS = 0.1;
    private static final TransformerOptions OPTIONS =
            TransformerOptions.of(4, 2, 8)
                    .withDropout(0)
                    .withActivation(Activation.GELU)
                    .withLayerNormEps(EPS);

    private final Tensor x = Ops.randn(device, DType.F32, new Generator(1), 2, 3, 4);

    private Tensor normed(Tensor input, NnModule module, String name) {
        return Ops.layerNorm(
                input,
                new long[] {4},
                tensor(module, name + ".weight"),
                tensor(module, name + ".bias"),
                EPS);
    }

    private Tensor linear(Tensor input, NnModule module, String name) {
        return Ops.linear(input, tensor(module, name + ".weight"), tensor(module, name + ".bias"));
    }

    private Tensor attended(Tensor input, NnModule module) {
        Tensor weight = tensor(module, "self_attn.in_proj_weight");
        Tensor bias = tensor(module, "self_attn.in_proj_bias");
        Tensor[] parts = new Tensor[3];
        for (int i = 0; i < 3; i++) {
            parts[i] =
                    Ops.linear(input, weight.narrow(0, 4 * i, 4), bias.narrow(0, 4 * i, 4))
                            .reshape(2, 3, 2, 2)
                            .transpose(1, 2);
        }
        Tensor seen = Ops.scaledDotProductAttention(parts[0], parts[1], parts[2]);
        return linear(seen.transpose(1, 2).reshape(2, 3, 4), module, "self_attn.out_proj");
    }

    private Tensor layer(Tensor input, NnModule module) {
        Tensor middle = normed(input.add(attended(input, module)), module, "norm1");
        Tensor wide = Ops.gelu(linear(middle, module, "linear1"));
        return normed(middle.add(linear(wide, module, "linear2")), module, "norm2");
    }

    @Test
    void layersFollowEachOther() {
        TransformerEncoder encoder = new TransformerEncoder(device, 2, OPTIONS, new Generator(2));
        Tensor expected = x;
        for (NnModule layer : encoder.children().values()) {
            expected = layer(expected, layer);
        }
        assertArrayEquals(expected.toFloatArray(), encoder.forward(x).toFloatArray(), 1e-6f);
    }

    @Test
    void normalizationFirst() {
        TransformerEncoderLayer layer =
                new TransformerEncoderLayer(device, OPTIONS.withNormFirst(true), new Generator(2));
        Tensor middle = x.add(attended(normed(x, layer, "norm1"), layer));
        Tensor wide = Ops.gelu(linear(normed(middle, layer, "norm2"), layer, "linear1"));
        Tensor expected = middle.add(linear(wide, layer, "linear2"));
        assertArrayEquals(expected.toFloatArray(), layer.forward(x).toFloatArray(), 1e-6f);
    }

    @Test
    void noLayersAreRefused() {
        ArgumentException e =
                assertThrows(
                        ArgumentException.class,
                        () -> new TransformerEncoder(device, 0, OPTIONS, null));
        assertEquals("TransformerEncoder: expected at least one layer, got 0", e.getMessage());
    }
}
