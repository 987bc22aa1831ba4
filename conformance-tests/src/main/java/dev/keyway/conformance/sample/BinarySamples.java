// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.sample;

import com.google.auto.service.AutoService;

import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.oracle.HostArray;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/** Functions of two operands: sizes, broadcasting, layouts on either side, promotion, extremes. */
@AutoService(SampleFamily.class)
public final class BinarySamples implements SampleFamily {
    private static final long[][][] BROADCASTS = {
        {{3, 1}, {1, 4}},
        {{2, 3, 4}, {4}},
        {{4}, {2, 3, 4}},
        {{2, 1, 5}, {3, 1}},
        {{}, {17}},
        {{17}, {}},
        {{0}, {1}},
        {{2, 1, 3}, {2, 0, 3}},
        {{1}, {1, 1}},
        {{33, 65}, {65}},
        {{33, 65}, {33, 1}}
    };
    private static final Predicate<ElementType> NOT_BOOL = type -> type != ElementType.BOOL;

    /** For {@code ServiceLoader}. */
    public BinarySamples() {}

    @Override
    public void register(Samples.Table table) {
        for (String name : List.of("add", "sub")) {
            List<ElementType> types = name.equals("add") ? Samples.COMPUTE : Samples.NUMERIC;
            tensors(table, new Form(name + ".Tensor", types, "other", Domain.ANY, true));
            numbers(table, new Form(name + ".Scalar", types, "other", Domain.ANY, true));
        }
        both(table, "mul", Samples.COMPUTE, "other", Domain.ANY);
        both(table, "div", Samples.COMPUTE, "other", Domain.ANY);
        both(table, "remainder", Samples.NUMERIC, "other", Domain.NON_ZERO);
        both(table, "pow", Samples.NUMERIC, "exponent", Domain.EXPONENT);
        tensors(
                table,
                new Form("floor_divide.Tensor", Samples.NUMERIC, "other", Domain.NON_ZERO, false));
        for (String name : List.of("maximum", "minimum")) {
            tensors(table, new Form(name, Samples.COMPUTE, "other", Domain.ANY, false));
        }
        for (String name : List.of("bitwise_and", "bitwise_or", "bitwise_xor")) {
            tensors(table, new Form(name + ".Tensor", Samples.BITS, "other", Domain.ANY, false));
        }
        for (String name : List.of("eq", "ne", "lt", "le", "gt", "ge")) {
            both(table, name, Samples.COMPUTE, "other", Domain.ANY);
        }
    }

    @Override
    public void errors(ErrorTable table) {
        List<String> shapes = List.of("[2, 3]", "[4]");
        for (String name : List.of("mul.Tensor", "div.Tensor", "maximum", "eq.Tensor")) {
            table.refuses(
                    name, shapes, "self", ErrorTable.reals(2, 3), "other", ErrorTable.reals(4));
        }
        table.refuses(
                "add.Tensor",
                shapes,
                "self",
                ErrorTable.reals(2, 3),
                "other",
                ErrorTable.reals(4),
                "alpha",
                1L);
        Input bool = ErrorTable.integers(ElementType.BOOL, 1, 3);
        table.refuses("sub.Tensor", List.of("bool"), "self", bool, "other", bool, "alpha", 1L);
        table.refuses("neg", List.of("bool"), "self", bool);
        Input zero = ErrorTable.integers(ElementType.I32, 0, 3);
        for (String name : List.of("floor_divide.Tensor", "remainder.Tensor")) {
            table.refuses(name, List.of("zero"), "self", zero, "other", zero);
        }
        table.refuses(
                "where",
                List.of("condition", "f32", "bool"),
                "condition",
                ErrorTable.reals(3),
                "self",
                ErrorTable.reals(3),
                "other",
                ErrorTable.reals(3));
        Input mask = ErrorTable.integers(ElementType.I32, 1, 3);
        table.refuses(
                "masked_fill",
                List.of("mask"),
                "self",
                ErrorTable.reals(3),
                "mask",
                mask,
                "value",
                1L);
        table.refuses("clamp", List.of("min"), "self", ErrorTable.reals(3));
    }

    /** Which second operands the definition allows. */
    private enum Domain {
        ANY,
        NON_ZERO,
        EXPONENT
    }

    private record Form(
            String name, List<ElementType> types, String second, Domain domain, boolean alpha) {

        @Nullable Object[] call(Object self, Object other, Object factor) {
            List<Object> call = new ArrayList<>(List.of("self", self, second, other));
            if (alpha) {
                call.addAll(List.of("alpha", factor));
            }
            return call.toArray();
        }

        HostArray first(Values values, ElementType type, long[] shape) {
            return domain == Domain.EXPONENT && type.isFloating()
                    ? values.positive(type, shape)
                    : values.ordinary(type, shape);
        }

        HostArray other(Values values, ElementType type, long[] shape) {
            return switch (domain) {
                case ANY -> values.ordinary(type, shape);
                case NON_ZERO -> values.nonZero(type, shape);
                case EXPONENT ->
                        type.isFloating()
                                ? values.ordinary(type, shape)
                                : values.integers(type, 0, 5, shape);
            };
        }
    }

