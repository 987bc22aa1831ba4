// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.sample;

import com.google.auto.service.AutoService;

import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.oracle.HostArray;
import dev.keyway.conformance.sample.ReductionSamples.Kind;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** Reductions with arguments of their own, with a dtype, and the gradients of softmax. */
@AutoService(SampleFamily.class)
public final class FurtherReductionSamples implements SampleFamily {
    private static final long[][] SHAPES = {{}, {1}, {17}, {259}, {3, 65}, {2, 33, 5}};

    /** For {@code ServiceLoader}. */
    public FurtherReductionSamples() {}

    @Override
    public void register(Samples.Table table) {
        for (String name : List.of("max", "min")) {
            ofAll(table.operator(name, Samples.ALL));
            ofTwo(table.operator(name + ".other", Samples.ALL));
        }
        extremes(table.operator("aminmax", Samples.ALL));
        countNonzero(table.operator("count_nonzero", Samples.ALL));
        logsumexp(table.operator("logsumexp", Samples.ALL));
        for (String name : List.of("softmax.dtype", "log_softmax.dtype", "softmin")) {
            converting(table.operator(name, Samples.ALL));
        }
        backward(table.operator("_softmax_backward_data", Types.FLOATS), false);
        backward(table.operator("_log_softmax_backward_data", Types.FLOATS), true);
    }

    @Override
    public void errors(ErrorTable table) {
        Input integer = ErrorTable.integers(ElementType.I32, 1, 3);
        Input reals = ErrorTable.reals(2, 3);
        table.refuses("max", List.of("[0]"), "self", ErrorTable.reals(0));
        table.refuses("min", List.of("[0]"), "self", ErrorTable.reals(0));
        table.refuses(
                "aminmax",
                List.of("[0, 3]"),
                "self",
                ErrorTable.reals(0, 3),
                "dim",
                0L,
                "keepdim",
                false);
        table.refuses(
                "max.dim",
                List.of("[0, 3]"),
                "self",
                ErrorTable.reals(0, 3),
                "dim",
                0L,
                "keepdim",
                false);
        table.refuses("min.dim", List.of("2"), "self", reals, "dim", 2L, "keepdim", false);
        table.refuses("max.other", List.of("[4]"), "self", reals, "other", ErrorTable.reals(4));
        table.refuses("min.other", List.of("[4]"), "self", reals, "other", ErrorTable.reals(4));
        for (String name : List.of("var", "std", "var_mean", "std_mean")) {
            table.refuses(
                    name,
                    List.of("i32"),
                    "self",
                    integer,
                    "dim",
                    new long[0],
                    "correction",
                    1L,
                    "keepdim",
                    false);
        }
        table.refuses(
                "nanmean", List.of("i32"), "self", integer, "dim", new long[0], "keepdim", false);
        for (String name : List.of("prod", "nansum", "logsumexp", "any")) {
            table.refuses(
                    name, List.of("5"), "self", reals, "dim", new long[] {5}, "keepdim", false);
        }
        table.refuses("count_nonzero", List.of("5"), "self", reals, "dim", new long[] {5});
        for (String name : List.of("softmin", "log_softmax", "softmax")) {
            table.refuses(name, List.of("i32"), "self", integer, "dim", 0L);
        }
        for (String name : List.of("softmax.dtype", "log_softmax.dtype")) {
            table.refuses(name, List.of("i64"), "self", reals, "dim", 0L, "dtype", ElementType.I64);
        }
        for (String name : List.of("_softmax_backward_data", "_log_softmax_backward_data")) {
            table.refuses(
                    name,
                    List.of("[4]"),
                    "grad_output",
                    ErrorTable.reals(4),
                    "output",
                    reals,
                    "dim",
                    0L);
        }
    }

