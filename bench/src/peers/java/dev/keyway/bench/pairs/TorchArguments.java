// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.pairs;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Java values as libtorch's C++ functions take them (System V ABI): small trivial classes by value,
 * others by address. What the addresses point to lives as long as the arena.
 */
final class TorchArguments {
    private static final MemoryLayout LONG = ValueLayout.JAVA_LONG;
    private static final MemoryLayout BYTE = ValueLayout.JAVA_BYTE;
    private static final MemoryLayout SPAN = MemoryLayout.structLayout(LONG, LONG);
    private static final MemoryLayout MAYBE_SPAN =
            MemoryLayout.structLayout(LONG, LONG, BYTE, MemoryLayout.paddingLayout(7));
    private static final MemoryLayout MAYBE_LONG =
            MemoryLayout.structLayout(LONG, BYTE, MemoryLayout.paddingLayout(7));
    private static final MemoryLayout MAYBE_DOUBLE =
            MemoryLayout.structLayout(ValueLayout.JAVA_DOUBLE, BYTE, MemoryLayout.paddingLayout(7));
    private static final MemoryLayout MAYBE_BYTE = MemoryLayout.structLayout(BYTE, BYTE);

    private static final MemoryLayout THREE_BYTES = MemoryLayout.structLayout(BYTE, BYTE, BYTE);

    private final Arena arena;

    TorchArguments(Arena arena) {
        this.arena = arena;
    }

    /**
     * An argument.
     *
     * @param layout its type for the linker
     * @param value what the method handle takes
     */
    record Argument(MemoryLayout layout, Object value) {
        Argument(MemoryLayout layout, MemorySegment value) {
            this(layout, (Object) value.asSlice(0, layout.byteSize()));
        }
    }

    /** A value as a parameter of a type takes it; null is an optional without a value. */
    Argument of(String type, @Nullable Object value) {
        return switch (type) {
            case "Tensor&" -> address(operand(value).cell());
            case "optional<Tensor>&" -> address(maybeTensor(value));
            case "long" -> new Argument(LONG, number(value).longValue());
            case "double" -> new Argument(ValueLayout.JAVA_DOUBLE, number(value).doubleValue());
            case "bool" -> new Argument(ValueLayout.JAVA_BOOLEAN, truth(value));
            case "Scalar&" -> address(scalar(number(value), 32));
            case "optional<Scalar>&" ->
                    address(
                            value == null
                                    ? arena.allocate(48, 16)
                                    : set(scalar(number(value), 48), 32));
            case "SymInt" -> address(whole(value));
            case "optional<SymInt>" ->
                    address(value == null ? arena.allocate(16, 8) : set(whole(value), 8));
            case "optional<long>" ->
                    new Argument(
                            MAYBE_LONG,
                            value == null ? arena.allocate(16, 8) : set(whole(value), 8));
            case "optional<double>" -> new Argument(MAYBE_DOUBLE, maybeDouble(value));
            case "ScalarType", "MemoryFormat" -> new Argument(BYTE, number(value).byteValue());
            case "optional<ScalarType>",
                    "optional<bool>",
                    "optional<MemoryFormat>",
                    "optional<Layout>" ->
                    new Argument(MAYBE_BYTE, maybeByte(value));
            case "array<bool,3>" -> new Argument(THREE_BYTES, all());
            case "optional<Generator>" -> address(arena.allocate(16, 8));
            case "ArrayRef<long>", "ArrayRef<SymInt>" ->
                    new Argument(SPAN, longs((long[]) some(value)));
            case "ArrayRef<Tensor>" -> new Argument(SPAN, tensors((List<?>) some(value)));
            case "IListRef<Tensor>&" -> address(tensors((List<?>) some(value)));
            case "OptionalArrayRef<long>", "OptionalArrayRef<SymInt>" ->
                    new Argument(
                            MAYBE_SPAN,
                            value == null ? arena.allocate(24, 8) : set(longs((long[]) value), 16));
            case "basic_string_view<char,char_traits<char>>" ->
                    new Argument(SPAN, text((String) some(value)));
            case "optional<basic_string_view<char,char_traits<char>>>" ->
                    new Argument(
                            MAYBE_SPAN,
                            value == null ? arena.allocate(24, 8) : set(text((String) value), 16));
            default -> throw new IllegalArgumentException("no argument of type " + type);
        };
    }

