// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.sample;

import com.google.auto.service.AutoService;

import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.oracle.HostArray;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** Norms of all orders, and quantiles in all modes. */
@AutoService(SampleFamily.class)
public final class NormSamples implements SampleFamily {
    private static final double[] ORDERS = {
        0, 1, 2, 3, 0.5, 1.5, -1, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY
    };

    /** For {@code ServiceLoader}. */
    public NormSamples() {}

    @Override
    public void register(Samples.Table table) {
        norm(table.operator("norm", Types.FLOATS), "p");
        norm(table.operator("linalg_vector_norm", Types.FLOATS), "ord");
        for (String name : List.of("quantile", "nanquantile")) {
            quantile(table.operator(name, Samples.FLOATING), false);
            quantile(table.operator(name + ".scalar", Samples.FLOATING), true);
        }
    }

    @Override
    public void errors(ErrorTable table) {
        long[] all = {};
        Input integer = ErrorTable.integers(ElementType.I32, 1, 3);
        Input empty = ErrorTable.reals(0);
        for (String name : List.of("norm", "linalg_vector_norm")) {
            String order = name.equals("norm") ? "p" : "ord";
            table.refuses(
                    name,
                    List.of("i32"),
                    "self",
                    integer,
                    order,
                    2.0,
                    "dim",
                    all,
                    "keepdim",
                    false);
            table.refuses(
                    name, List.of("-1"), "self", empty, order, -1.0, "dim", all, "keepdim", false);
        }
        Input reals = ErrorTable.reals(2, 3);
        for (String name : List.of("quantile.scalar", "nanquantile.scalar")) {
            table.refuses(name, List.of("'q'", "1.5"), quantile(reals, 1.5, null, "linear"));
            table.refuses(name, List.of("'interpolation'"), quantile(reals, 0.5, null, "cubic"));
            table.refuses(name, List.of("i32"), quantile(integer, 0.5, null, "linear"));
        }
        for (String name : List.of("quantile", "nanquantile")) {
            table.refuses(name, List.of("'q'"), quantile(reals, integer, null, "linear"));
            table.refuses(name, List.of("[0]"), quantile(empty, reals, null, "linear"));
        }
    }

    private static void norm(OperatorSamples samples, String name) {
        for (double order : ORDERS) {
            samples.add(
                    "smooth order",
                    (v, type) -> call(Input.of(v.distinct(type, 4, 9)), name, order, false, 1));
            samples.add(
                    "all", (v, type) -> call(Input.of(v.distinct(type, 33)), name, order, false));
        }
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add(
                    "layout",
                    (v, type) ->
                            call(
                                    Input.of(v.ordinary(type, 5, 3, 7), layout),
                                    name,
                                    2.0,
                                    true,
                                    0,
                                    2));
        }
        samples.add(
                "no dimensions", (v, type) -> call(Input.of(v.ordinary(type)), name, 2.0, false));
        samples.add(
                "of nothing",
                (v, type) -> call(Input.of(v.ordinary(type, 0, 3)), name, 2.0, true, 0));
        for (double order : new double[] {0, 1, 2, Double.POSITIVE_INFINITY}) {
            samples.add(
                    "special values",
                    (v, type) ->
                            call(
                                    Input.of(ReductionSamples.special(v, type)),
                                    name,
                                    order,
                                    false,
                                    1));
        }
    }

    private static @Nullable Object[] call(
            Input self, String name, double order, boolean keepDim, long... dim) {
        return new @Nullable Object[] {
            "self", self, name, order, "dim", dim, "keepdim", keepDim, "dtype", null
        };
    }

    private static @Nullable Object[] quantile(
            Input self, Object q, @Nullable Long dim, String mode) {
        return new @Nullable Object[] {
            "self",
            self,
            "q",
            q,
            "dim",
            dim,
            "keepdim",
            dim != null && dim == 0,
            "interpolation",
            mode
        };
    }

    private static Object q(ElementType type, boolean number, double... values) {
        return number
                ? (Object) values[0]
                : Input.of(HostArray.ofReals(type, new long[] {values.length}, i -> values[i]));
    }

    private static void quantile(OperatorSamples samples, boolean number) {
        for (String mode : List.of("linear", "lower", "higher", "midpoint", "nearest")) {
            for (@Nullable Long dim : new Long[] {null, 0L, 1L, -1L}) {
                samples.add(
                        mode.equals("linear") ? "smooth" : mode,
                        (v, type) ->
                                quantile(
                                        Input.of(v.distinct(type, 4, 9, 3)),
                                        // No rank is whole: there the slope for q jumps.
                                        q(type, number, 0.3, 0.65),
                                        dim,
                                        mode));
            }
            samples.add(
                    "ends",
                    (v, type) ->
                            quantile(
                                    Input.of(v.distinct(type, 5, 9)),
                                    q(type, number, 1, 0, 0.5, 0.25),
                                    1L,
                                    mode));
            samples.add(
                    "special values",
                    (v, type) ->
                            quantile(
                                    Input.of(withNan(v, type)),
                                    q(type, number, 0.5, 0.25),
                                    1L,
                                    mode));
        }
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add(
                    "layout",
                    (v, type) ->
                            quantile(
                                    Input.of(v.ordinary(type, 5, 3, 7), layout),
                                    q(type, number, 0.75, 0.4),
                                    2L,
                                    "linear"));
        }
        samples.add(
                "no dimensions",
                (v, type) ->
                        quantile(Input.of(v.ordinary(type)), q(type, number, 0.5), null, "linear"));
    }

    /** A row with one NaN, one with more, one of NaN alone, and one without. */
    private static HostArray withNan(Values values, ElementType type) {
        HostArray some = values.distinct(type, 4, 9);
        return HostArray.ofReals(
                type,
                some.shape(),
                i -> i == 4 || i / 9 == 1 && i % 3 == 0 || i / 9 == 2 ? Double.NaN : some.real(i));
    }
}
