// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.libtorch;

import dev.keyway.conformance.sample.Sample;

import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;

/** Calls and exceptions of all families. */
public final class LibtorchTable {
    /** Stands for an absent optional argument. */
    static final Object NONE = new Object();

    private static final LibtorchTable ALL = build();

    private final Map<String, Call> calls = new HashMap<>();
    private final Map<String, Special> specials = new HashMap<>();
    private final Map<String, String> exceptions = new HashMap<>();
    private final List<KindOfCase> kinds = new ArrayList<>();

    private LibtorchTable() {}

    /**
     * A call.
     *
     * @param name libtorch's name with overload
     * @param arguments names of our arguments, or values
     */
    record Call(String name, @Nullable Object... arguments) {}

    /** A call that is more than one of libtorch's operators. */
    interface Special {
        /** The results as the oracle lists them. */
        List<Tensor> run(Sample sample);
    }

    /**
     * A kind of case that libtorch can't confirm.
     *
     * @param operator the operator's qualified name, or a prefix that ends with *
     * @param type the element type, or * for all
     * @param label the case's label, or a prefix that ends with *
     * @param reason why libtorch differs
     */
    record KindOfCase(String operator, String type, String label, String reason) {
        boolean matches(Sample sample) {
            return fits(operator, sample.operator())
                    && fits(type, sample.id().type().toString())
                    && fits(label, sample.label());
        }

        private static boolean fits(String pattern, String text) {
            return pattern.endsWith("*")
                    ? text.startsWith(pattern.substring(0, pattern.length() - 1))
                    : text.equals(pattern);
        }
    }

    private static LibtorchTable build() {
        LibtorchTable table = new LibtorchTable();
        ServiceLoader.load(LibtorchFamily.class).forEach(family -> family.register(table));
        return table;
    }

    static LibtorchTable all() {
        return ALL;
    }

    /** The operator is this one of libtorch's, with these arguments. */
    void same(String operator, String name, @Nullable Object... arguments) {
        put(calls, operator, new Call(name, arguments));
    }

    /** The operator is what {@code special} does. */
    void special(String operator, Special special) {
        put(specials, operator, special);
    }

    /** The operator can't be compared. */
    void except(String operator, String reason) {
        put(exceptions, operator, reason);
    }

    /** A kind of case can't be compared; see {@link KindOfCase}. */
    void except(String operator, String type, String label, String reason) {
        kinds.add(new KindOfCase(operator, type, label, reason));
    }

    private static <T> void put(Map<String, T> map, String operator, T value) {
        if (map.put(operator, value) != null) {
            throw new IllegalStateException("two entries for " + operator);
        }
    }

    @Nullable Call call(String key) {
        return calls.get(key);
    }

    @Nullable Special special(String operator) {
        return specials.get(operator);
    }

    /** Whether the sample is excepted. */
    boolean excepts(Sample sample) {
        return exceptions.containsKey(sample.operator())
                || kinds.stream().anyMatch(kind -> kind.matches(sample));
    }
}
