// SPDX-License-Identifier: Apache-2.0
package dev.keyway.autograd;

import dev.keyway.Ops;
import dev.keyway.Scope;
import dev.keyway.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** First and second gradients of the operators of networks against central differences. */
final class NetworkDoubleBackwardTest extends AutogradFixture {
    private final List<DynamicTest> tests = new ArrayList<>();

    private void add(String name, Function<List<Tensor>, Tensor> function, long[]... shapes) {
        tests.add(
                DynamicTest.dynamicTest(
                        name,
                        () -> {
                            Tensor[] inputs = new Tensor[shapes.length];
                            for (int i = 0; i < inputs.length; i++) {
                                inputs[i] = leaf(shapes[i]);
                            }
                            check(function, inputs);
                            check(t -> gradients(function, t), inputs);
                        }));
    }

    private static long[] of(long... sizes) {
        return sizes;
    }

    private Tensor index(long... values) {
        return keyway.tensor(device, values, values.length);
    }

    /** The gradients of {@code sum(f(x) * f(x))}, side by side. */
    private Tensor gradients(Function<List<Tensor>, Tensor> function, List<Tensor> given) {
        try (Scope scope = keyway.enableGrad()) {
            List<Tensor> inputs =
                    given.stream()
                            .map(t -> t.requiresGrad() ? t : t.detach().requiresGrad_(true))
                            .toList();
            Tensor result = function.apply(inputs);
            List<@Nullable Tensor> grads =
                    Autograd.grad(
                            List.of(result.mul(result).sum()),
                            inputs,
                            Collections.singletonList(null),
                            true,
                            true,
                            false);
            List<Tensor> flat = new ArrayList<>();
            for (Tensor grad : grads) {
                flat.add(Objects.requireNonNull(grad).flatten());
            }
            return Ops.cat(flat, 0);
        }
    }

    @TestFactory
    Stream<DynamicTest> convolutions() {
        add(
                "conv1d",
                t -> Ops.conv1d(t.get(0), t.get(1), t.get(2), of(2), of(1)),
                of(2, 2, 5),
                of(3, 2, 2),
                of(3));
        add(
                "conv3d",
                t -> Ops.conv3d(t.get(0), t.get(1), t.get(2), of(1), of(1)),
                of(1, 1, 2, 3, 2),
                of(2, 1, 2, 2, 2),
                of(2));
        add(
                "conv_transpose2d",
                t -> Ops.convTranspose2d(t.get(0), t.get(1), t.get(2), of(2), of(1), of(1)),
                of(1, 2, 2, 3),
                of(2, 2, 2, 2),
                of(2));
        add(
                "conv_transpose3d",
                t -> Ops.convTranspose3d(t.get(0), t.get(1), null, of(2), of(0), of(0)),
                of(1, 1, 2, 2, 2),
                of(1, 2, 2, 1, 2));
        return tests.stream();
    }

    @TestFactory
    Stream<DynamicTest> pooling() {
        add("max_pool2d", t -> Ops.maxPool2d(t.get(0), of(2, 2), 1, 1), of(1, 2, 3, 3));
        add("max_pool3d", t -> Ops.maxPool3d(t.get(0), 2, 2, 1), of(1, 1, 2, 3, 2));
        add("avg_pool2d", t -> Ops.avgPool2d(t.get(0), of(2), of(2), of(1), true), of(1, 2, 3, 4));
        add("avg_pool3d", t -> Ops.avgPool3d(t.get(0), 2, 2, 1), of(1, 1, 2, 3, 2));
        add("adaptive_avg_pool3d", t -> Ops.adaptiveAvgPool3d(t.get(0), 2, 2, 1), of(1, 3, 3, 2));
        add("adaptive_max_pool2d", t -> Ops.adaptiveMaxPool2d(t.get(0), 2, 2).out(), of(1, 3, 3));
        add("lp_pool2d", t -> Ops.lpPool2d(t.get(0), 3.0, of(2), of(1)), of(1, 1, 3, 3));
        return tests.stream();
    }

