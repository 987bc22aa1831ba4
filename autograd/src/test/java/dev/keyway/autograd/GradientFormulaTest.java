// SPDX-License-Identifier: Apache-2.0
package dev.keyway.autograd;

import dev.keyway.Ops;
import dev.keyway.Scalar;
import dev.keyway.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Each operator's gradient against central differences. */
final class GradientFormulaTest extends AutogradFixture {
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
                        }));
    }

    private static long[] of(long... sizes) {
        return sizes;
    }

    private Tensor index(long... values) {
        return keyway.tensor(device, values, values.length);
    }

    @TestFactory
    Stream<DynamicTest> arithmetic() {
        add("add", t -> t.get(0).add(t.get(1), Scalar.of(2.0)), of(2, 3), of(3));
        add("sub", t -> t.get(0).sub(t.get(1)), of(2, 3), of(2, 1));
        add("mul", t -> t.get(0).mul(t.get(1)), of(2, 3), of(3));
        add("div", t -> t.get(0).div(t.get(1)), of(2, 3), of(3));
        add("pow", t -> t.get(0).pow(t.get(1)), of(2, 3), of(3));
        add("pow.Scalar", t -> t.get(0).pow(2.5), of(2, 3));
        add("maximum", t -> t.get(0).maximum(t.get(1)), of(2, 3), of(2, 3));
        add("minimum", t -> t.get(0).minimum(t.get(1)), of(2, 3), of(3));
        add("clamp", t -> t.get(0).clamp(0.5, 0.9), of(3, 4));
        add("where", t -> Ops.where(t.get(0).gt(0.8), t.get(0), t.get(1)), of(3, 4), of(4));
        add("masked_fill", t -> t.get(0).maskedFill(t.get(0).gt(0.8), 3.0), of(2, 3));
        return tests.stream();
    }

    @TestFactory
    Stream<DynamicTest> functions() {
        add("exp", t -> t.get(0).exp(), of(2, 3));
        add("log", t -> t.get(0).log(), of(2, 3));
        add("sqrt", t -> t.get(0).sqrt(), of(2, 3));
        add("rsqrt", t -> t.get(0).rsqrt(), of(2, 3));
        add("reciprocal", t -> t.get(0).reciprocal(), of(2, 3));
        add("sin", t -> t.get(0).sin(), of(2, 3));
        add("cos", t -> t.get(0).cos(), of(2, 3));
        add("tanh", t -> t.get(0).tanh(), of(2, 3));
        add("sigmoid", t -> t.get(0).sigmoid(), of(2, 3));
        add("relu", t -> t.get(0).relu(), of(2, 3));
        add("square", t -> t.get(0).square(), of(2, 3));
        add("neg", t -> t.get(0).neg(), of(2, 3));
        add("abs", t -> t.get(0).abs(), of(2, 3));
        add("softmax", t -> t.get(0).softmax(1), of(2, 3));
        add("log_softmax", t -> t.get(0).logSoftmax(0), of(2, 3));
        return tests.stream();
    }

    @TestFactory
    Stream<DynamicTest> reductions() {
        add("sum", t -> t.get(0).sum(0, 2), of(2, 3, 4));
        add("mean", t -> t.get(0).mean(1), of(2, 3, 4));
        add("prod", t -> t.get(0).prod(1), of(2, 3));
        add("amax", t -> t.get(0).amax(1), of(2, 3));
        add("amin", t -> t.get(0).amin(0), of(2, 3));
        add("var", t -> t.get(0).var(0, 2), of(2, 3, 2));
        add("max.dim", t -> Ops.max(t.get(0), 1).values(), of(2, 3));
        return tests.stream();
    }

    @TestFactory
    Stream<DynamicTest> matrices() {
        add("mm", t -> t.get(0).mm(t.get(1)), of(2, 3), of(3, 4));
        add("bmm", t -> t.get(0).bmm(t.get(1)), of(2, 2, 3), of(2, 3, 4));
        add("matmul", t -> t.get(0).matmul(t.get(1)), of(2, 1, 2, 3), of(2, 3, 4));
        add("matmul of a vector", t -> t.get(0).matmul(t.get(1)), of(2, 3), of(3));
        add(
                "addmm",
                t -> Ops.addmm(t.get(0), t.get(1), t.get(2), 0.5, 2.0),
                of(4),
                of(2, 3),
                of(3, 4));
        add("linear", t -> Ops.linear(t.get(0), t.get(1), t.get(2)), of(2, 2, 3), of(4, 3), of(4));
        return tests.stream();
    }

    @TestFactory
    Stream<DynamicTest> networks() {
        long[] ones = {1, 1};
        add(
                "conv2d",
                t -> Ops.conv2d(t.get(0), t.get(1), t.get(2), of(2, 1), of(1, 2), of(1, 2), 2),
                of(2, 4, 5, 6),
                of(6, 2, 3, 2),
                of(6));
        add(
                "convolution_backward_input",
                t ->
                        Ops.convolutionBackwardInput(
                                t.get(0), t.get(1), of(1, 2, 4, 4), ones, ones, ones, 1),
                of(1, 3, 4, 4),
                of(3, 2, 3, 3));
        add(
                "convolution_backward_weight",
                t ->
                        Ops.convolutionBackwardWeight(
                                t.get(0), t.get(1), of(3, 2, 3, 3), ones, ones, ones, 1),
                of(1, 3, 4, 4),
                of(1, 2, 4, 4));
        add("max_pool2d", t -> Ops.maxPool2d(t.get(0), of(2, 2), of(1, 2), 1, 1), of(1, 2, 5, 4));
        add("avg_pool2d", t -> Ops.avgPool2d(t.get(0), of(2, 2), of(1, 2), 1, 1), of(1, 2, 5, 4));
        add("adaptive_avg_pool2d", t -> Ops.adaptiveAvgPool2d(t.get(0), 2, 3), of(1, 2, 5, 4));
        add(
                "batch_norm",
                t -> Ops.batchNorm(t.get(0), t.get(1), t.get(2), null, null, true),
                of(3, 2, 2, 2),
                of(2),
                of(2));
        add("cross_entropy", t -> Ops.crossEntropy(t.get(0), index(1, 0, 2)), of(3, 4));
        return tests.stream();
    }

    @TestFactory
    Stream<DynamicTest> views() {
        add(
                "a chain of views",
                t ->
                        t.get(0)
                                .transpose(0, 2)
                                .slice(0, 1L, null, 2)
                                .unsqueeze(1)
                                .expand(2, 3, 3, 2)
                                .select(0, 1)
                                .flatten()
                                .view(6, 3),
                of(2, 3, 4));
        add("as_strided", t -> t.get(0).asStrided(of(2, 3), of(1, 1), 1L), of(2, 4));
        add("cat", t -> Ops.cat(List.of(t.get(0), t.get(1)), 1), of(2, 3), of(2, 1));
        add("stack", t -> Ops.stack(List.of(t.get(0), t.get(1)), 1), of(2, 3), of(2, 3));
        add("gather", t -> t.get(0).gather(1, index(0, 0, 2, 1).view(2, 2)), of(3, 3));
        add("index_select", t -> t.get(0).indexSelect(1, index(0, 0, 2)), of(2, 3));
        add(
                "scatter_add",
                t -> t.get(0).scatterAdd(1, index(0, 0, 2, 1).view(2, 2), t.get(1)),
                of(2, 3),
                of(2, 3));
        add(
                "scatter",
                t -> t.get(0).scatter(1, index(0, 1, 2, 1).view(2, 2), t.get(1)),
                of(2, 3),
                of(2, 2));
        add("index_add", t -> t.get(0).indexAdd(0, index(0, 0), t.get(1)), of(2, 3), of(2, 3));
        return tests.stream();
    }
}
