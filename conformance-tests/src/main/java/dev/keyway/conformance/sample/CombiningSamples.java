// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.sample;

import com.google.auto.service.AutoService;

import dev.keyway.conformance.oracle.ElementType;

import java.util.ArrayList;
import java.util.List;

/** Tuples, subsets and chains of products. */
@AutoService(SampleFamily.class)
public final class CombiningSamples implements SampleFamily {
    private static final long[][][] CHAINS = {
        {{3, 4}, {4, 2}},
        {{3, 4}, {4, 2}, {2, 5}},
        {{2, 7}, {7, 1}, {1, 6}, {6, 3}},
        {{4}, {4, 3}, {3, 2}},
        {{2, 3}, {3, 4}, {4}},
        {{3}, {3, 5}, {5}},
        {{2, 0}, {0, 3}, {3, 2}}
    };

    /** For {@code ServiceLoader}. */
    public CombiningSamples() {}

    @Override
    public void register(Samples.Table table) {
        OperatorSamples tuples =
                table.operator("cartesian_prod", Samples.ALL)
                        .unseen(FaultKind.INPUT, "its only kernels copy the inputs' elements");
        for (long[] sizes : new long[][] {{5}, {3, 4}, {2, 1, 3}, {4, 0}, {17, 5}}) {
            tuples.add("smooth size", (v, t) -> list(v, t, vectors(sizes), Layout.CONTIGUOUS));
        }
        for (Layout layout : Layout.ofAnyRank()) {
            tuples.add("layout", (v, t) -> list(v, t, vectors(3, 5), layout));
        }
        OperatorSamples subsets = table.operator("combinations", Samples.ALL);
        for (long r = 0; r <= 3; r++) {
            long size = r;
            for (boolean again : new boolean[] {false, true}) {
                subsets.add("smooth", (v, t) -> subsets(Input.of(v.distinct(t, 5)), size, again));
            }
        }
        subsets.add("few", (v, t) -> subsets(Input.of(v.distinct(t, 2)), 3, false));
        subsets.add("none", (v, t) -> subsets(Input.of(v.distinct(t, 0)), 2, true));
        for (Layout layout : Layout.ofAnyRank()) {
            subsets.add("layout", (v, t) -> subsets(Input.of(v.distinct(t, 6), layout), 2, false));
        }
        OperatorSamples chains = table.operator("linalg_multi_dot", Samples.NUMBERS);
        for (long[][] chain : CHAINS) {
            chains.add("smooth chain", (v, t) -> list(v, t, chain, Layout.CONTIGUOUS));
        }
        for (Layout layout : Layout.ofAnyRank()) {
            chains.add("layout", (v, t) -> list(v, t, CHAINS[1], layout));
        }
    }

    private static long[][] vectors(long... sizes) {
        long[][] shapes = new long[sizes.length][];
        for (int i = 0; i < sizes.length; i++) {
            shapes[i] = new long[] {sizes[i]};
        }
        return shapes;
    }

    private static Object[] list(Values v, ElementType type, long[][] shapes, Layout layout) {
        List<Input> inputs = new ArrayList<>();
        for (long[] shape : shapes) {
            inputs.add(Input.of(v.ordinary(type, shape), layout));
        }
        return new Object[] {"tensors", inputs};
    }

    private static Object[] subsets(Input self, long r, boolean again) {
        return new Object[] {"self", self, "r", r, "with_replacement", again};
    }

    @Override
    public void errors(ErrorTable table) {
        table.refuses(
                "cartesian_prod",
                List.of("tensor 1", "[2, 3]"),
                "tensors",
                List.of(ErrorTable.reals(2), ErrorTable.reals(2, 3)));
        table.refuses(
                "combinations", List.of("'r'", "-1"), subsets(ErrorTable.reals(3), -1, false));
        table.refuses(
                "combinations",
                List.of("self", "[2, 3]"),
                subsets(ErrorTable.reals(2, 3), 2, false));
        table.refuses(
                "linalg_multi_dot",
                List.of("2 or more"),
                "tensors",
                List.of(ErrorTable.reals(2, 3)));
        table.refuses(
                "linalg_multi_dot",
                List.of("tensor 1", "[2, 3]", "3"),
                "tensors",
                List.of(ErrorTable.reals(2, 3), ErrorTable.reals(2, 3)));
    }
}
