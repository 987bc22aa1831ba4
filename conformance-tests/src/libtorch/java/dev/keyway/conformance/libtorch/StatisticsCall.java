// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.libtorch;

import dev.keyway.conformance.sample.Input;
import dev.keyway.conformance.sample.Sample;

import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A call that changes the running statistics, arguments 3 and 4, if a flag says so. */
final class StatisticsCall {
    private StatisticsCall() {}

    static List<Tensor> run(String name, Sample sample, String flag, Object... further) {
        List<@Nullable Object> values = new ArrayList<>(sample.arguments().values());
        List<Tensor> statistics = new ArrayList<>();
        for (int i = 3; i <= 4; i++) {
            if (values.get(i) instanceof Input input) {
                statistics.add(LibtorchValues.tensor(input.array()));
                values.set(i, statistics.getLast());
            }
        }
        values.addAll(Arrays.asList(further));
        List<Tensor> results = new ArrayList<>(LibtorchCall.call(name, values.toArray()));
        if (Boolean.TRUE.equals(sample.arguments().get(flag))) {
            results.addAll(statistics);
        }
        return results;
    }
}
