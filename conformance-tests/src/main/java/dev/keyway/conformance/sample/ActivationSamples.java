// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.sample;

import com.google.auto.service.AutoService;

import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.oracle.HostArray;
import dev.keyway.conformance.sample.PointwiseSamples.Domain;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** Activation functions with their attributes. */
@AutoService(SampleFamily.class)
public final class ActivationSamples implements SampleFamily {
    private static final List<String> PLAIN =
            List.of("selu", "silu", "mish", "hardswish", "hardsigmoid", "log_sigmoid");

    /** For {@code ServiceLoader}. */
    public ActivationSamples() {}

    @Override
    public Profile profile() {
        return Profile.INFERENCE;
    }

    @Override
    public void register(Samples.Table table) {
        for (String name : PLAIN) {
            further(PointwiseSamples.unary(table, name, Samples.REALS, Domain.ANY));
        }
        PointwiseSamples.unary(table, "softsign", Samples.NUMBERS, Domain.ANY);
        further(PointwiseSamples.unary(table, "relu6", Samples.NUMBERS, Domain.ANY));
        OperatorSamples gelu =
                PointwiseSamples.unary(
                        table, "gelu", Samples.REALS, Domain.ANY, "approximate", "none");
        further(gelu, "approximate", "none");
        further(gelu, "approximate", "tanh");
        OperatorSamples leaky = slopes(table, "leaky_relu", "negative_slope", 0.01);
        further(leaky, "negative_slope", -0.5);
        further(slopes(table, "celu", "alpha", 1.0), "alpha", 0.75);
        elu(table);
        softplus(table);
        hardtanh(table);
        threshold(table);
        prelu(table.operator("prelu", Samples.REALS));
        glu(table.operator("glu", Samples.REALS));
    }

    private static OperatorSamples slopes(
            Samples.Table table, String name, String attribute, double value) {
        return PointwiseSamples.unary(table, name, Samples.REALS, Domain.ANY, attribute, value);
    }

    /** Wider values, and extremes, with these attributes. */
    private static void further(OperatorSamples samples, @Nullable Object... attributes) {
        samples.add(
                "smooth wide",
                (values, type) -> {
                    HostArray ordinary = values.ordinary(type, 67);
                    HostArray wide =
                            type.isFloating()
                                    ? HostArray.ofReals(
                                            type, ordinary.shape(), i -> 2.3 * ordinary.real(i))
                                    : ordinary;
                    return PointwiseSamples.call(Input.of(wide), attributes);
                });
        samples.add(
                "attributes",
                (values, type) ->
                        PointwiseSamples.call(Input.of(values.mixed(type, 67)), attributes));
    }

    private static void elu(Samples.Table table) {
        OperatorSamples samples =
                PointwiseSamples.unary(
                        table,
                        "elu",
                        Samples.REALS,
                        Domain.ANY,
                        "alpha",
                        1L,
                        "scale",
                        1L,
                        "input_scale",
                        1L);
        further(samples, "alpha", 0.5, "scale", 1.25, "input_scale", 0.75);
    }

    private static void softplus(Samples.Table table) {
        OperatorSamples samples =
                PointwiseSamples.unary(
                        table, "softplus", Samples.REALS, Domain.ANY, "beta", 1L, "threshold", 20L);
        further(samples, "beta", 2.5, "threshold", 4L);
    }

    private static void hardtanh(Samples.Table table) {
        List<ElementType> signed = Samples.ALL.subList(2, 10);
        OperatorSamples samples =
                PointwiseSamples.unary(
                        table, "hardtanh", signed, Domain.ANY, "min_val", -1L, "max_val", 1L);
        further(samples, "min_val", -2L, "max_val", 3L);
    }

    private static void threshold(Samples.Table table) {
        OperatorSamples samples =
                PointwiseSamples.unary(
                        table,
                        "threshold",
                        Samples.NUMBERS,
                        Domain.ANY,
                        "threshold",
                        1L,
                        "value",
                        5L);
        further(samples, "threshold", 2L, "value", 0L);
    }

    private static void prelu(OperatorSamples samples) {
        long[][][] shapes = {
            {{17}, {1}}, {{}, {1}}, {{2, 3}, {3}}, {{2, 3, 5}, {3}}, {{4, 1, 3}, {1}}, {{2, 0}, {1}}
        };
        for (long[][] pair : shapes) {
            samples.add(
                    "shape",
                    (values, type) ->
                            weighted(
                                    Input.of(values.ordinary(type, pair[0])),
                                    Input.of(values.ordinary(type, pair[1]))));
        }
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add(
                    "layout",
                    (values, type) ->
                            weighted(
                                    Input.of(values.ordinary(type, 5, 3, 7), layout),
                                    Input.of(values.ordinary(type, 3))));
        }
        samples.add(
                "extremes",
                (values, type) ->
                        weighted(Input.of(values.extremes(type)), Input.of(values.positive(type))));
    }

    private static Object[] weighted(Input self, Input weight) {
        return new Object[] {"self", self, "weight", weight};
    }

    private static void glu(OperatorSamples samples) {
        long[][] shapes = {{2}, {34}, {4, 6}, {2, 3, 8}, {3, 0}, {0, 4}};
        for (long[] shape : shapes) {
            samples.add(
                    "shape",
                    (values, type) ->
                            PointwiseSamples.call(
                                    Input.of(values.ordinary(type, shape)), "dim", -1L));
        }
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add(
                    "layout",
                    (values, type) ->
                            PointwiseSamples.call(
                                    Input.of(values.ordinary(type, 4, 6), layout), "dim", 0L));
        }
        samples.add(
                "dim",
                (values, type) ->
                        PointwiseSamples.call(
                                Input.of(values.ordinary(type, 3, 4, 5)), "dim", -2L));
        samples.add(
                "extremes",
                (values, type) ->
                        PointwiseSamples.call(Input.of(values.mixed(type, 64)), "dim", 0L));
    }

    @Override
    public void errors(ErrorTable table) {
        Input whole = ErrorTable.integers(ElementType.I32, 1, 4);
        for (String name : PLAIN) {
            table.refuses(name, List.of("i32", "floating"), "self", whole);
        }
        Input reals = ErrorTable.reals(3);
        table.refuses("gelu", List.of("'erf'", "'tanh'"), "self", reals, "approximate", "erf");
        table.refuses("gelu", List.of("i32"), "self", whole, "approximate", "none");
        table.refuses("celu", List.of("alpha"), "self", reals, "alpha", 0L);
        table.refuses("glu", List.of("[3]", "even"), "self", reals, "dim", -1L);
        table.refuses("glu", List.of("dimensions"), "self", ErrorTable.reals(), "dim", -1L);
        table.refuses("glu", List.of("dim", "2"), "self", ErrorTable.reals(4), "dim", 2L);
        table.refuses(
                "prelu",
                List.of("[2]", "[2, 3]", "3"),
                "self",
                ErrorTable.reals(2, 3),
                "weight",
                ErrorTable.reals(2));
        Input bool = ErrorTable.integers(ElementType.BOOL, 1, 3);
        table.refuses("relu6", List.of("bool"), "self", bool);
        Input bytes = ErrorTable.integers(ElementType.U8, 1, 3);
        table.refuses(
                "hardtanh", List.of("u8", "-1"), "self", bytes, "min_val", -1L, "max_val", 1L);
    }
}
