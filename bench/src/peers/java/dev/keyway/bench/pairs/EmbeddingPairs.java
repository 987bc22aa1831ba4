// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.pairs;

import static dev.keyway.DType.F32;
import static dev.keyway.DType.I64;

import dev.keyway.Ops;

/** Embeddings, forward and backward. */
final class EmbeddingPairs extends PairFamily {
    EmbeddingPairs() {
        sized(1000, 64, 512);
        sized(30522, 384, 4096);
    }

    private void sized(long words, long width, long count) {
        String shape = " f32 " + shape(count) + " of " + shape(words, width);
        row(
                "embedding" + shape,
                data -> {
                    Operand weight = data.normal(F32, words, width);
                    Operand indices = data.integers(I64, 0, words, count);
                    return data.returning(
                            1,
                            () -> Ops.embedding(weight.ours(), indices.ours()),
                            "embedding",
                            weight,
                            indices,
                            -1,
                            false,
                            false);
                });
        row(
                "embedding backward" + shape,
                data -> {
                    Operand gradient = data.normal(F32, count, width);
                    Operand indices = data.integers(I64, 0, words, count);
                    return data.returning(
                                    1,
                                    () ->
                                            Ops.embeddingDenseBackward(
                                                    gradient.ours(),
                                                    indices.ours(),
                                                    words,
                                                    -1,
                                                    false),
                                    "embedding_dense_backward",
                                    gradient,
                                    indices,
                                    words,
                                    -1,
                                    false)
                            .scale(1);
                });
        row(
                "embedding_bag" + shape,
                data -> {
                    Operand weight = data.normal(F32, words, width);
                    Operand indices = data.integers(I64, 0, words, count);
                    Operand offsets = data.read(Ops.arange(data.device(), I64, 0, count, 8));
                    return data.returning(
                                    4,
                                    () ->
                                            Ops.embeddingBag(
                                                    weight.ours(),
                                                    indices.ours(),
                                                    offsets.ours(),
                                                    false,
                                                    0),
                                    "_embedding_bag_forward_only",
                                    weight,
                                    indices,
                                    offsets,
                                    false,
                                    0,
                                    false,
                                    null,
                                    false,
                                    -1)
                            .scale(1);
                });
    }
}