    private static void ofAll(OperatorSamples samples) {
        for (long[] shape : SHAPES) {
            samples.add("smooth", (v, type) -> self(Input.of(v.distinct(type, shape))));
        }
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add("ties", (v, type) -> self(Input.of(v.ordinary(type, 5, 3, 7), layout)));
        }
        samples.add("special values", (v, type) -> self(Input.of(v.mixed(type, 4, 9))));
        samples.add(
                "the first is least",
                (v, type) ->
                        self(
                                Input.of(
                                        HostArray.ofIntegers(
                                                        ElementType.I32,
                                                        new long[] {5},
                                                        i -> Math.min(i, 1))
                                                .cast(type))));
    }

    private static Object[] self(Input self) {
        return new Object[] {"self", self};
    }

    private static void ofTwo(OperatorSamples samples) {
        for (long[] shape : SHAPES) {
            samples.add(
                    "shape",
                    (v, type) ->
                            two(
                                    Input.of(v.distinct(type, shape)),
                                    Input.of(v.ordinary(type, shape))));
        }
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add(
                    "layout",
                    (v, type) ->
                            two(
                                    Input.of(v.ordinary(type, 5, 3, 7), layout),
                                    Input.of(v.ordinary(type, 3, 1))));
        }
        samples.add(
                "special values",
                (v, type) -> two(Input.of(v.mixed(type, 4, 9)), Input.of(v.mixed(type, 4, 9))));
    }

    private static Object[] two(Input self, Input other) {
        return new Object[] {"self", self, "other", other};
    }

    private static void extremes(OperatorSamples samples) {
        Long[] dims = {null, 0L, 1L, -1L};
        for (@Nullable Long dim : dims) {
            samples.add(
                    "smooth",
                    (v, type) ->
                            new @Nullable Object[] {
                                "self",
                                Input.of(v.distinct(type, 4, 9, 3)),
                                "dim",
                                dim,
                                "keepdim",
                                dim != null && dim == 1
                            });
        }
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add(
                    "layout",
                    (v, type) ->
                            new Object[] {
                                "self",
                                Input.of(v.ordinary(type, 5, 3, 7), layout),
                                "dim",
                                1L,
                                "keepdim",
                                false
                            });
        }
        samples.add(
                "special values",
                ElementType::isFloating,
                (v, type) ->
                        new Object[] {
                            "self",
                            Input.of(ReductionSamples.special(v, type)),
                            "dim",
                            1L,
                            "keepdim",
                            true
                        });
        samples.add(
                "no dimensions",
                (v, type) ->
                        new @Nullable Object[] {
                            "self", Input.of(v.positive(type)), "dim", null, "keepdim", false
                        });
    }

    private static void countNonzero(OperatorSamples samples) {
        for (long[] dim : new long[][] {{}, {0}, {1}, {-1}, {0, 2}}) {
            samples.add("dims", (v, type) -> counted(v, type, Layout.CONTIGUOUS, dim));
        }
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add("layout", (v, type) -> counted(v, type, layout, 1));
        }
        samples.add(
                "special values",
                (v, type) ->
                        new Object[] {
                            "self", Input.of(v.mixed(type, 4, 9)), "dim", new long[] {1}
                        });
        samples.add(
                "nothing",
                (v, type) ->
                        new Object[] {
                            "self", Input.of(v.ordinary(type, 0, 3)), "dim", new long[] {0}
                        });
    }

    private static Object[] counted(Values v, ElementType type, Layout layout, long... dim) {
        HostArray sparse = v.integers(ElementType.BOOL, 0, 1, 5, 3, 7).cast(type);
        return new Object[] {"self", Input.of(sparse, layout), "dim", dim};
    }

    private static void logsumexp(OperatorSamples samples) {
        for (long[] shape : SHAPES) {
            samples.add(
                    "shape",
                    (v, type) -> over(Input.of(v.ordinary(type, shape)), false, shape.length - 1L));
        }
        samples.add("dims", (v, type) -> over(Input.of(v.ordinary(type, 5, 17, 3)), true, 0, 2));
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add(
                    "layout",
                    (v, type) -> over(Input.of(v.ordinary(type, 5, 3, 7), layout), false, 1));
        }
        samples.add(
                "special values",
                ElementType::isFloating,
                (v, type) -> over(Input.of(ReductionSamples.special(v, type)), false, 1));
        samples.add(
                "infinite",
                ElementType::isFloating,
                (v, type) ->
                        over(
                                Input.of(
                                        HostArray.ofReals(
                                                type,
                                                new long[] {2, 3},
                                                i -> i < 3 ? Double.NEGATIVE_INFINITY : 900 + i)),
                                false,
                                1));
        samples.add("of nothing", (v, type) -> over(Input.of(v.ordinary(type, 0, 3)), false, 0));
    }

    private static Object[] over(Input self, boolean keepDim, long... dim) {
        return new Object[] {"self", self, "dim", dim, "keepdim", keepDim};
    }

    private static void converting(OperatorSamples samples) {
        for (ElementType dtype : List.of(ElementType.F32, ElementType.BF16, ElementType.F16)) {
            for (long[] shape : new long[][] {{}, {17}, {3, 65}}) {
                samples.add(
                        "to " + dtype,
                        (v, type) ->
                                along(Input.of(Kind.ORDINARY.draw(v, type, shape)), -1, dtype));
            }
        }
        for (Layout layout : Layout.ofAnyRank()) {
            // Only in f64 the conversion does not round what differences are made of.
            samples.add(
                    "smooth strides",
                    type -> type == ElementType.F64,
                    (v, type) -> along(Input.of(v.ordinary(type, 5, 3, 7), layout), 1, type));
            samples.add(
                    "strides",
                    type -> type != ElementType.F64,
                    (v, type) ->
                            along(
                                    Input.of(v.ordinary(type, 5, 3, 7), layout),
                                    1,
                                    type.isFloating() ? type : ElementType.F32));
        }
    }

    private static Object[] along(Input self, long dim, ElementType dtype) {
        return new Object[] {"self", self, "dim", dim, "dtype", dtype};
    }

    private static void backward(OperatorSamples samples, boolean logarithm) {
        for (long[] shape : SHAPES) {
            samples.add(
                    "shape",
                    (v, type) -> gradient(v, type, logarithm, -1, Layout.CONTIGUOUS, shape));
        }
        for (long dim : new long[] {0, 1}) {
            samples.add(
                    "dim",
                    (v, type) -> gradient(v, type, logarithm, dim, Layout.CONTIGUOUS, 5, 7, 3));
        }
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add("layout", (v, type) -> gradient(v, type, logarithm, 1, layout, 5, 3, 7));
        }
    }

    private static Object[] gradient(
            Values v, ElementType type, boolean logarithm, long dim, Layout layout, long... shape) {
        HostArray output = v.positive(type, shape);
        HostArray given =
                logarithm
                        ? HostArray.ofReals(type, shape, i -> -output.real(i))
                        : HostArray.ofReals(type, shape, i -> output.real(i) / 8);
        return new Object[] {
            "grad_output",
            Input.of(v.ordinary(type, shape)),
            "output",
            Input.of(given, layout),
            "dim",
            dim
        };
    }
}
