// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.sample;

import com.google.auto.service.AutoService;

import dev.keyway.conformance.oracle.ElementType;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** Covariances with and without weights, correlations, distances of rows. */
@AutoService(SampleFamily.class)
public final class CovarianceSamples implements SampleFamily {
    private static final long[][] SHAPES = {{7}, {1, 5}, {3, 9}, {5, 4}, {2, 33}};

    /** For {@code ServiceLoader}. */
    public CovarianceSamples() {}

    @Override
    public void register(Samples.Table table) {
        cov(table.operator("cov", Samples.NUMBERS));
        OperatorSamples corrcoef = table.operator("corrcoef", Samples.NUMBERS);
        for (long[] shape : SHAPES) {
            corrcoef.add("smooth", (v, t) -> new Object[] {"self", Input.of(v.distinct(t, shape))});
        }
        for (Layout layout : Layout.ofAnyRank()) {
            if (layout != Layout.EXPANDED) {
                corrcoef.add(
                        "layout",
                        (v, t) -> new Object[] {"self", Input.of(v.distinct(t, 3, 8), layout)});
            }
        }
        pdist(table.operator("pdist", List.of(ElementType.F32, ElementType.F64)));
    }

    private static void cov(OperatorSamples samples) {
        for (long[] shape : SHAPES) {
            for (long correction : new long[] {0, 1}) {
                samples.add(
                        "smooth",
                        (v, t) -> cov(Input.of(v.ordinary(t, shape)), correction, null, null));
            }
        }
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add(
                    "layout", (v, t) -> cov(Input.of(v.ordinary(t, 3, 8), layout), 1, null, null));
        }
        samples.add(
                "smooth counts",
                (v, t) ->
                        cov(
                                Input.of(v.ordinary(t, 3, 8)),
                                1,
                                Input.of(v.integers(ElementType.I64, 1, 4, 8)),
                                null));
        for (long correction : new long[] {0, 1}) {
            samples.add(
                    "smooth weights",
                    ElementType::isFloating,
                    (v, t) ->
                            cov(
                                    Input.of(v.ordinary(t, 3, 8)),
                                    correction,
                                    null,
                                    Input.of(v.positive(t, 8))));
        }
        samples.add(
                "both weights",
                (v, t) ->
                        cov(
                                Input.of(v.ordinary(t, 3, 8)),
                                1,
                                Input.of(v.integers(ElementType.I32, 1, 4, 8)),
                                Input.of(v.positive(t.isFloating() ? t : ElementType.F32, 8))));
    }

    private static @Nullable Object[] cov(
            Input self, long correction, @Nullable Input counts, @Nullable Input shares) {
        return new @Nullable Object[] {
            "self", self, "correction", correction, "fweights", counts, "aweights", shares
        };
    }

    private static void pdist(OperatorSamples samples) {
        for (double p : new double[] {2, 1, 3, 0.5, Double.POSITIVE_INFINITY}) {
            samples.add("smooth", (v, t) -> pdist(Input.of(v.distinct(t, 5, 3)), p));
        }
        samples.add("zero", (v, t) -> pdist(Input.of(v.ordinary(t, 5, 3)), 0));
        for (long[] shape : new long[][] {{1, 3}, {2, 1}, {0, 3}, {17, 9}}) {
            samples.add("size", (v, t) -> pdist(Input.of(v.distinct(t, shape)), 2));
        }
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add("layout", (v, t) -> pdist(Input.of(v.distinct(t, 5, 4), layout), 2));
        }
    }

    private static Object[] pdist(Input self, double p) {
        return new Object[] {"self", self, "p", p};
    }

    @Override
    public void errors(ErrorTable table) {
        Input three = ErrorTable.reals(2, 3, 4);
        table.refuses("corrcoef", List.of("self", "[2, 3, 4]"), "self", three);
        table.refuses("cov", List.of("self", "[2, 3, 4]"), cov(three, 1, null, null));
        table.refuses(
                "cov",
                List.of("'fweights'", "[4]", "3"),
                cov(ErrorTable.reals(2, 3), 1, ErrorTable.integers(ElementType.I64, 4, 4), null));
        table.refuses(
                "cov",
                List.of("'aweights'", "i64"),
                cov(ErrorTable.reals(2, 3), 1, null, ErrorTable.integers(ElementType.I64, 4, 3)));
        table.refuses("pdist", List.of("self", "[2, 3, 4]"), pdist(three, 2));
        table.refuses("pdist", List.of("'p'", "-1.0"), pdist(ErrorTable.reals(2, 3), -1));
    }
}
