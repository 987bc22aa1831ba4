// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.libtorch;

import dev.keyway.conformance.oracle.HostArray;
import dev.keyway.conformance.sample.Input;
import dev.keyway.conformance.sample.Sample;

import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/** One call of libtorch that is recorded for the gradient of one argument. */
final class LibtorchGradient {
    private final List<Tensor> results;
    private final Tensor leaf;

    /** Computes the sample; {@code argument} is the leaf, of a list its first tensor. */
    LibtorchGradient(Sample sample, String argument) {
        Map<String, @Nullable Object> arguments = new LinkedHashMap<>(sample.arguments());
        Object value = Objects.requireNonNull(arguments.get(argument));
        if (value instanceof Input input) {
            leaf = LibtorchValues.tensor(input.array()).requires_grad_();
            arguments.put(argument, leaf);
        } else {
            List<@Nullable Object> list = new ArrayList<>((List<?>) value);
            leaf = LibtorchValues.tensor(((Input) list.getFirst()).array()).requires_grad_();
            list.set(0, leaf);
            arguments.put(argument, list);
        }
        results = LibtorchOperators.tensors(new Sample(sample.id(), sample.label(), arguments));
    }

    int count() {
        return results.size();
    }

    boolean carries(int result) {
        return results.get(result).requires_grad();
    }

    /** As those of {@code OwnGradient}; the second also null where libtorch has none. */
    List<@Nullable HostArray> slopes(
            List<Integer> of, Function<long[], HostArray> weights, HostArray second) {
        TensorVector outputs = new TensorVector();
        TensorVector factors = new TensorVector();
        for (int index : of) {
            Tensor result = results.get(index);
            outputs.push_back(result);
            factors.push_back(
                    LibtorchValues.tensor(weights.apply(LibtorchValues.shape(result)))
                            .to(result.scalar_type()));
        }
        Tensor first = grad(outputs, factors, true);
        List<@Nullable HostArray> slopes = new ArrayList<>();
        slopes.add(first == null ? null : LibtorchValues.array(first.detach()));
        slopes.add(null);
        if (first != null && first.requires_grad()) {
            Tensor factor = LibtorchValues.tensor(second);
            try {
                Tensor next = grad(new TensorVector(first), new TensorVector(factor), false);
                slopes.set(1, next == null ? null : LibtorchValues.array(next.detach()));
            } catch (RuntimeException e) {
                return slopes; // libtorch has no gradient of this gradient
            }
        }
        return slopes;
    }

    private @Nullable Tensor grad(TensorVector outputs, TensorVector factors, boolean create) {
        TensorVector found =
                torch.grad(
                        outputs,
                        new TensorVector(leaf),
                        factors,
                        new BoolOptional(create),
                        create,
                        true);
        Tensor grad = new Tensor(found.get(0));
        return grad.defined() ? grad : null;
    }
}