    private static void both(
            Samples.Table table,
            String name,
            List<ElementType> types,
            String second,
            Domain domain) {
        tensors(table, new Form(name + ".Tensor", types, second, domain, false));
        numbers(table, new Form(name + ".Scalar", types, second, domain, false));
    }

    private static void tensors(Samples.Table table, Form form) {
        OperatorSamples samples = table.operator(form.name(), form.types());
        for (long[] shape : PointwiseSamples.SHAPES) {
            samples.add("shape", (values, type) -> pair(form, values, type, type, shape, shape));
        }
        for (long[][] shapes : BROADCASTS) {
            samples.add(
                    "broadcast",
                    (values, type) -> pair(form, values, type, type, shapes[0], shapes[1]));
        }
        layouts(samples, form);
        promotions(samples, form);
        if (form.alpha()) {
            samples.add("alpha", NOT_BOOL, (values, type) -> scaled(form, values, type, 3L));
            samples.add("alpha", ElementType::isFloating, (v, type) -> scaled(form, v, type, -0.7));
        }
        samples.add(
                "extremes",
                type -> form.domain() == Domain.ANY || type.isFloating(),
                (values, type) -> extremes(form, values, type));
    }

    private static @Nullable Object[] scaled(
            Form form, Values values, ElementType type, Object alpha) {
        return form.call(
                Input.of(values.ordinary(type, 67)), Input.of(values.ordinary(type, 67)), alpha);
    }

    private static @Nullable Object[] pair(
            Form form,
            Values values,
            ElementType type,
            ElementType otherType,
            long[] shape,
            long[] otherShape) {
        return form.call(
                Input.of(form.first(values, type, shape)),
                Input.of(form.other(values, otherType, otherShape)),
                1L);
    }

    private static void layouts(OperatorSamples samples, Form form) {
        long[] shape = {5, 3, 7};
        for (Layout layout : Layout.values()) {
            samples.add(
                    "layout of self",
                    (values, type) ->
                            form.call(
                                    Input.of(form.first(values, type, shape), layout),
                                    Input.of(form.other(values, type, shape)),
                                    1L));
            samples.add(
                    "layout of other",
                    (values, type) ->
                            form.call(
                                    Input.of(form.first(values, type, shape)),
                                    Input.of(form.other(values, type, shape), layout),
                                    1L));
        }
    }

    /**
     * Every other type, with and without dimensions. f64 enters only with f64, which devices may
     * lack.
     */
    private static void promotions(OperatorSamples samples, Form form) {
        for (ElementType other : Samples.COMPUTE) {
            Predicate<ElementType> applies =
                    type ->
                            type != other
                                    && form.types().contains(other)
                                    && (other != ElementType.F64 || type.isFloating())
                                    && (form.domain() != Domain.EXPONENT || other.isFloating());
            samples.add(
                    "promotes",
                    applies,
                    (values, type) ->
                            pair(form, values, type, other, new long[] {3, 5}, new long[] {5}));
            samples.add(
                    "promotes 0-dim",
                    applies,
                    (values, type) ->
                            pair(form, values, type, other, new long[] {3, 5}, new long[0]));
        }
    }

    /** All pairs of special values. */
    private static @Nullable Object[] extremes(Form form, Values values, ElementType type) {
        HostArray column = values.extremes(type).reshape(values.extremes(type).numel(), 1);
        return form.call(Input.of(column), Input.of(values.extremes(type)), 1L);
    }

    private static void numbers(Samples.Table table, Form form) {
        OperatorSamples samples = table.operator(form.name(), form.types());
        for (long[] shape : PointwiseSamples.SHAPES) {
            samples.add("shape", (values, type) -> number(form, values, type, shape, 3L));
        }
        for (Layout layout : Layout.values()) {
            samples.add(
                    "layout",
                    (values, type) ->
                            form.call(
                                    Input.of(form.first(values, type, new long[] {5, 7}), layout),
                                    2L,
                                    1L));
        }
        List<Object> scalars = new ArrayList<>(Arrays.asList(2L, 0.75, 2.0));
        if (form.domain() == Domain.ANY) {
            scalars.addAll(List.of(0L, -1.5, Double.NaN));
        }
        for (Object scalar : scalars) {
            samples.add(
                    "number",
                    (values, type) -> number(form, values, type, new long[] {67}, scalar));
        }
        samples.add(
                "bool number",
                type -> form.domain() == Domain.ANY && !form.name().startsWith("sub"),
                (values, type) -> number(form, values, type, new long[] {67}, true));
        samples.add(
                "extremes",
                NOT_BOOL.and(type -> form.domain() == Domain.ANY || type.isFloating()),
                (values, type) -> form.call(Input.of(values.extremes(type)), 2L, 1L));
    }

    private static @Nullable Object[] number(
            Form form, Values values, ElementType type, long[] shape, Object scalar) {
        return form.call(Input.of(form.first(values, type, shape)), scalar, 1L);
    }
}
