// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import dev.keyway.conformance.oracle.HostArray;
import dev.keyway.conformance.oracle.Shapes;
import dev.keyway.conformance.sample.Input;
import dev.keyway.conformance.sample.Sample;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Makes a case smaller: every dimension of the size {@code from}, in all tensor arguments at once
 * so that their shapes still go together, keeps its first {@code to} elements. Attributes stay.
 *
 * @param from a size that occurs
 * @param to a smaller one
 */
public record ShrinkStep(long from, long to) {
    static List<ShrinkStep> parse(String text) {
        List<ShrinkStep> steps = new ArrayList<>();
        for (String step : text.strip().split(",", -1)) {
            String[] sizes = step.split(">", -1);
            try {
                steps.add(new ShrinkStep(Long.parseLong(sizes[0]), Long.parseLong(sizes[1])));
            } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
                throw new IllegalArgumentException(
                        "'" + text + "' shrinks nothing; expected sizes as 7>3,5>1", e);
            }
        }
        return steps;
    }

    static String text(List<ShrinkStep> steps) {
        return steps.stream().map(ShrinkStep::toString).collect(Collectors.joining(","));
    }

    /** The sample with the smaller sizes. */
    Sample apply(Sample sample) {
        Map<String, @Nullable Object> arguments = new LinkedHashMap<>();
        sample.arguments().forEach((name, value) -> arguments.put(name, smaller(value)));
        return new Sample(sample.id(), sample.label(), arguments);
    }

    private @Nullable Object smaller(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case Input input -> new Input(first(input.array()), input.layout());
            case List<?> list -> list.stream().map(this::smaller).toList();
            default -> value;
        };
    }

    /** The leading part of the array. */
    private HostArray first(HostArray array) {
        long[] shape = array.shape();
        for (int d = 0; d < shape.length; d++) {
            shape[d] = shape[d] == from ? to : shape[d];
        }
        long[] before = array.shape();
        return array.pick(shape, i -> Shapes.linear(Shapes.coordinates(i, shape), before));
    }

    @Override
    public String toString() {
        return from + ">" + to;
    }
}
