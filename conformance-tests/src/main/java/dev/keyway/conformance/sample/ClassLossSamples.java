// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.sample;

import com.google.auto.service.AutoService;

import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.oracle.HostArray;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Losses over classes: weights, ignored classes, smoothing, probabilities as targets. */
@AutoService(SampleFamily.class)
public final class ClassLossSamples implements SampleFamily {
    private static final String[] REDUCTIONS = {"none", "mean", "sum"};
    private static final long[][] SHAPES = {{5}, {4, 3}, {2, 5, 3}, {2, 3, 2, 4}, {1, 17}};

    /** For {@code ServiceLoader}. */
    public ClassLossSamples() {}

    @Override
    public Profile profile() {
        return Profile.INFERENCE;
    }

    @Override
    public void register(Samples.Table table) {
        OperatorSamples nll = table.operator("nll_loss", NetworkTypes.FLOATING);
        OperatorSamples entropy = table.operator("cross_entropy", NetworkTypes.FLOATING);
        for (long r = 0; r <= 2; r++) {
            long reduction = r;
            String label = "smooth " + REDUCTIONS[(int) r];
            for (long[] shape : SHAPES) {
                for (boolean weighted : new boolean[] {false, true}) {
                    Layout plain = Layout.CONTIGUOUS;
                    nll.add(label, (v, t) -> hard(v, t, shape, reduction, weighted, plain, -1));
                    entropy.add(label, (v, t) -> hard(v, t, shape, reduction, weighted, plain, 0));
                    entropy.add(
                            label + " smoothing",
                            (v, t) -> hard(v, t, shape, reduction, weighted, plain, 0.25));
                    entropy.add(
                            label + " probabilities",
                            (v, t) -> soft(v, t, shape, reduction, weighted, plain));
                }
            }
            for (Layout layout : Layout.ofAnyRank()) {
                nll.add(label, (v, t) -> hard(v, t, SHAPES[2], reduction, true, layout, -1));
                entropy.add(label, (v, t) -> hard(v, t, SHAPES[2], reduction, true, layout, 0));
            }
        }
        entropy.add(
                "smooth probabilities mean",
                (v, t) -> soft(v, t, SHAPES[1], 1, false, Layout.STEPPED));
    }

    /** The second class is ignored; smoothing below 0 stands for an operator without. */
    private static @Nullable Object[] hard(
            Values v,
            ElementType type,
            long[] shape,
            long reduction,
            boolean weighted,
            Layout layout,
            double smoothing) {
        int dim = shape.length == 1 ? 0 : 1;
        long[] rows = new long[shape.length - 1];
        for (int d = 0; d < rows.length; d++) {
            rows[d] = shape[d < dim ? d : d + 1];
        }
        long classes = shape[dim];
        HostArray drawn = v.integers(ElementType.I64, 0, classes - 1, rows);
        // One that is not ignored keeps the mean finite.
        HostArray target =
                HostArray.ofIntegers(
                        ElementType.I64,
                        rows,
                        i -> i > 0 && drawn.integer(i) == 1 ? 1 : i == 0 ? 0 : drawn.integer(i));
        List<@Nullable Object> call = new ArrayList<>();
        call.addAll(Arrays.asList("self", Input.of(v.ordinary(type, shape), layout)));
        call.addAll(Arrays.asList("target", Input.of(target)));
        call.addAll(Arrays.asList("weight", weighted ? Input.of(v.positive(type, classes)) : null));
        call.addAll(Arrays.asList("reduction", reduction, "ignore_index", 1L));
        if (smoothing >= 0) {
            call.addAll(Arrays.asList("label_smoothing", smoothing));
        }
        return call.toArray();
    }

    private static @Nullable Object[] soft(
            Values v,
            ElementType type,
            long[] shape,
            long reduction,
            boolean weighted,
            Layout layout) {
        long classes = shape[shape.length == 1 ? 0 : 1];
        return new Object[] {
            "self",
            Input.of(v.ordinary(type, shape), layout),
            "target",
            Input.of(v.positive(type, shape), layout),
            "weight",
            weighted ? Input.of(v.positive(type, classes)) : null,
            "reduction",
            reduction,
            "ignore_index",
            -100L,
            "label_smoothing",
            weighted ? 0.0 : 0.25
        };
    }

    @Override
    public void errors(ErrorTable table) {
        table.refuses(
                "cross_entropy",
                List.of("target", "[3]"),
                entropy(ErrorTable.reals(2, 4), ErrorTable.integers(ElementType.I64, 0, 3), 0));
        table.refuses(
                "cross_entropy",
                List.of("label_smoothing", "1.5"),
                entropy(ErrorTable.reals(2, 4), ErrorTable.integers(ElementType.I64, 0, 2), 1.5));
        table.refuses(
                "nll_loss",
                List.of("target", "f32"),
                "self",
                ErrorTable.reals(2, 4),
                "target",
                ErrorTable.reals(2),
                "reduction",
                1L,
                "ignore_index",
                -100L);
    }

    private static Object[] entropy(Input self, Input target, double smoothing) {
        return new Object[] {
            "self",
            self,
            "target",
            target,
            "reduction",
            1L,
            "ignore_index",
            -100L,
            "label_smoothing",
            smoothing
        };
    }
}
