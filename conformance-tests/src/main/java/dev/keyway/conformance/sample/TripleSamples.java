// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.sample;

import com.google.auto.service.AutoService;

import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.oracle.HostArray;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** Weighted sums of up to three tensors, and bounds by numbers and tensors. */
@AutoService(SampleFamily.class)
public final class TripleSamples implements SampleFamily {
    private static final long[][][] BROADCASTS = {
        {{3, 1}, {1, 4}, {}}, {{4}, {2, 3, 4}, {3, 1}}, {{2, 3, 4}, {4}, {1, 1, 1}}, {{0}, {1}, {1}}
    };

    /** For {@code ServiceLoader}. */
    public TripleSamples() {}

    @Override
    public void register(Samples.Table table) {
        three(
                table.operator("lerp.Tensor", Samples.REALS),
                (a, b, c) -> new Object[] {"self", a, "end", b, "weight", c});
        weights(table.operator("lerp.Scalar", Samples.REALS));
        for (String name : List.of("addcmul", "addcdiv")) {
            OperatorSamples samples =
                    table.operator(name, name.equals("addcmul") ? Samples.NUMBERS : Samples.REALS);
            three(samples, (a, b, c) -> sum(a, b, c, 1L));
            samples.add(
                    "smooth value",
                    (values, type) -> {
                        Object value = type.isFloating() ? (Object) (-0.75) : (Object) 3L;
                        return sum(
                                Input.of(values.ordinary(type, 67)),
                                Input.of(values.ordinary(type, 67)),
                                Input.of(values.nonZero(type, 67)),
                                value);
                    });
        }
        three(
                table.operator("clamp.Tensor", Samples.NUMBERS),
                (a, b, c) -> new Object[] {"self", a, "min", b, "max", c});
        bounds(table, "clamp_min", "min");
        bounds(table, "clamp_max", "max");
    }

    /** Makes a call of three tensors. */
    @FunctionalInterface
    private interface Call {
        @Nullable Object[] of(Input a, Input b, Input c);
    }

    private static void three(OperatorSamples samples, Call call) {
        for (long[] shape : PointwiseSamples.SHAPES) {
            samples.add(
                    "shape",
                    type -> PointwiseSamples.isCore(type) || shape.length != 1 || shape[0] == 17,
                    (values, type) -> drawn(call, values, type, shape, shape, shape));
        }
        for (long[][] shapes : BROADCASTS) {
            samples.add(
                    "broadcast",
                    (values, type) -> drawn(call, values, type, shapes[0], shapes[1], shapes[2]));
        }
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add(
                    "layout",
                    type -> PointwiseSamples.isCore(type) || layout == Layout.STEPPED,
                    (values, type) ->
                            call.of(
                                    Input.of(values.ordinary(type, 5, 7), layout),
                                    Input.of(values.ordinary(type, 5, 7)),
                                    Input.of(values.nonZero(type, 5, 7), layout)));
        }
        samples.add(
                "extremes",
                ElementType::isFloating,
                (values, type) -> {
                    int count = values.extremes(type).numel();
                    HostArray column = values.extremes(type).reshape(count, 1);
                    return call.of(
                            Input.of(values.ordinary(type)),
                            Input.of(values.extremes(type)),
                            Input.of(column));
                });
    }

    private static @Nullable Object[] drawn(
            Call call, Values values, ElementType type, long[] a, long[] b, long[] c) {
        return call.of(
                Input.of(values.ordinary(type, a)),
                Input.of(values.ordinary(type, b)),
                Input.of(values.nonZero(type, c)));
    }

    private static Object[] sum(Input a, Input b, Input c, Object value) {
        return new Object[] {"self", a, "tensor1", b, "tensor2", c, "value", value};
    }

    private static void weights(OperatorSamples samples) {
        for (double weight : new double[] {0.25, 0.75, -0.5, 2, 0, 1}) {
            samples.add(
                    "smooth weight",
                    (values, type) ->
                            new Object[] {
                                "self",
                                Input.of(values.ordinary(type, 67)),
                                "end",
                                Input.of(values.ordinary(type, 67)),
                                "weight",
                                weight
                            });
        }
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add(
                    "layout",
                    (values, type) ->
                            new Object[] {
                                "self",
                                Input.of(values.ordinary(type, 5, 7), layout),
                                "end",
                                Input.of(values.ordinary(type, 7)),
                                "weight",
                                0.25
                            });
        }
        for (long[] shape : PointwiseSamples.SHAPES) {
            samples.add(
                    "shape",
                    PointwiseSamples::isCore,
                    (values, type) ->
                            new Object[] {
                                "self",
                                Input.of(values.ordinary(type, shape)),
                                "end",
                                Input.of(values.ordinary(type, shape)),
                                "weight",
                                0.5
                            });
        }
    }

    private static void bounds(Samples.Table table, String name, String bound) {
        OperatorSamples numbers = table.operator(name, Samples.ALL);
        for (long[] shape : PointwiseSamples.SHAPES) {
            numbers.add(
                    "shape",
                    (values, type) ->
                            new Object[] {
                                "self", Input.of(values.ordinary(type, shape)), bound, 1L
                            });
        }
        for (Layout layout : Layout.ofAnyRank()) {
            numbers.add(
                    "layout",
                    (values, type) ->
                            new Object[] {
                                "self", Input.of(values.ordinary(type, 5, 7), layout), bound, 2L
                            });
        }
        numbers.add(
                "number",
                (values, type) ->
                        new Object[] {"self", Input.of(values.ordinary(type, 67)), bound, 0.625});
        BinarySamples.tensors(
                table,
                new BinarySamples.Form(
                        name + ".Tensor", Samples.ALL, bound, BinarySamples.Domain.ANY, List.of()));
    }

    @Override
    public void errors(ErrorTable table) {
        Input reals = ErrorTable.reals(3);
        Input whole = ErrorTable.integers(ElementType.I32, 1, 3);
        table.refuses(
                "lerp.Tensor",
                List.of("end", "i32", "f32"),
                "self",
                reals,
                "end",
                whole,
                "weight",
                reals);
        table.refuses("lerp.Scalar", List.of("i32"), "self", whole, "end", whole, "weight", 0.5);
        table.refuses(
                "addcdiv",
                List.of("i32"),
                "self",
                reals,
                "tensor1",
                whole,
                "tensor2",
                whole,
                "value",
                1L);
        table.refuses(
                "addcmul",
                List.of("value", "0.5", "i32"),
                "self",
                whole,
                "tensor1",
                whole,
                "tensor2",
                whole,
                "value",
                0.5);
        table.refuses(
                "clamp.Tensor", List.of("min", "max"), "self", reals, "min", null, "max", null);
    }
}
