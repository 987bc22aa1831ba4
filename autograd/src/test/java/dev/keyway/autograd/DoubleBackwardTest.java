// SPDX-License-Identifier: Apache-2.0
package dev.keyway.autograd;

import dev.keyway.Ops;
import dev.keyway.Scalar;
import dev.keyway.Scope;
import dev.keyway.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Gradients of gradients against central differences of the recorded first gradients. */
final class DoubleBackwardTest extends AutogradFixture {
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
                            check(t -> gradients(function, t), inputs);
                        }));
    }

    private static long[] of(long... sizes) {
        return sizes;
    }

    /**
     * The gradients of {@code sum(f(x) * f(x))}, side by side; unlike those of a sum, never
     * constant.
     */
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
                flat.add(java.util.Objects.requireNonNull(grad).flatten());
            }
            return Ops.cat(flat, 0);
        }
    }

    @TestFactory
    Stream<DynamicTest> pointwiseOfTwo() {
        add("add", t -> t.get(0).add(t.get(1), Scalar.of(2.0)), of(2, 3), of(3));
        add("sub", t -> t.get(0).sub(t.get(1)), of(2, 3), of(2, 1));
        add("mul", t -> t.get(0).mul(t.get(1)), of(2, 3), of(3));
        add("div", t -> t.get(0).div(t.get(1)), of(2, 3), of(3));
        add("pow", t -> t.get(0).pow(t.get(1)), of(2, 3), of(3));
        add("maximum", t -> t.get(0).maximum(t.get(1)), of(2, 3), of(2, 3));
        add("minimum", t -> t.get(0).minimum(t.get(1)), of(2, 3), of(3));
        add("where", t -> Ops.where(t.get(0).gt(0.8), t.get(0), t.get(1)), of(3, 4), of(4));
        return tests.stream();
    }

    @TestFactory
    Stream<DynamicTest> pointwiseOfOne() {
        add("pow.Scalar", t -> t.get(0).pow(2.5), of(2, 3));
        add("clamp", t -> t.get(0).clamp(0.5, 0.9), of(3, 4));
        add("exp", t -> t.get(0).exp(), of(2, 3));
        add("log", t -> t.get(0).log(), of(2, 3));
        add("sqrt", t -> t.get(0).sqrt(), of(2, 3));
        add("rsqrt", t -> t.get(0).rsqrt(), of(2, 3));
        add("reciprocal", t -> t.get(0).reciprocal(), of(2, 3));
        add("sin", t -> t.get(0).sin(), of(2, 3));
        add("cos", t -> t.get(0).cos(), of(2, 3));
        add("tanh", t -> t.get(0).tanh(), of(2, 3));
        add("sigmoid", t -> t.get(0).sigmoid(), of(2, 3));
        add("relu", t -> t.get(0).sub(0.8).relu(), of(2, 3));
        add("square", t -> t.get(0).square(), of(2, 3));
        add("neg", t -> t.get(0).neg(), of(2, 3));
        add("abs", t -> t.get(0).sub(0.8).abs(), of(2, 3));
        add("softmax", t -> t.get(0).softmax(1), of(2, 3));
        add("log_softmax", t -> t.get(0).logSoftmax(0), of(2, 3));
        return tests.stream();
    }

    @TestFactory
    Stream<DynamicTest> linear() {
        long[] ones = {1, 1};
        add("sum", t -> t.get(0).sum(0, 2), of(2, 3, 2));
        add("mean", t -> t.get(0).mean(1), of(2, 3, 2));
        add("mm", t -> t.get(0).mm(t.get(1)), of(2, 3), of(3, 2));
        add("bmm", t -> t.get(0).bmm(t.get(1)), of(2, 2, 3), of(2, 3, 2));
        add("matmul", t -> t.get(0).matmul(t.get(1)), of(2, 1, 2, 3), of(2, 3, 2));
        add(
                "addmm",
                t -> Ops.addmm(t.get(0), t.get(1), t.get(2), 0.5, 2.0),
                of(2),
                of(2, 3),
                of(3, 2));
        add("linear", t -> Ops.linear(t.get(0), t.get(1), t.get(2)), of(2, 3), of(2, 3), of(2));
        add(
                "conv2d",
                t -> Ops.conv2d(t.get(0), t.get(1), t.get(2), ones, ones),
                of(1, 2, 3, 4),
                of(2, 2, 2, 3),
                of(2));
        add("views", t -> t.get(0).transpose(0, 1).select(0, 1).expand(2, 2), of(2, 3));
        add("cat", t -> Ops.cat(List.of(t.get(0), t.get(1)), 1), of(2, 2), of(2, 1));
        return tests.stream();
    }

    @TestFactory
    Stream<DynamicTest> runningAndSorted() {
        add("cumsum", t -> t.get(0).cumsum(1), of(2, 3));
        add("cumprod", t -> t.get(0).cumprod(1), of(2, 3));
        add("cummax", t -> t.get(0).cummax(1).values(), of(2, 3));
        add("logcumsumexp", t -> t.get(0).logcumsumexp(1), of(2, 3));
        add("diff", t -> Ops.diff(t.get(0)), of(2, 3));
        add("sort", t -> t.get(0).sort(1, true).values(), of(2, 3));
        add("topk", t -> t.get(0).topk(2).values(), of(2, 3));
        add("kthvalue", t -> t.get(0).kthvalue(2).values(), of(2, 3));
        add("median.dim", t -> t.get(0).median(0).values(), of(3, 2));
        add("quantile", t -> t.get(0).quantile(0.3), of(2, 3));
        return tests.stream();
    }

    @TestFactory
    Stream<DynamicTest> spreadAndSize() {
        add("var", t -> t.get(0).var(1), of(2, 3));
        add("std", t -> t.get(0).std(1), of(2, 3));
        add("logsumexp", t -> t.get(0).logsumexp(1), of(2, 3));
        add("norm", t -> t.get(0).norm(2L, 1), of(2, 3));
        add("norm of order 3", t -> t.get(0).norm(3L, 1), of(2, 3));
        add("norm of order 1.5", t -> t.get(0).norm(1.5, 1), of(2, 3));
        add("prod", t -> t.get(0).prod(1), of(2, 3));
        add("nanmean", t -> t.get(0).nanmean(1), of(2, 3));
        add("softmin", t -> Ops.softmin(t.get(0), 1), of(2, 3));
        return tests.stream();
    }
}
