// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.sample;

import dev.keyway.conformance.oracle.Arguments;
import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.oracle.Expected;
import dev.keyway.conformance.oracle.HostArray;
import dev.keyway.conformance.oracle.Oracles;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One call: an operator with its arguments in the schema's order. Tensors are {@link Input} or
 * lists of them; the others are as in {@link Arguments}. The argument {@code generator} is the pair
 * of seed and block offset.
 */
public final class Sample {
    private final CaseId id;
    private final String label;
    private final Map<String, @Nullable Object> arguments;
    private @Nullable List<Expected> expected;

    /**
     * A call.
     *
     * @param id the line from which it replays
     * @param label what it is about
     * @param arguments by name
     */
    public Sample(CaseId id, String label, Map<String, @Nullable Object> arguments) {
        this.id = id;
        this.label = label;
        this.arguments = arguments;
    }

    /** The line from which it replays. */
    public CaseId id() {
        return id;
    }

    /** What it is about. */
    public String label() {
        return label;
    }

    /** The arguments by name. */
    public Map<String, @Nullable Object> arguments() {
        return arguments;
    }

    /** The operator's qualified name. */
    public String operator() {
        return id.operator();
    }

    /** What the operator must return; computed once, for all forms of the case. */
    public List<Expected> expected() {
        List<Expected> known = expected;
        if (known == null) {
            known = List.copyOf(Oracles.of(operator()).compute(oracleArguments()));
            expected = known;
        }
        return known;
    }

    /** The arguments as the oracles take them. */
    public Arguments oracleArguments() {
        Map<String, @Nullable Object> plain = new LinkedHashMap<>();
        arguments.forEach(
                (name, value) ->
                        plain.put(
                                name,
                                value instanceof Input input
                                        ? input.array()
                                        : value instanceof List<?> list ? arrays(list) : value));
        return new Arguments(plain);
    }

    /** A list of optional tensors may have gaps. */
    private static List<@Nullable HostArray> arrays(List<?> inputs) {
        List<@Nullable HostArray> arrays = new ArrayList<>();
        for (Object input : inputs) {
            arrays.add(input == null ? null : ((Input) input).array());
        }
        return arrays;
    }

    /** All tensor arguments, lists unrolled. */
    public List<Input> inputs() {
        List<Input> inputs = new ArrayList<>();
        for (Object value : arguments.values()) {
            if (value instanceof Input input) {
                inputs.add(input);
            } else if (value instanceof List<?> list) {
                for (Object element : list) {
                    if (element != null) {
                        inputs.add((Input) element);
                    }
                }
            }
        }
        return inputs;
    }

    /** The element types that a device must compute in to run it. */
    public List<ElementType> types() {
        List<ElementType> types = new ArrayList<>(List.of(id.type()));
        inputs().forEach(input -> types.add(input.array().type()));
        return types.stream().distinct().toList();
    }

    /** Shapes, layouts and attributes in one line. */
    public String describe() {
        StringBuilder text = new StringBuilder(operator()).append('(');
        arguments.forEach(
                (name, value) -> {
                    if (text.charAt(text.length() - 1) != '(') {
                        text.append(", ");
                    }
                    text.append(name).append('=');
                    text.append(value instanceof long[] list ? Arrays.toString(list) : value);
                });
        return text.append(')').toString();
    }

    @Override
    public String toString() {
        return id + ": " + describe();
    }
}
