// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.sample;

import com.google.auto.service.AutoService;

import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.oracle.HostArray;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Losses between elements: reductions, layouts, broadcasting, parameters. */
@AutoService(SampleFamily.class)
public final class LossSamples implements SampleFamily {
    private static final String[] REDUCTIONS = {"none", "mean", "sum"};

    /** For {@code ServiceLoader}. */
    public LossSamples() {}

    @Override
    public Profile profile() {
        return Profile.INFERENCE;
    }

    @Override
    public void register(Samples.Table table) {
        for (String name : List.of("mse_loss", "l1_loss", "soft_margin_loss")) {
            pointwise(table.operator(name, NetworkTypes.FLOATING));
        }
        OperatorSamples smooth = table.operator("smooth_l1_loss", NetworkTypes.FLOATING);
        for (double beta : new double[] {1, 0.25, 0}) {
            pointwise(smooth, "beta", beta);
        }
        OperatorSamples huber = table.operator("huber_loss", NetworkTypes.FLOATING);
        for (double delta : new double[] {1, 0.25}) {
            pointwise(huber, "delta", delta);
        }
        divergence(table.operator("kl_div", NetworkTypes.FLOATING));
        binary(table.operator("binary_cross_entropy", NetworkTypes.FLOATING), false);
        binary(table.operator("binary_cross_entropy_with_logits", NetworkTypes.FLOATING), true);
    }

    private static void pointwise(OperatorSamples samples, Object... parameter) {
        for (long r = 0; r <= 2; r++) {
            long reduction = r;
            String label = "smooth " + REDUCTIONS[(int) r];
            for (long[] shape : new long[][] {{}, {5}, {3, 17}}) {
                samples.add(
                        label,
                        (v, t) -> {
                            Input self = Input.of(v.distinct(t, shape));
                            Input target = Input.of(v.ordinary(t, shape));
                            return call(self, target, reduction, parameter);
                        });
            }
            samples.add(
                    label,
                    (v, t) -> {
                        Input self = Input.of(v.distinct(t, 3, 5));
                        return call(self, Input.of(v.ordinary(t, 5)), reduction, parameter);
                    });
            for (Layout layout : Layout.ofAnyRank()) {
                samples.add(
                        label,
                        (v, t) -> {
                            Input self = Input.of(v.distinct(t, 3, 5), layout);
                            Input target = Input.of(v.ordinary(t, 3, 5), layout);
                            return call(self, target, reduction, parameter);
                        });
            }
        }
        samples.add(
                "empty",
                (v, t) ->
                        call(Input.of(v.ordinary(t, 0)), Input.of(v.ordinary(t, 0)), 1, parameter));
    }

    private static Object[] call(Input self, Input target, long reduction, Object... parameter) {
        List<Object> call = new ArrayList<>(List.of("self", self, "target", target));
        call.addAll(List.of("reduction", reduction));
        call.addAll(Arrays.asList(parameter));
        return call.toArray();
    }

    private static void divergence(OperatorSamples samples) {
        for (long r = 0; r <= 2; r++) {
            long reduction = r;
            String label = "smooth " + REDUCTIONS[(int) r];
            for (boolean log : new boolean[] {false, true}) {
                for (Layout layout : Layout.ofAnyRank()) {
                    samples.add(
                            label,
                            (v, t) -> {
                                Input self = Input.of(v.ordinary(t, 3, 5), layout);
                                Input target = Input.of(v.positive(t, 3, 5), layout);
                                return call(self, target, reduction, "log_target", log);
                            });
                }
                samples.add(
                        "zeros",
                        (v, t) -> {
                            HostArray zeros = HostArray.ofReals(t, new long[] {7}, i -> i % 2);
                            Input self = Input.of(v.ordinary(t, 7));
                            return call(self, Input.of(zeros), 0, "log_target", log);
                        });
            }
        }
    }

    /** Probabilities in [1/16, 15/16]. */
    private static HostArray probabilities(Values v, ElementType type, long... shape) {
        HostArray sixteenths = v.integers(ElementType.I64, 1, 15, shape);
        return HostArray.ofReals(type, shape, i -> sixteenths.integer(i) / 16.0);
    }

    private static void binary(OperatorSamples samples, boolean logits) {
        for (long r = 0; r <= 2; r++) {
            long reduction = r;
            String label = "smooth " + REDUCTIONS[(int) r];
            for (int parts = 0; parts < (logits ? 4 : 2); parts++) {
                int given = parts;
                samples.add(
                        label,
                        (v, t) -> binary(v, t, reduction, Layout.CONTIGUOUS, logits, given, 3, 5));
            }
            for (Layout layout : Layout.ofAnyRank()) {
                samples.add(label, (v, t) -> binary(v, t, reduction, layout, logits, 3, 3, 5));
            }
            samples.add(label, (v, t) -> binary(v, t, reduction, Layout.CONTIGUOUS, logits, 0, 67));
        }
        if (!logits) {
            samples.add(
                    "certain",
                    (v, t) ->
                            new Object[] {
                                "self",
                                Input.of(HostArray.ofReals(t, new long[] {4}, i -> i % 2)),
                                "target",
                                Input.of(HostArray.ofReals(t, new long[] {4}, i -> i / 2)),
                                "weight",
                                null,
                                "reduction",
                                0L
                            });
        }
    }

    /** Bits of {@code parts}: 1 weight, 2 weight of the positive class. */
    private static @Nullable Object[] binary(
            Values v,
            ElementType type,
            long reduction,
            Layout layout,
            boolean logits,
            int parts,
            long... shape) {
        long last = shape[shape.length - 1];
        Input self =
                Input.of(logits ? v.ordinary(type, shape) : probabilities(v, type, shape), layout);
        List<@Nullable Object> call = new ArrayList<>();
        call.addAll(Arrays.asList("self", self));
        call.addAll(Arrays.asList("target", Input.of(probabilities(v, type, shape), layout)));
        call.addAll(
                Arrays.asList(
                        "weight", (parts & 1) == 0 ? null : Input.of(v.positive(type, last))));
        if (logits) {
            call.addAll(
                    Arrays.asList(
                            "pos_weight",
                            (parts & 2) == 0 ? null : Input.of(v.positive(type, last))));
        }
        call.addAll(Arrays.asList("reduction", reduction));
        return call.toArray();
    }

    @Override
    public void errors(ErrorTable table) {
        table.refuses(
                "mse_loss",
                List.of("target", "[3]", "[2]"),
                call(ErrorTable.reals(2), ErrorTable.reals(3), 1));
        table.refuses(
                "mse_loss",
                List.of("reduction", "7"),
                call(ErrorTable.reals(2), ErrorTable.reals(2), 7));
        table.refuses(
                "huber_loss",
                List.of("delta", "0.0"),
                call(ErrorTable.reals(2), ErrorTable.reals(2), 1, "delta", 0.0));
        table.refuses(
                "mse_loss",
                List.of("i64"),
                call(
                        ErrorTable.integers(ElementType.I64, 1, 2),
                        ErrorTable.integers(ElementType.I64, 1, 2),
                        1));
        table.refuses(
                "binary_cross_entropy",
                List.of("target", "[3]", "[2]"),
                "self",
                ErrorTable.reals(2),
                "target",
                ErrorTable.reals(3),
                "reduction",
                1L);
    }
}
