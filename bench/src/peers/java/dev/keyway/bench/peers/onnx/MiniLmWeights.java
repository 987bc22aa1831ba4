// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.peers.onnx;

import dev.keyway.Tensor;
import dev.keyway.bench.models.MiniLm;
import dev.keyway.bench.peers.KeywaySide;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The weights of all-MiniLM-L6-v2, from the ONNX file on the class path, under the names that our
 * layers have. Its matrices are stored for products from the right and are transposed here.
 */
final class MiniLmWeights {
    private static final String FILE = "/all-minilm-l6-v2.onnx";
    private static final int MATRICES = 6;

    private final KeywaySide side;
    private final OnnxWeights weights;
    private final Map<String, Tensor> state = new HashMap<>();

    private MiniLmWeights(KeywaySide side, byte[] model) throws IOException {
        this.side = side;
        weights = new OnnxWeights(model);
    }

    /** The file. */
    static byte[] file() {
        try (InputStream in = MiniLmWeights.class.getResourceAsStream(FILE)) {
            if (in == null) {
                throw new IllegalStateException("no " + FILE + " on the class path");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Puts the weights into the model. */
    static void load(MiniLm model, KeywaySide side, byte[] file) {
        try {
            MiniLmWeights loader = new MiniLmWeights(side, file);
            loader.read();
            model.loadStateDict(loader.state);
            loader.state.values().forEach(Tensor::close);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read() {
        copy("words.weight", "embeddings.word_embeddings.weight");
        copy("positions.weight", "embeddings.position_embeddings.weight");
        copy("types.weight", "embeddings.token_type_embeddings.weight");
        norm("norm", "embeddings.LayerNorm");
        List<String> matrices = weights.multiplied();
        if (matrices.size() != MATRICES * MiniLm.LAYERS) {
            throw new IllegalStateException("unexpected matrices: " + matrices);
        }
        for (int i = 0; i < MiniLm.LAYERS; i++) {
            layer(
                    "encoder.layers." + i + ".",
                    "encoder.layer." + i + ".",
                    matrices.subList(MATRICES * i, MATRICES * (i + 1)));
        }
    }

    /** Matrices come as query, key, value, output, intermediate, output. */
    private void layer(String ours, String theirs, List<String> matrices) {
        state.put(
                ours + "self_attn.in_proj_weight",
                joined(
                        transposed(matrices.get(0)),
                        transposed(matrices.get(1)),
                        transposed(matrices.get(2))));
        state.put(
                ours + "self_attn.in_proj_bias",
                joined(
                        tensor(theirs + "attention.self.query.bias"),
                        tensor(theirs + "attention.self.key.bias"),
                        tensor(theirs + "attention.self.value.bias")));
        linear(
                ours + "self_attn.out_proj",
                matrices.get(3),
                theirs + "attention.output.dense.bias");
        norm(ours + "norm1", theirs + "attention.output.LayerNorm");
        linear(ours + "linear1", matrices.get(4), theirs + "intermediate.dense.bias");
        linear(ours + "linear2", matrices.get(5), theirs + "output.dense.bias");
        norm(ours + "norm2", theirs + "output.LayerNorm");
    }

    private void copy(String ours, String theirs) {
        state.put(ours, tensor(theirs));
    }

    private void norm(String ours, String theirs) {
        copy(ours + ".weight", theirs + ".weight");
        copy(ours + ".bias", theirs + ".bias");
    }

    private void linear(String ours, String matrix, String bias) {
        state.put(ours + ".weight", transposed(matrix));
        copy(ours + ".bias", bias);
    }

    private Tensor tensor(String name) {
        OnnxWeights.Weight weight = weights.get(name);
        return side.tensor(weight.numbers(), weight.sizes());
    }

    private Tensor transposed(String name) {
        try (Tensor matrix = tensor(name);
                Tensor turned = matrix.transpose(0, 1)) {
            return turned.contiguous();
        }
    }

    private static Tensor joined(Tensor... parts) {
        Tensor all = dev.keyway.Ops.cat(List.of(parts));
        for (Tensor part : parts) {
            part.close();
        }
        return all;
    }
}
