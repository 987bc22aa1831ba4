// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.sample;

import com.google.auto.service.AutoService;

import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.oracle.HostArray;
import dev.keyway.conformance.sample.BinarySamples.Domain;
import dev.keyway.conformance.sample.BinarySamples.Form;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** Quotients, angles, signs, logarithms, extremes, shifts and truth values of two operands. */
@AutoService(SampleFamily.class)
public final class PairSamples implements SampleFamily {
    /** For {@code ServiceLoader}. */
    public PairSamples() {}

    @Override
    public void register(Samples.Table table) {
        divisions(table);
        BinarySamples.tensors(table, Form.of("rsub.Tensor", Samples.NUMBERS).with("alpha", 1L));
        BinarySamples.numbers(table, Form.of("rsub.Scalar", Samples.NUMBERS).with("alpha", 1L));
        BinarySamples.tensors(table, Form.of("fmod.Tensor", Samples.NUMBERS).in(Domain.NON_ZERO));
        BinarySamples.numbers(table, Form.of("fmod.Scalar", Samples.ALL).in(Domain.NON_ZERO));
        BinarySamples.tensors(table, Form.of("atan2", Samples.ALL));
        BinarySamples.tensors(table, Form.of("hypot", Samples.REALS));
        BinarySamples.tensors(table, Form.of("copysign.Tensor", Samples.ALL));
        BinarySamples.numbers(table, Form.of("copysign.Scalar", Samples.ALL));
        BinarySamples.tensors(table, Form.of("xlogy.Tensor", Samples.ALL).in(Domain.POSITIVE));
        BinarySamples.numbers(
                table, Form.of("xlogy.Scalar_Other", Samples.ALL).in(Domain.POSITIVE));
        for (String name : List.of("fmax", "fmin")) {
            BinarySamples.tensors(table, Form.of(name, Samples.ALL));
        }
        for (String name : List.of("logaddexp", "logaddexp2")) {
            BinarySamples.tensors(table, Form.of(name, Samples.REALS));
        }
        for (String name : List.of("logical_and", "logical_or", "logical_xor")) {
            BinarySamples.tensors(table, Form.of(name, Samples.ALL));
        }
        for (String name : List.of("bitwise_and", "bitwise_or", "bitwise_xor")) {
            BinarySamples.numbers(table, Form.of(name + ".Scalar", Samples.WITH_BITS));
        }
        shifts(table);
        numberFirst(table);
        sameType(table);
    }

    private static void divisions(Samples.Table table) {
        Form tensor = Form.of("div.Tensor_mode", Samples.ALL).in(Domain.NON_ZERO);
        OperatorSamples tensors = BinarySamples.tensors(table, tensor.with("rounding_mode", null));
        Form number = Form.of("div.Scalar_mode", Samples.ALL).in(Domain.NON_ZERO);
        OperatorSamples numbers = BinarySamples.numbers(table, number.with("rounding_mode", null));
        for (String mode : List.of("floor", "trunc")) {
            for (long[] shape : List.of(new long[] {67}, new long[] {})) {
                tensors.add(
                        mode,
                        type -> type != ElementType.BOOL,
                        (values, type) ->
                                tensor.with("rounding_mode", mode)
                                        .call(
                                                Input.of(values.ordinary(type, shape)),
                                                Input.of(values.nonZero(type, shape))));
            }
            tensors.add(
                    "extremes " + mode,
                    ElementType::isFloating,
                    (values, type) -> extremes(tensor, values, type, mode));
            for (Object divisor : List.of(3L, 0.75)) {
                numbers.add(
                        mode,
                        (values, type) ->
                                number.with("rounding_mode", mode)
                                        .call(Input.of(values.ordinary(type, 67)), divisor));
            }
        }
    }

    private static @Nullable Object[] extremes(
            Form form, Values values, ElementType type, String mode) {
        HostArray all = values.extremes(type);
        return form.with("rounding_mode", mode)
                .call(Input.of(all.reshape(all.numel(), 1)), Input.of(all));
    }

    private static void shifts(Samples.Table table) {
        for (String name : List.of("bitwise_left_shift", "bitwise_right_shift")) {
            Form form = Form.of(name + ".Tensor", Samples.INTEGERS).in(Domain.SHIFT);
            BinarySamples.tensors(table, form)
                    .add(
                            "too far",
                            (values, type) ->
                                    form.call(
                                            Input.of(values.extremes(type)),
                                            Input.of(far(type, values.extremes(type).numel()))));
            BinarySamples.numbers(
                    table, Form.of(name + ".Tensor_Scalar", Samples.WITH_BITS).in(Domain.SHIFT));
        }
    }

    /** From below 0, where the type has such numbers, to beyond the type's width. */
    private static HostArray far(ElementType type, int count) {
        return HostArray.ofIntegers(
                type, new long[] {count}, i -> type == ElementType.U8 ? 6L * i : 8L * i - 16);
    }

