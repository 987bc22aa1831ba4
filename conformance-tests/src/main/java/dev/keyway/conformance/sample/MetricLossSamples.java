// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.sample;

import com.google.auto.service.AutoService;

import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.oracle.HostArray;

import java.util.List;

/** Cosine similarity, and losses that order or separate. */
@AutoService(SampleFamily.class)
public final class MetricLossSamples implements SampleFamily {
    private static final String[] REDUCTIONS = {"none", "mean", "sum"};

    /** For {@code ServiceLoader}. */
    public MetricLossSamples() {}

    @Override
    public Profile profile() {
        return Profile.INFERENCE;
    }

    @Override
    public void register(Samples.Table table) {
        similarity(table.operator("cosine_similarity", NetworkTypes.FLOATING));
        OperatorSamples cosine = table.operator("cosine_embedding_loss", NetworkTypes.FLOATING);
        OperatorSamples ranking = table.operator("margin_ranking_loss", NetworkTypes.FLOATING);
        OperatorSamples hinge = table.operator("hinge_embedding_loss", NetworkTypes.FLOATING);
        OperatorSamples triplet = table.operator("triplet_margin_loss", NetworkTypes.FLOATING);
        for (long r = 0; r <= 2; r++) {
            long reduction = r;
            String label = "smooth " + REDUCTIONS[(int) r];
            for (Layout layout : Layout.ofAnyRank()) {
                cosine.add(label, (v, t) -> cosine(v, t, layout, reduction));
                ranking.add(label, (v, t) -> ranking(v, t, layout, reduction));
                hinge.add(label, (v, t) -> hinge(v, t, layout, reduction));
                triplet.add(label, (v, t) -> triplet(v, t, layout, reduction, false, 2));
            }
            triplet.add(label, (v, t) -> triplet(v, t, Layout.CONTIGUOUS, reduction, true, 2));
            triplet.add(label, (v, t) -> triplet(v, t, Layout.CONTIGUOUS, reduction, false, 1));
        }
    }

    /** 1 and -1. */
    private static HostArray signs(Values v, ElementType type, long... shape) {
        HostArray bits = v.integers(ElementType.I64, 0, 1, shape);
        return type.isFloating()
                ? HostArray.ofReals(type, shape, i -> i == 0 ? 1 : 2 * bits.integer(i) - 1)
                : HostArray.ofIntegers(type, shape, i -> i == 0 ? 1 : 2 * bits.integer(i) - 1);
    }

    private static void similarity(OperatorSamples samples) {
        for (Layout layout : Layout.ofAnyRank()) {
            for (long dim : new long[] {0, 1, -1}) {
                samples.add(
                        "smooth",
                        (v, t) ->
                                similarity(
                                        Input.of(v.ordinary(t, 4, 5, 3), layout),
                                        Input.of(v.ordinary(t, 4, 5, 3), layout),
                                        dim));
            }
        }
        samples.add(
                "smooth broadcast",
                (v, t) ->
                        similarity(
                                Input.of(v.ordinary(t, 4, 5)), Input.of(v.ordinary(t, 1, 5)), 1));
        samples.add(
                "zeros",
                (v, t) -> {
                    HostArray zeros = HostArray.ofReals(t, new long[] {2, 3}, i -> i < 3 ? 0 : i);
                    return similarity(Input.of(zeros), Input.of(v.ordinary(t, 2, 3)), 1);
                });
    }

    private static Object[] similarity(Input x1, Input x2, long dim) {
        return new Object[] {"x1", x1, "x2", x2, "dim", dim, "eps", 1e-8};
    }

    private static Object[] cosine(Values v, ElementType type, Layout layout, long reduction) {
        return new Object[] {
            "input1",
            Input.of(v.ordinary(type, 6, 5), layout),
            "input2",
            Input.of(v.ordinary(type, 6, 5), layout),
            "target",
            Input.of(signs(v, ElementType.I64, 6)),
            "margin",
            -0.5,
            "reduction",
            reduction
        };
    }

    private static Object[] ranking(Values v, ElementType type, Layout layout, long reduction) {
        return new Object[] {
            "input1",
            Input.of(v.ordinary(type, 6, 5), layout),
            "input2",
            Input.of(v.ordinary(type, 6, 5), layout),
            "target",
            Input.of(signs(v, type, 6, 5)),
            "margin",
            0.5,
            "reduction",
            reduction
        };
    }

    private static Object[] hinge(Values v, ElementType type, Layout layout, long reduction) {
        return new Object[] {
            "self",
            Input.of(v.ordinary(type, 6, 5), layout),
            "target",
            Input.of(signs(v, ElementType.I64, 6, 5)),
            "margin",
            1.5,
            "reduction",
            reduction
        };
    }

    private static Object[] triplet(
            Values v, ElementType type, Layout layout, long reduction, boolean swap, double p) {
        return new Object[] {
            "anchor",
            Input.of(v.ordinary(type, 4, 5), layout),
            "positive",
            Input.of(v.ordinary(type, 4, 5), layout),
            "negative",
            Input.of(v.ordinary(type, 4, 5), layout),
            "margin",
            3.0,
            "p",
            p,
            "eps",
            1e-6,
            "swap",
            swap,
            "reduction",
            reduction
        };
    }

    @Override
    public void errors(ErrorTable table) {
        table.refuses(
                "cosine_similarity",
                List.of("[2, 3]", "[2, 4]"),
                similarity(ErrorTable.reals(2, 3), ErrorTable.reals(2, 4), 1));
        table.refuses(
                "triplet_margin_loss",
                List.of("positive", "[3]", "[2]"),
                "anchor",
                ErrorTable.reals(2),
                "positive",
                ErrorTable.reals(3),
                "negative",
                ErrorTable.reals(2),
                "margin",
                1.0,
                "p",
                2.0,
                "eps",
                1e-6,
                "swap",
                false,
                "reduction",
                1L);
    }
}
