// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.sample;

import com.google.auto.service.AutoService;

import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.oracle.HostArray;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reductions over one, some and all dimensions; lengths around the virtual lanes of an accumulator.
 */
@AutoService(SampleFamily.class)
public final class ReductionSamples implements SampleFamily {
    static final long[][] SHAPES = {
        {}, {1}, {15}, {17}, {67}, {259}, {1031}, {3, 65}, {65, 3}, {2, 33, 5}
    };
    private static final long[][] DIMS = {{0}, {1}, {-1}, {0, 2}, {1, 2}, {0, 1, 2}};

    /** For {@code ServiceLoader}. */
    public ReductionSamples() {}

    @Override
    public void register(Samples.Table table) {
        for (String name : List.of("sum", "nansum")) {
            reduction(table, name, Samples.ALL, Kind.ORDINARY, true, "dtype", null);
        }
        for (String name : List.of("mean", "nanmean")) {
            reduction(table, name, Types.FLOATS, Kind.ORDINARY, true, "dtype", null);
        }
        reduction(table, "prod", Samples.ALL, Kind.NEAR_ONE, true, "dtype", null);
        reduction(table, "amax", Samples.ALL, Kind.ORDINARY, false);
        reduction(table, "amin", Samples.ALL, Kind.ORDINARY, false);
        reduction(table, "any", Samples.ALL, Kind.SPARSE, true);
        reduction(table, "all", Samples.ALL, Kind.DENSE, true);
        for (String name : List.of("var", "var_mean")) {
            reduction(table, name, Types.FLOATS, Kind.ORDINARY, false, "correction", 1L);
        }
        // Of a few nearly equal values the root bends too much for differences to tell its slope.
        for (String name : List.of("std", "std_mean")) {
            reduction(table, name, Types.FLOATS, Kind.APART, false, "correction", 1L);
        }
        for (String name : List.of("argmax", "argmin")) {
            arg(table, name);
        }
        for (String name : List.of("max.dim", "min.dim")) {
            alongOne(table.operator(name, Samples.ALL), true, Kind.TIES);
        }
        for (String name : List.of("softmax", "log_softmax")) {
            alongOne(table.operator(name, Types.FLOATS), false, Kind.ORDINARY);
        }
    }

    @Override
    public void errors(ErrorTable table) {
        long[] two = {2};
        table.refuses(
                "sum", List.of("2"), "self", ErrorTable.reals(2, 3), "dim", two, "keepdim", false);
        table.refuses(
                "amax",
                List.of("[0, 3]"),
                "self",
                ErrorTable.reals(0, 3),
                "dim",
                new long[] {0},
                "keepdim",
                false);
        Input integer = ErrorTable.integers(ElementType.I32, 1, 3);
        table.refuses(
                "mean", List.of("i32"), "self", integer, "dim", new long[0], "keepdim", false);
        table.refuses("softmax", List.of("4"), "self", ErrorTable.reals(2, 3), "dim", 4L);
    }

    /** Which values keep a reduction informative. */
    enum Kind {
        ORDINARY,
        NEAR_ONE,
        SPARSE,
        DENSE,
        TIES,
        APART;

        HostArray draw(Values values, ElementType type, long... shape) {
            return switch (this) {
                case ORDINARY -> values.ordinary(type, shape);
                case NEAR_ONE ->
                        type == ElementType.BOOL
                                ? values.dense(shape)
                                : values.nearOne(type, shape);
                case SPARSE -> values.integers(ElementType.BOOL, 0, 1, shape).cast(type);
                case DENSE -> values.dense(shape).cast(type);
                case TIES -> values.integers(ElementType.I32, 0, 5, shape).cast(type);
                case APART -> values.distinct(type, shape);
            };
        }
    }

    /** {@code correction} stands in front of keepdim, {@code dtype} behind it. */
    private static @Nullable Object[] call(
            Input self, long[] dim, boolean keepDim, @Nullable Object... further) {
        List<@Nullable Object> call = new ArrayList<>(List.of("self", self, "dim", dim));
        List<@Nullable Object> rest = new ArrayList<>();
        rest.addAll(List.of("keepdim", keepDim));
        boolean first = further.length > 0 && "correction".equals(further[0]);
        rest.addAll(first ? 0 : 2, Arrays.asList(further));
        call.addAll(rest);
        return call.toArray();
    }

