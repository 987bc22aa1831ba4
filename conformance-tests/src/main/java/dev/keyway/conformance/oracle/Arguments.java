// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The arguments of one call by their names in the operator's schema. Values are {@link HostArray},
 * a list of them, {@link Long}, {@link Double} or {@link Boolean}, {@code long[]}, {@link
 * ElementType}, or null where an optional argument is absent.
 */
public final class Arguments {
    private final Map<String, @Nullable Object> values;

    /** Copies the map; its order is the schema's. */
    public Arguments(Map<String, ? extends @Nullable Object> values) {
        this.values = new LinkedHashMap<>(values);
    }

    /** The value, null when absent. */
    public @Nullable Object get(String name) {
        return values.get(name);
    }

    /** A tensor that must be there. */
    public HostArray array(String name) {
        return required(name, HostArray.class);
    }

    /** A tensor or null. */
    public @Nullable HostArray optionalArray(String name) {
        return (HostArray) values.get(name);
    }

    /** A list of tensors. */
    public List<HostArray> arrays(String name) {
        List<?> list = required(name, List.class);
        return list.stream().map(HostArray.class::cast).toList();
    }

    /** An integer. */
    public long integer(String name) {
        return required(name, Long.class);
    }

    /** A number as a double. */
    public double real(String name) {
        return asReal(required(name, Object.class));
    }

    /** A number, whose class tells its category. */
    public Object scalar(String name) {
        return required(name, Object.class);
    }

    /** A list of integers. */
    public long[] integers(String name) {
        return required(name, long[].class);
    }

    /** A truth value. */
    public boolean flag(String name) {
        return required(name, Boolean.class);
    }

    /** An element type. */
    public ElementType type(String name) {
        return required(name, ElementType.class);
    }

    /** A scalar as a double. */
    public static double asReal(Object scalar) {
        return scalar instanceof Boolean flag ? (flag ? 1 : 0) : ((Number) scalar).doubleValue();
    }

    /** A scalar converted to an element type, as a 0-dim array. */
    public static HostArray asArray(Object scalar, ElementType type) {
        if (type.isFloating()) {
            return HostArray.ofReals(type, new long[0], i -> asReal(scalar));
        }
        if (scalar instanceof Double real) {
            return HostArray.ofIntegers(type, new long[0], i -> type.saturate(real));
        }
        long value =
                scalar instanceof Boolean flag ? (flag ? 1 : 0) : ((Number) scalar).longValue();
        return HostArray.ofIntegers(type, new long[0], i -> value);
    }

    private <T> T required(String name, Class<T> type) {
        Object value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the case has no argument '" + name + "'");
        }
        return type.cast(value);
    }
}