    /** Which gradients are wanted: all three. */
    private MemorySegment all() {
        return arena.allocate(3, 1).fill((byte) 1);
    }

    private static Argument address(MemorySegment segment) {
        return new Argument(LONG, segment.address());
    }

    private static Object some(@Nullable Object value) {
        if (value == null) {
            throw new IllegalArgumentException("the parameter is not optional");
        }
        return value;
    }

    private static Operand operand(@Nullable Object value) {
        return (Operand) some(value);
    }

    private static Number number(@Nullable Object value) {
        return (Number) some(value);
    }

    private static boolean truth(@Nullable Object value) {
        return (Boolean) some(value);
    }

    /** Says that an optional has a value. */
    private static MemorySegment set(MemorySegment optional, long flag) {
        optional.set(ValueLayout.JAVA_BYTE, flag, (byte) 1);
        return optional;
    }

    private MemorySegment maybeTensor(@Nullable Object value) {
        MemorySegment optional = arena.allocate(16, 8);
        if (value != null) {
            optional.set(
                    ValueLayout.JAVA_LONG, 0, operand(value).cell().get(ValueLayout.JAVA_LONG, 0));
            set(optional, 8);
        }
        return optional;
    }

    /** A tag, 0 for a double and 1 for an integer, and the value at 16. */
    private MemorySegment scalar(Number number, long size) {
        MemorySegment scalar = arena.allocate(size, 16);
        if (number instanceof Double || number instanceof Float) {
            scalar.set(ValueLayout.JAVA_DOUBLE, 16, number.doubleValue());
        } else {
            scalar.set(ValueLayout.JAVA_INT, 0, 1);
            scalar.set(ValueLayout.JAVA_LONG, 16, number.longValue());
        }
        return scalar;
    }

    private MemorySegment whole(@Nullable Object value) {
        MemorySegment whole = arena.allocate(16, 8);
        whole.set(ValueLayout.JAVA_LONG, 0, number(value).longValue());
        return whole;
    }

    private MemorySegment maybeDouble(@Nullable Object value) {
        MemorySegment optional = arena.allocate(16, 8);
        if (value != null) {
            optional.set(ValueLayout.JAVA_DOUBLE, 0, number(value).doubleValue());
            set(optional, 8);
        }
        return optional;
    }

    private MemorySegment maybeByte(@Nullable Object value) {
        MemorySegment optional = arena.allocate(2, 1);
        if (value != null) {
            byte code = value instanceof Number n ? n.byteValue() : (byte) (truth(value) ? 1 : 0);
            optional.set(ValueLayout.JAVA_BYTE, 0, code);
            set(optional, 1);
        }
        return optional;
    }

    /** An address and a count, with room for the flag of an optional or the tag of a list. */
    private MemorySegment span(long address, long count) {
        MemorySegment span = arena.allocate(24, 8);
        span.set(ValueLayout.JAVA_LONG, 0, address);
        span.set(ValueLayout.JAVA_LONG, 8, count);
        return span;
    }

    private MemorySegment longs(long[] values) {
        MemorySegment list = arena.allocate(Math.max(1, values.length) * 8L, 8);
        MemorySegment.copy(values, 0, list, ValueLayout.JAVA_LONG, 0, values.length);
        return span(list.address(), values.length);
    }

    private MemorySegment tensors(List<?> values) {
        MemorySegment list = arena.allocate(Math.max(1, values.size()) * 8L, 8);
        for (int i = 0; i < values.size(); i++) {
            long tensor = operand(values.get(i)).cell().get(ValueLayout.JAVA_LONG, 0);
            list.setAtIndex(ValueLayout.JAVA_LONG, i, tensor);
        }
        return span(list.address(), values.size());
    }

    private MemorySegment text(String value) {
        return span(value.length(), arena.allocateFrom(value).address());
    }
}
