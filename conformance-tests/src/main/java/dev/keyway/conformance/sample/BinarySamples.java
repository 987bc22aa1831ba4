// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.sample;

import com.google.auto.service.AutoService;

import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.oracle.HostArray;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
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
            List<ElementType> types = name.equals("add") ? Samples.ALL : Samples.NUMBERS;
            tensors(table, Form.of(name + ".Tensor", types).with("alpha", 1L));
            numbers(table, Form.of(name + ".Scalar", types).with("alpha", 1L));
        }
        both(table, Form.of("mul", Samples.ALL));
        both(table, Form.of("div", Samples.ALL));
        tensors(table, Form.of("remainder.Tensor", Samples.NUMBERS).in(Domain.NON_ZERO));
        numbers(table, Form.of("remainder.Scalar", Samples.ALL).in(Domain.NON_ZERO));
        tensors(table, Form.of("pow.Tensor", Samples.NUMBERS).in(Domain.EXPONENT));
        numbers(table, Form.of("pow.Scalar", Samples.ALL).in(Domain.EXPONENT));
        tensors(table, Form.of("floor_divide.Tensor", Samples.NUMBERS).in(Domain.NON_ZERO));
        numbers(table, Form.of("floor_divide.Scalar", Samples.ALL).in(Domain.NON_ZERO));
        for (String name : List.of("maximum", "minimum")) {
            tensors(table, Form.of(name, Samples.ALL));
        }
        for (String name : List.of("bitwise_and", "bitwise_or", "bitwise_xor")) {
            tensors(table, Form.of(name + ".Tensor", Samples.WITH_BITS));
        }
        for (String name : List.of("eq", "ne", "lt", "le", "gt", "ge")) {
            both(table, Form.of(name, Samples.ALL));
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

    /** Which operands the definition allows. */
    enum Domain {
        ANY,
        NON_ZERO,
        EXPONENT,
        POSITIVE,
        SHIFT
    }

    /**
     * An operator of two operands.
     *
     * @param name its qualified name
     * @param types the element types of self
     * @param second the second operand's name
     * @param domain the second operand's values
     * @param further names and values of more attributes
     */
    record Form(
            String name,
            List<ElementType> types,
            String second,
            Domain domain,
            List<@Nullable Object> further) {

        static Form of(String name, List<ElementType> types) {
            return new Form(name, types, "other", Domain.ANY, List.of());
        }

        Form in(Domain newDomain) {
            String newSecond = newDomain == Domain.EXPONENT ? "exponent" : second;
            return new Form(name, types, newSecond, newDomain, further);
        }

        Form with(@Nullable Object... attributes) {
            List<@Nullable Object> list = new ArrayList<@Nullable Object>();
            for (Object attribute : attributes) {
                list.add(attribute);
            }
            return new Form(name, types, second, domain, list);
        }

        Form named(String newName) {
            return new Form(newName, types, second, domain, further);
        }

        @Nullable Object[] call(Object self, Object other) {
            @Nullable Object[] call = new @Nullable Object[4 + further.size()];
            call[0] = "self";
            call[1] = self;
            call[2] = second;
            call[3] = other;
            for (int i = 0; i < further.size(); i++) {
                call[4 + i] = further.get(i);
            }
            return call;
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
                case POSITIVE -> values.positive(type, shape);
                case SHIFT -> values.integers(type, 0, 9, shape);
                case EXPONENT ->
                        type.isFloating()
                                ? values.ordinary(type, shape)
                                : values.integers(type, 0, 5, shape);
            };
        }
    }

    private static void both(Samples.Table table, Form form) {
        tensors(table, form.named(form.name() + ".Tensor"));
        numbers(table, form.named(form.name() + ".Scalar"));
    }

    /** Cases with two tensors. */
    static OperatorSamples tensors(Samples.Table table, Form form) {
        OperatorSamples samples = table.operator(form.name(), form.types());
        for (long[] shape : PointwiseSamples.SHAPES) {
            samples.add(
                    "shape",
                    type -> PointwiseSamples.isCore(type) || shape.length != 1 || shape[0] == 17,
                    (values, type) -> pair(form, values, type, type, shape, shape));
        }
        for (long[][] shapes : BROADCASTS) {
            samples.add(
                    "broadcast",
                    type -> PointwiseSamples.isCore(type) || shapes[0].length == 2,
                    (values, type) -> pair(form, values, type, type, shapes[0], shapes[1]));
        }
        layouts(samples, form);
        promotions(samples, form);
        if (form.further().contains("alpha")) {
            samples.add("alpha", NOT_BOOL, (values, type) -> scaled(form, values, type, 3L));
            samples.add("alpha", ElementType::isFloating, (v, type) -> scaled(form, v, type, -0.7));
        }
        return samples.add(
                "extremes",
                type -> form.domain() == Domain.ANY || type.isFloating(),
                (values, type) -> extremes(form, values, type));
    }

    private static @Nullable Object[] scaled(
            Form form, Values values, ElementType type, Object alpha) {
        return form.with("alpha", alpha)
                .call(Input.of(values.ordinary(type, 67)), Input.of(values.ordinary(type, 67)));
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
                Input.of(form.other(values, otherType, otherShape)));
    }

    private static void layouts(OperatorSamples samples, Form form) {
        long[] shape = {5, 3, 7};
        for (Layout layout : Layout.ofAnyRank()) {
            Predicate<ElementType> applies =
                    type -> PointwiseSamples.isCore(type) || layout == Layout.STEPPED;
            samples.add(
                    "layout of self",
                    applies,
                    (values, type) ->
                            form.call(
                                    Input.of(form.first(values, type, shape), layout),
                                    Input.of(form.other(values, type, shape))));
            samples.add(
                    "layout of other",
                    applies,
                    (values, type) ->
                            form.call(
                                    Input.of(form.first(values, type, shape)),
                                    Input.of(form.other(values, type, shape), layout)));
        }
    }

    /**
     * Every other type, with and without dimensions. f64 enters only with f64, which devices may
     * lack.
     */
    private static void promotions(OperatorSamples samples, Form form) {
        for (ElementType other : Samples.ALL) {
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
                    applies.and(
                            type ->
                                    PointwiseSamples.isCore(type)
                                            && PointwiseSamples.isCore(other)),
                    (values, type) ->
                            pair(form, values, type, other, new long[] {3, 5}, new long[0]));
        }
    }

    /** All pairs of special values. */
    private static @Nullable Object[] extremes(Form form, Values values, ElementType type) {
        HostArray column = values.extremes(type).reshape(values.extremes(type).numel(), 1);
        return form.call(Input.of(column), Input.of(values.extremes(type)));
    }

    /** Cases with a tensor and a number. */
    static OperatorSamples numbers(Samples.Table table, Form form) {
        OperatorSamples samples = table.operator(form.name(), form.types());
        for (long[] shape : PointwiseSamples.SHAPES) {
            samples.add(
                    "shape",
                    type -> PointwiseSamples.isCore(type) || shape.length != 1 || shape[0] == 17,
                    (values, type) -> number(form, values, type, shape, 3L));
        }
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add(
                    "layout",
                    type -> PointwiseSamples.isCore(type) || layout == Layout.STEPPED,
                    (values, type) ->
                            form.call(
                                    Input.of(form.first(values, type, new long[] {5, 7}), layout),
                                    2L));
        }
        List<Object> scalars = new ArrayList<>(List.of(2L));
        if (form.domain() != Domain.SHIFT && !form.types().equals(Samples.WITH_BITS)) {
            scalars.addAll(List.of(0.75, 2.0));
        }
        if (scalars.size() > 1 && form.domain() == Domain.ANY) {
            scalars.addAll(List.of(0L, -1.5, Double.NaN));
        }
        for (Object scalar : scalars) {
            samples.add(
                    "number",
                    (values, type) -> number(form, values, type, new long[] {67}, scalar));
        }
        samples.add(
                "bool number",
                type -> form.domain() == Domain.ANY && !form.name().contains("sub"),
                (values, type) -> number(form, values, type, new long[] {67}, true));
        return samples.add(
                "extremes",
                NOT_BOOL.and(type -> form.domain() == Domain.ANY || type.isFloating()),
                (values, type) -> form.call(Input.of(values.extremes(type)), 2L));
    }

    private static @Nullable Object[] number(
            Form form, Values values, ElementType type, long[] shape, Object scalar) {
        return form.call(Input.of(form.first(values, type, shape)), scalar);
    }
}
