// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import dev.keyway.Tensor;
import dev.keyway.conformance.oracle.Expected;
import dev.keyway.conformance.oracle.HostArray;
import dev.keyway.conformance.oracle.HostBytes;
import dev.keyway.conformance.sample.Input;
import dev.keyway.conformance.sample.Sample;
import dev.keyway.schema.Argument;
import dev.keyway.schema.OperatorSchema;

import org.jspecify.annotations.Nullable;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Plain calls against the oracles; inputs must stay as they were, and nothing is written outside of
 * the buffers.
 */
final class ValueCases {
    private ValueCases() {}

    static ConformanceCase of(Sample sample) {
        return new ConformanceCase(
                new ReplayLine(sample.id(), Form.VALUE),
                sample.label(),
                sample.describe(),
                size(sample),
                Watched.body((bench, digest) -> check(sample, bench, digest)));
    }

    static long size(Sample sample) {
        return sample.inputs().stream().mapToLong(input -> input.array().numel()).sum();
    }

    private static void check(Sample sample, Workbench bench, MessageDigest digest) {
        OperatorSchema schema = bench.keyway().operator(sample.operator()).schema();
        Map<String, @Nullable Object> tensors = bench.upload(sample);
        List<Tensor> results = new ArrayList<>(bench.call(sample, tensors));
        List<Expected> expected = sample.expected();
        int returns = schema.returnsList() ? expected.size() : schema.returns();
        int compared = Math.min(expected.size(), returns);
        if (results.size() != returns) {
            throw new ConformanceFailure(
                    "returned " + results.size() + " tensors, expected " + returns);
        }
        List<Tensor> all = new ArrayList<>(results.subList(0, compared));
        all.addAll(mutated(schema, tensors));
        for (int i = 0; i < expected.size(); i++) {
            String name = i < compared ? "result " + i : "the changed argument " + (i - compared);
            compare(name, bench.asked(expected.get(i)), bench.download(all.get(i)), digest);
        }
        unchanged(sample, schema, tensors, bench);
    }

    static void compare(
            String name, Expected expected, HostArray actual, @Nullable MessageDigest digest) {
        String difference = expected.difference(actual);
        if (difference != null) {
            throw new ConformanceFailure(name + ": " + difference);
        }
        if (digest != null) {
            digest.update(HostBytes.bits(actual));
        }
    }

    private static List<Tensor> mutated(
            OperatorSchema schema, Map<String, @Nullable Object> tensors) {
        List<Tensor> mutated = new ArrayList<>();
        for (Argument argument : schema.arguments()) {
            if (argument.mutated() && tensors.get(argument.name()) instanceof Tensor tensor) {
                mutated.add(tensor);
            }
        }
        return mutated;
    }

    private static void unchanged(
            Sample sample,
            OperatorSchema schema,
            Map<String, @Nullable Object> tensors,
            Workbench bench) {
        for (Argument argument : schema.tensorArguments()) {
            boolean single = sample.arguments().get(argument.name()) instanceof Input;
            if (single && !argument.mutated()) {
                Input input = (Input) sample.arguments().get(argument.name());
                Tensor tensor = (Tensor) tensors.get(argument.name());
                if (input != null && tensor != null) {
                    compare(
                            "argument '" + argument.name() + "' after the call",
                            Expected.exactly(input.array()),
                            bench.download(tensor),
                            null);
                }
            }
        }
    }
}
