// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.sample;

import com.google.auto.service.AutoService;

import dev.keyway.conformance.oracle.ElementType;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** Gradients of activation functions; their own gradients are the functions' second ones. */
@AutoService(SampleFamily.class)
public final class ActivationGradientSamples implements SampleFamily {
    /** For {@code ServiceLoader}. */
    public ActivationGradientSamples() {}

    @Override
    public Profile profile() {
        return Profile.TRAINING;
    }

    @Override
    public void register(Samples.Table table) {
        OperatorSamples gelu = table.operator("gelu_backward", Samples.REALS);
        cases(gelu, "self", "approximate", "none");
        cases(gelu, "self", "approximate", "tanh");
        cases(table.operator("silu_backward", Samples.REALS), "self");
        cases(table.operator("sigmoid_backward", Samples.REALS), "output");
        cases(table.operator("tanh_backward", Samples.REALS), "output");
    }

    private static void cases(
            OperatorSamples samples, String second, @Nullable Object... attributes) {
        for (long[] shape : PointwiseSamples.SHAPES) {
            samples.add(
                    "shape",
                    type -> PointwiseSamples.isCore(type) || shape.length != 1 || shape[0] == 17,
                    (values, type) ->
                            call(
                                    Input.of(values.ordinary(type, shape)),
                                    second,
                                    Input.of(values.ordinary(type, shape)),
                                    attributes));
        }
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add(
                    "layout",
                    type -> PointwiseSamples.isCore(type) || layout == Layout.STEPPED,
                    (values, type) ->
                            call(
                                    Input.of(values.ordinary(type, 5, 7), layout),
                                    second,
                                    Input.of(values.ordinary(type, 5, 7), layout),
                                    attributes));
        }
        samples.add(
                "extremes",
                (values, type) ->
                        call(
                                Input.of(values.ordinary(type, values.extremes(type).numel())),
                                second,
                                Input.of(values.extremes(type)),
                                attributes));
    }

    private static @Nullable Object[] call(
            Input grad, String second, Input value, @Nullable Object... attributes) {
        @Nullable Object[] all = new @Nullable Object[4 + attributes.length];
        all[0] = "grad_output";
        all[1] = grad;
        all[2] = second;
        all[3] = value;
        System.arraycopy(attributes, 0, all, 4, attributes.length);
        return all;
    }

    @Override
    public void errors(ErrorTable table) {
        Input whole = ErrorTable.integers(ElementType.I32, 1, 3);
        for (String name : List.of("sigmoid_backward", "tanh_backward")) {
            table.refuses(name, List.of("i32"), "grad_output", whole, "output", whole);
        }
        Input reals = ErrorTable.reals(3);
        table.refuses(
                "gelu_backward",
                List.of("'erf'"),
                "grad_output",
                reals,
                "self",
                reals,
                "approximate",
                "erf");
    }
}
