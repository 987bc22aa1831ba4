// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.sample;

import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.oracle.HostArray;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Calls with wrong arguments, and what the message must name besides the operator. */
public final class ErrorTable {
    private final Map<String, List<Wrong>> wrongs = new TreeMap<>();

    /**
     * A call that must be refused.
     *
     * @param sample the call; its number is its place among the operator's wrong calls
     * @param parts what the message must contain
     */
    public record Wrong(Sample sample, List<String> parts) {}

    private final long seed;

    /** An empty table; the seed is part of the lines that replay its cases. */
    public ErrorTable(long seed) {
        this.seed = seed;
    }

    /**
     * Adds a call.
     *
     * @param parts what the message must contain besides the operator's name
     * @param arguments names and values in the schema's order
     */
    public void refuses(String operator, List<String> parts, @Nullable Object... arguments) {
        Map<String, @Nullable Object> named = new LinkedHashMap<>();
        for (int i = 0; i < arguments.length; i += 2) {
            named.put(String.valueOf(arguments[i]), arguments[i + 1]);
        }
        List<Wrong> known = wrongs.computeIfAbsent(operator, o -> new ArrayList<>());
        CaseId id = new CaseId(seed, operator, ElementType.F32, known.size());
        List<String> all = new ArrayList<>(parts);
        all.add(operator);
        known.add(new Wrong(new Sample(id, "error", named), all));
    }

    /** All calls, by operator. */
    public List<Wrong> all() {
        return wrongs.values().stream().flatMap(List::stream).toList();
    }

    /** 1, 2, 3 ... in f32. */
    public static Input reals(long... shape) {
        return Input.of(HostArray.ofReals(ElementType.F32, shape, i -> i + 1));
    }

    /** The value everywhere. */
    public static Input integers(ElementType type, long value, long... shape) {
        return Input.of(HostArray.ofIntegers(type, shape, i -> value));
    }
}
