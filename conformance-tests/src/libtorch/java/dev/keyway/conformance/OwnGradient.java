// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.Tensor;
import dev.keyway.autograd.Autograd;
import dev.keyway.conformance.oracle.HostArray;
import dev.keyway.conformance.sample.Input;
import dev.keyway.conformance.sample.Sample;
import dev.keyway.schema.Argument;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

/** One call of ours that is recorded for the gradient of one argument. Of one thread. */
public final class OwnGradient implements AutoCloseable {
    private final Workbench bench;
    private final List<Tensor> results;
    private final Tensor leaf;

    /** Computes the sample; {@code argument} is the leaf, of a list its first tensor. */
    public OwnGradient(Keyway keyway, Device device, Sample sample, String argument) {
        bench = new Workbench(keyway, device);
        Map<String, @Nullable Object> tensors = bench.upload(sample);
        Object value = Objects.requireNonNull(sample.arguments().get(argument));
        if (value instanceof Input input) {
            leaf = bench.dense(input.array()).requiresGrad_(true);
            tensors.put(argument, leaf);
        } else {
            leaf = bench.dense(((Input) ((List<?>) value).getFirst()).array()).requiresGrad_(true);
            List<@Nullable Object> list = new ArrayList<>((List<?>) tensors.get(argument));
            list.set(0, leaf);
            tensors.put(argument, list);
        }
        results = bench.call(sample, tensors);
    }

    /** The arguments that the operator changes. */
    public static Set<String> mutated(Keyway keyway, Sample sample) {
        Set<String> names = new HashSet<>();
        for (Argument argument : keyway.operator(sample.operator()).schema().arguments()) {
            if (argument.mutated()) {
                names.add(argument.name());
            }
        }
        return names;
    }

    /** Whether this result carries a gradient. */
    public boolean carries(int result) {
        return result < results.size() && results.get(result).requiresGrad();
    }

    /**
     * Gradients of the weighted sum of results, and of the weighted sum of those: the second is
     * null where the first does not depend on the argument.
     */
    public List<@Nullable HostArray> slopes(
            List<Integer> of, Function<long[], HostArray> weights, HostArray second) {
        List<Tensor> outputs = of.stream().map(results::get).toList();
        List<Tensor> factors =
                outputs.stream()
                        .map(
                                o ->
                                        bench.dense(
                                                weights.apply(o.sizes())
                                                        .cast(ElementTypes.elementType(o.dtype()))))
                        .toList();
        Tensor first = grad(outputs, factors, true);
        List<@Nullable HostArray> slopes = new ArrayList<>();
        slopes.add(first == null ? null : bench.download(first));
        Tensor next =
                first == null || !first.requiresGrad()
                        ? null
                        : grad(List.of(first), List.of(bench.dense(second)), false);
        slopes.add(next == null ? null : bench.download(next));
        return slopes;
    }

    private @Nullable Tensor grad(List<Tensor> outputs, List<Tensor> factors, boolean create) {
        Tensor grad =
                Autograd.grad(outputs, List.of(leaf), factors, create, create, true).getFirst();
        return grad == null ? null : bench.keep(grad);
    }

    @Override
    public void close() {
        bench.close();
    }
}