    private static void numberFirst(Samples.Table table) {
        OperatorSamples pow = table.operator("pow.Self_Scalar", Samples.ALL);
        OperatorSamples xlogy = table.operator("xlogy.Scalar_Self", Samples.ALL);
        for (long[] shape : PointwiseSamples.SHAPES) {
            pow.add(
                    "shape",
                    (values, type) -> {
                        HostArray exponent =
                                type.isFloating()
                                        ? values.ordinary(type, shape)
                                        : values.integers(type, 0, 5, shape);
                        return new Object[] {"self", 3L, "exponent", Input.of(exponent)};
                    });
            xlogy.add(
                    "shape",
                    (values, type) ->
                            new Object[] {
                                "self", 3L, "other", Input.of(argument(values, type, shape))
                            });
        }
        for (Layout layout : Layout.ofAnyRank()) {
            pow.add(
                    "layout",
                    (values, type) ->
                            new Object[] {
                                "self",
                                0.75,
                                "exponent",
                                Input.of(values.ordinary(type, 5, 7), layout)
                            });
            xlogy.add(
                    "layout",
                    (values, type) ->
                            new Object[] {
                                "self",
                                -1.5,
                                "other",
                                Input.of(argument(values, type, 5, 7), layout)
                            });
        }
        pow.add(
                "zero to the power",
                ElementType::isFloating,
                (values, type) ->
                        new Object[] {
                            "self", 0.0, "exponent", Input.of(values.positive(type, 33))
                        });
        xlogy.add(
                "zero times",
                ElementType::isFloating,
                (values, type) ->
                        new Object[] {"self", 0.0, "other", Input.of(values.extremes(type))});
    }

    /** Of a logarithm: above 0, but for bool both. */
    private static HostArray argument(Values values, ElementType type, long... shape) {
        return type == ElementType.BOOL
                ? values.ordinary(type, shape)
                : values.positive(type, shape);
    }

    private static void sameType(Samples.Table table) {
        OperatorSamples step = table.operator("heaviside", Samples.ALL);
        OperatorSamples close = table.operator("isclose", Samples.ALL);
        for (long[] shape : PointwiseSamples.SHAPES) {
            step.add("shape", (values, type) -> steps(values.ordinary(type, shape), values, type));
            close.add(
                    "shape",
                    (values, type) ->
                            near(values.ordinary(type, shape), values, type, 0.25, false));
        }
        for (Layout layout : Layout.ofAnyRank()) {
            step.add(
                    "layout",
                    (values, type) ->
                            new Object[] {
                                "self",
                                Input.of(values.ordinary(type, 5, 7), layout),
                                "values",
                                Input.of(values.ordinary(type, 7))
                            });
            close.add(
                    "layout",
                    (values, type) -> {
                        HostArray self = values.ordinary(type, 5, 7);
                        return closeness(Input.of(self, layout), Input.of(self), 0.0, 0.0, false);
                    });
        }
        step.add("extremes", (values, type) -> steps(values.extremes(type), values, type));
        for (boolean equalNan : new boolean[] {false, true}) {
            close.add(
                    "extremes",
                    (values, type) -> near(values.extremes(type), values, type, 0.25, equalNan));
        }
    }

    private static Object[] steps(HostArray self, Values values, ElementType type) {
        return new Object[] {
            "self", Input.of(self), "values", Input.of(values.ordinary(type, self.shape()))
        };
    }

    /** Half of the others are equal, half are twice as large: far from the tolerance. */
    private static Object[] near(
            HostArray self, Values values, ElementType type, double rtol, boolean equalNan) {
        HostArray coin = values.ordinary(ElementType.BOOL, self.shape());
        HostArray other =
                type.isFloating()
                        ? HostArray.ofReals(
                                type, self.shape(), i -> self.real(i) * (1 + coin.integer(i)))
                        : HostArray.ofIntegers(
                                type, self.shape(), i -> self.integer(i) * (1 + coin.integer(i)));
        return closeness(Input.of(self), Input.of(other), rtol, 1e-8, equalNan);
    }

    private static Object[] closeness(
            Input self, Input other, double rtol, double atol, boolean equalNan) {
        return new Object[] {
            "self", self, "other", other, "rtol", rtol, "atol", atol, "equal_nan", equalNan
        };
    }

    @Override
    public void errors(ErrorTable table) {
        Input reals = ErrorTable.reals(3);
        Input whole = ErrorTable.integers(ElementType.I32, 1, 3);
        table.refuses(
                "div.Tensor_mode",
                List.of("'ceil'", "'floor'", "'trunc'"),
                "self",
                reals,
                "other",
                reals,
                "rounding_mode",
                "ceil");
        Input zero = ErrorTable.integers(ElementType.I32, 0, 3);
        table.refuses(
                "div.Tensor_mode",
                List.of("zero"),
                "self",
                whole,
                "other",
                zero,
                "rounding_mode",
                "trunc");
        table.refuses("fmod.Tensor", List.of("zero"), "self", whole, "other", zero);
        table.refuses("fmod.Scalar", List.of("zero"), "self", whole, "other", 0L);
        for (String name : List.of("hypot", "logaddexp", "logaddexp2")) {
            table.refuses(name, List.of("i32", "floating"), "self", whole, "other", whole);
        }
        table.refuses("bitwise_left_shift.Tensor", List.of("f32"), "self", reals, "other", reals);
        table.refuses("bitwise_and.Scalar", List.of("f32"), "self", reals, "other", 1L);
        table.refuses("heaviside", List.of("values", "i32", "f32"), "self", reals, "values", whole);
        table.refuses(
                "isclose",
                List.of("other", "i32", "f32"),
                "self",
                reals,
                "other",
                whole,
                "rtol",
                0.0,
                "atol",
                0.0,
                "equal_nan",
                false);
        table.refuses(
                "isclose",
                List.of("rtol", "-1.0"),
                "self",
                reals,
                "other",
                reals,
                "rtol",
                -1.0,
                "atol",
                0.0,
                "equal_nan",
                false);
    }
}