    @TestFactory
    Stream<DynamicTest> normalization() {
        add(
                "layer_norm",
                t -> Ops.layerNorm(t.get(0), of(4), t.get(1), t.get(2), 0.1),
                of(3, 4),
                of(4),
                of(4));
        add("rms_norm", t -> Ops.rmsNorm(t.get(0), of(4), t.get(1), 0.1), of(3, 4), of(4));
        add(
                "group_norm",
                t -> Ops.groupNorm(t.get(0), 2, t.get(1), t.get(2), 0.1),
                of(2, 4, 3),
                of(4),
                of(4));
        add(
                "instance_norm",
                t -> Ops.instanceNorm(t.get(0), t.get(1), t.get(2), null, null, true, 0.1, 0.1),
                of(2, 2, 3),
                of(2),
                of(2));
        add(
                "batch_norm",
                t -> Ops.batchNorm(t.get(0), t.get(1), t.get(2), null, null, true, 0.1, 0.1),
                of(3, 2, 2),
                of(2),
                of(2));
        return tests.stream();
    }

    @TestFactory
    Stream<DynamicTest> losses() {
        add("mse_loss", t -> Ops.mseLoss(t.get(0), t.get(1)), of(3, 2), of(3, 2));
        add("huber_loss", t -> Ops.huberLoss(t.get(0), t.get(1), 1, 0.3), of(3, 2), of(3, 2));
        add("smooth_l1_loss", t -> Ops.smoothL1Loss(t.get(0), t.get(1), 0), of(3), of(3));
        add("kl_div", t -> Ops.klDiv(t.get(0), t.get(1)), of(3, 2), of(3, 2));
        add(
                "binary_cross_entropy_with_logits",
                t -> Ops.binaryCrossEntropyWithLogits(t.get(0), t.get(1), null, t.get(2)),
                of(3, 2),
                of(3, 2),
                of(2));
        add(
                "cross_entropy",
                t -> Ops.crossEntropy(t.get(0), index(1, 0, 2), t.get(1)),
                of(3, 4),
                of(4));
        add("cosine_similarity", t -> Ops.cosineSimilarity(t.get(0), t.get(1)), of(2, 3), of(2, 3));
        add(
                "triplet_margin_loss",
                t -> Ops.tripletMarginLoss(t.get(0), t.get(1), t.get(2)),
                of(2, 3),
                of(2, 3),
                of(2, 3));
        return tests.stream();
    }

    @TestFactory
    Stream<DynamicTest> sequences() {
        add(
                "scaled_dot_product_attention",
                t -> Ops.scaledDotProductAttention(t.get(0), t.get(1), t.get(2)),
                of(2, 3, 2),
                of(2, 4, 2),
                of(2, 4, 3));
        add("embedding", t -> Ops.embedding(t.get(0), index(1, 0, 1)), of(3, 2));
        add(
                "lstm_cell",
                t -> Ops.lstmCell(t.get(0), t.get(1), t.get(2), t.get(3), t.get(4)).hy(),
                of(1, 2),
                of(1, 2),
                of(1, 2),
                of(8, 2),
                of(8, 2));
        add(
                "gru_cell",
                t -> Ops.gruCell(t.get(0), t.get(1), t.get(2), t.get(3)),
                of(1, 2),
                of(1, 2),
                of(6, 2),
                of(6, 2));
        return tests.stream();
    }

    @TestFactory
    Stream<DynamicTest> sampling() {
        add(
                "upsample_bicubic2d",
                t -> Ops.upsampleBicubic2d(t.get(0), of(3, 4), true),
                of(1, 1, 2, 3));
        add("im2col", t -> Ops.im2col(t.get(0), of(2, 2), of(1), of(1), of(2)), of(1, 2, 3, 3));
        add("reflection_pad2d", t -> Ops.reflectionPad2d(t.get(0), 1, 0, 1, 1), of(1, 2, 3));
        add("pixel_shuffle", t -> Ops.pixelShuffle(t.get(0), 2), of(1, 4, 2, 1));
        add(
                "grid_sampler_2d",
                t -> Ops.gridSampler2d(t.get(0), t.get(1), 0, 0, false),
                of(1, 2, 3, 3),
                of(1, 2, 2, 2));
        return tests.stream();
    }
}