    private static void reduction(
            Samples.Table table,
            String name,
            List<ElementType> types,
            Kind kind,
            boolean ofNothing,
            @Nullable Object... further) {
        OperatorSamples samples = table.operator(name, types);
        for (long[] shape : SHAPES) {
            samples.add(
                    "all",
                    (values, type) ->
                            call(
                                    Input.of(kind.draw(values, type, shape)),
                                    new long[0],
                                    shape.length % 2 == 0,
                                    further));
        }
        for (long[] dims : DIMS) {
            samples.add(
                    "dims",
                    (values, type) ->
                            call(
                                    Input.of(kind.draw(values, type, 5, 17, 3)),
                                    dims,
                                    dims.length == 2,
                                    further));
        }
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add(
                    "layout",
                    (values, type) ->
                            call(
                                    Input.of(kind.draw(values, type, 5, 3, 7), layout),
                                    new long[] {1},
                                    false,
                                    further));
        }
        samples.add(
                "special values",
                ElementType::isFloating,
                (values, type) ->
                        call(Input.of(special(values, type)), new long[] {1}, false, further));
        samples.add(
                "nothing left",
                (values, type) ->
                        call(
                                Input.of(kind.draw(values, type, 0, 3)),
                                new long[] {1},
                                false,
                                further));
        if (ofNothing) {
            samples.add(
                    "of nothing",
                    (values, type) ->
                            call(
                                    Input.of(kind.draw(values, type, 0, 3)),
                                    new long[] {0},
                                    false,
                                    further));
        }
    }

    /** Rows that contain NaN, an infinity, both infinities, and only ordinary values. */
    static HostArray special(Values values, ElementType type) {
        HostArray ordinary = values.ordinary(type, 4, 9);
        double[] special = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};
        return HostArray.ofReals(
                type,
                ordinary.shape(),
                i ->
                        i % 9 == 4 && i / 9 < 3
                                ? special[i / 9]
                                : i == 16 + 9 ? Double.POSITIVE_INFINITY : ordinary.real(i));
    }

    private static void arg(Samples.Table table, String name) {
        OperatorSamples samples = table.operator(name, Types.NUMBERS);
        for (long[] shape : SHAPES) {
            samples.add(
                    "all",
                    (values, type) ->
                            position(Input.of(values.distinct(type, shape)), null, false));
        }
        for (long dim : new long[] {0, 1, 2, -1}) {
            samples.add(
                    "dim",
                    (values, type) ->
                            position(
                                    Input.of(Kind.TIES.draw(values, type, 5, 17, 3)),
                                    dim,
                                    dim == 1));
        }
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add(
                    "layout",
                    (values, type) ->
                            position(Input.of(values.distinct(type, 5, 3, 7), layout), 2L, false));
        }
        samples.add(
                "special values",
                ElementType::isFloating,
                (values, type) -> position(Input.of(special(values, type)), 1L, false));
    }

    private static @Nullable Object[] position(Input self, @Nullable Long dim, boolean keepDim) {
        return new Object[] {"self", self, "dim", dim, "keepdim", keepDim};
    }

    private static Object[] along(Input self, long dim, boolean keeps) {
        return keeps
                ? new Object[] {"self", self, "dim", dim, "keepdim", dim == 0}
                : new Object[] {"self", self, "dim", dim};
    }

    private static void alongOne(OperatorSamples samples, boolean keeps, Kind kind) {
        for (long[] shape : SHAPES) {
            samples.add(
                    "last dim",
                    (values, type) -> along(Input.of(kind.draw(values, type, shape)), -1, keeps));
        }
        for (long dim : new long[] {0, 1, 2}) {
            samples.add(
                    "dim",
                    (values, type) ->
                            along(Input.of(kind.draw(values, type, 5, 17, 3)), dim, keeps));
        }
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add(
                    "layout",
                    (values, type) ->
                            along(Input.of(kind.draw(values, type, 5, 3, 7), layout), 1, keeps));
        }
        samples.add(
                "special values",
                ElementType::isFloating,
                (values, type) -> along(Input.of(special(values, type)), 1, keeps));
        samples.add(
                "large",
                ElementType::isFloating,
                (values, type) ->
                        along(
                                Input.of(
                                        HostArray.ofReals(
                                                type, new long[] {2, 5}, i -> 1000 - 37 * i)),
                                1,
                                keeps));
        samples.add(
                "nothing left",
                (values, type) -> along(Input.of(kind.draw(values, type, 0, 3)), 1, keeps));
    }
}
