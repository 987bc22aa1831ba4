// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.sample;

import com.google.auto.service.AutoService;

import dev.keyway.conformance.oracle.ElementType;

import java.util.List;

/** The dropouts of whole channels and of self-normalizing networks. */
@AutoService(SampleFamily.class)
public final class DropoutSamples implements SampleFamily {
    /** For {@code ServiceLoader}. */
    public DropoutSamples() {}

    @Override
    public Profile profile() {
        return Profile.INFERENCE;
    }

    @Override
    public void register(Samples.Table table) {
        for (String name : List.of("alpha_dropout", "feature_dropout", "feature_alpha_dropout")) {
            OperatorSamples samples = evaluated(table.operator(name, Samples.ALL));
            for (double p : new double[] {0.3, 0.5, 0}) {
                samples.add(
                        "smooth",
                        ElementType::isFloating,
                        (v, t) -> dropout(v, t, Layout.CONTIGUOUS, p, true));
            }
            for (Layout layout : Layout.ofAnyRank()) {
                samples.add(
                        "training",
                        ElementType::isFloating,
                        (v, t) -> dropout(v, t, layout, 0.4, true));
            }
            for (Layout layout : Layout.ofAnyRank()) {
                samples.add("evaluation", (v, t) -> dropout(v, t, layout, 0.4, false));
            }
            samples.add(
                    "all dropped",
                    ElementType::isFloating,
                    (v, t) -> dropout(v, t, Layout.CONTIGUOUS, 1, true));
        }
    }

    /** What is not floating can be evaluated, which returns the input. */
    static OperatorSamples evaluated(OperatorSamples samples) {
        ElementType[] whole = Samples.WITH_BITS.toArray(ElementType[]::new);
        return samples.unseen(FaultKind.INPUT, "evaluation returns the input", whole);
    }

    private static Object[] dropout(
            Values v, ElementType type, Layout layout, double p, boolean train) {
        return new Object[] {
            "input",
            Input.of(v.ordinary(type, 5, 3, 7), layout),
            "p",
            p,
            "train",
            train,
            "generator",
            new long[] {v.seed(), 11}
        };
    }

    @Override
    public void errors(ErrorTable table) {
        table.refuses(
                "alpha_dropout",
                List.of("'p'", "1.5"),
                "input",
                ErrorTable.reals(2, 3),
                "p",
                1.5,
                "train",
                true);
        table.refuses(
                "feature_dropout",
                List.of("input", "[3]"),
                "input",
                ErrorTable.reals(3),
                "p",
                0.5,
                "train",
                true);
    }
}
