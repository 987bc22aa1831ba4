// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.sample;

import com.google.auto.service.AutoService;
import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.oracle.HostArray;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Picking at flat positions, and writing rows and elements at positions. */
@AutoService(SampleFamily.class)
public final class IndexWriteSamples implements SampleFamily {
    /** For {@code ServiceLoader}. */
    public IndexWriteSamples() {}

    @Override
    public void register(Samples.Table table) {
        scatterValue(table.operator("scatter.value", Samples.ALL));
        indexCopy(table.operator("index_copy", Samples.ALL));
        indexFill(table.operator("index_fill.int_Scalar", Samples.ALL), false);
        indexFill(table.operator("index_fill.int_Tensor", Samples.ALL), true);
        take(table.operator("take", Samples.ALL));
        takeAlongDim(table.operator("take_along_dim", Samples.ALL));
        put(table.operator("put", Samples.ALL));
    }

    private static Object number(ElementType type) {
        return type == ElementType.BOOL ? (Object) true : type.isFloating() ? (Object) 2.5 : 7L;
    }

    private static void scatterValue(OperatorSamples samples) {
        for (Layout layout : Layout.ofAnyRank()) {
            for (long dim : new long[] {0, -1}) {
                samples.add(
                        "layout",
                        (values, type) ->
                                new Object[] {
                                    "self", Input.of(values.ordinary(type, 5, 17), layout),
                                    "dim", dim,
                                    "index", Input.of(values.integers(ElementType.I64, 0, 4, 3, 6)),
                                    "value", number(type)
                                });
            }
        }
        samples.add(
                "nothing",
                (values, type) ->
                        new Object[] {
                            "self",
                            Input.of(values.ordinary(type, 5)),
                            "dim",
                            0L,
                            "index",
                            Input.of(values.integers(ElementType.I64, 0, 4, 0)),
                            "value",
                            1L
                        });
    }

    /** Each position at most once, as which of two writes stays is not defined. */
    private static Input once(Values values, long size, int count) {
        long start = values.integers(ElementType.I64, 0, size - 1).integer(0);
        return Input.of(
                HostArray.ofIntegers(
                        ElementType.I64, new long[] {count}, i -> (start + 2L * i + 1) % size));
    }

    private static void indexCopy(OperatorSamples samples) {
        for (Layout layout : Layout.ofAnyRank()) {
            for (long dim : new long[] {0, -1}) {
                samples.add(
                        "layout",
                        (values, type) ->
                                new Object[] {
                                    "self", Input.of(values.ordinary(type, 7, 9), layout),
                                    "dim", dim,
                                    "index", once(values, dim == 0 ? 7 : 9, 3),
                                    "source",
                                            Input.of(
                                                    values.ordinary(
                                                            type,
                                                            dim == 0
                                                                    ? new long[] {3, 9}
                                                                    : new long[] {7, 3}),
                                                    layout)
                                });
            }
        }
        samples.add(
                "0-dim",
                (values, type) ->
                        new Object[] {
                            "self", Input.of(values.ordinary(type)),
                            "dim", 0L,
                            "index", Input.of(values.integers(ElementType.I64, 0, 0, 1)),
                            "source", Input.of(values.ordinary(type))
                        });
    }

    /** Three places of five, each once; the second counts from the end. */
    private static Input fromBothEnds(Values values) {
        long start = values.integers(ElementType.I64, 0, 4).integer(0);
        return Input.of(
                HostArray.ofIntegers(
                        ElementType.I64, new long[] {3}, i -> (start + i) % 5 - (i == 1 ? 5 : 0)));
    }

    private static void indexFill(OperatorSamples samples, boolean tensor) {
        for (Layout layout : Layout.ofAnyRank()) {
            for (long dim : new long[] {0, 1}) {
                samples.add(
                        "layout",
                        (values, type) ->
                                new Object[] {
                                    "self",
                                    Input.of(values.ordinary(type, 5, 17), layout),
                                    "dim",
                                    dim,
                                    "index",
                                    fromBothEnds(values),
                                    "value",
                                    tensor ? Input.of(values.ordinary(type)) : number(type)
                                });
            }
        }
        samples.add(
                "0-dim",
                (values, type) ->
                        new Object[] {
                            "self",
                            Input.of(values.ordinary(type)),
                            "dim",
                            0L,
                            "index",
                            Input.of(values.integers(ElementType.I64, 0, 0, 1)),
                            "value",
                            tensor ? Input.of(values.ordinary(type)) : number(type)
                        });
    }

    private static void take(OperatorSamples samples) {
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add(
                    "layout",
                    (values, type) ->
                            new Object[] {
                                "self", Input.of(values.ordinary(type, 5, 7), layout),
                                "index",
                                        Input.of(
                                                values.integers(ElementType.I64, -35, 34, 3, 6),
                                                layout)
                            });
        }
        samples.add(
                "nothing",
                (values, type) ->
                        new Object[] {
                            "self", Input.of(values.ordinary(type, 5)),
                            "index", Input.of(values.integers(ElementType.I64, 0, 4, 0, 3))
                        });
    }

    private static void takeAlongDim(OperatorSamples samples) {
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add(
                    "layout", (values, type) -> along(values, type, layout, 1L, new long[] {5, 3}));
        }
        samples.add(
                "broadcast",
                (values, type) -> along(values, type, Layout.CONTIGUOUS, 1L, new long[] {1, 9}));
        samples.add(
                "flat",
                (values, type) -> along(values, type, Layout.STEPPED, null, new long[] {4, 3}));
        samples.add(
                "broadcast",
                (values, type) ->
                        new Object[] {
                            "self", Input.of(values.ordinary(type, 1, 7)),
                            "indices", Input.of(values.integers(ElementType.I64, 0, 6, 4, 3)),
                            "dim", -1L
                        });
    }

    private static @Nullable Object[] along(
            Values values, ElementType type, Layout layout, @Nullable Long dim, long[] shape) {
        return new @Nullable Object[] {
            "self", Input.of(values.ordinary(type, 5, 7), layout),
            "indices", Input.of(values.integers(ElementType.I64, 0, 6, shape)),
            "dim", dim
        };
    }

    private static void put(OperatorSamples samples) {
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add(
                    "layout",
                    (values, type) ->
                            new Object[] {
                                "self", Input.of(values.ordinary(type, 5, 7), layout),
                                "index",
                                        Input.of(
                                                HostArray.ofIntegers(
                                                        ElementType.I64,
                                                        new long[] {2, 5},
                                                        i -> i % 2 == 0 ? 3L * i : 3L * i - 35)),
                                "source", Input.of(values.ordinary(type, 2, 5), layout),
                                "accumulate", false
                            });
            samples.add(
                    "layout",
                    (values, type) ->
                            new Object[] {
                                "self", Input.of(values.ordinary(type, 5, 7), layout),
                                "index", Input.of(values.integers(ElementType.I64, -9, 8, 11)),
                                "source", Input.of(values.ordinary(type, 11)),
                                "accumulate", true
                            });
        }
    }

    @Override
    public void errors(ErrorTable table) {
        Input three = ErrorTable.reals(3);
        Input two = ErrorTable.integers(ElementType.I64, 1, 2);
        table.refuses(
                "scatter.value",
                List.of("index", "f32"),
                "self",
                three,
                "dim",
                0L,
                "index",
                ErrorTable.reals(2),
                "value",
                1L);
        table.refuses(
                "index_copy",
                List.of("source", "[3]", "[2]"),
                "self",
                three,
                "dim",
                0L,
                "index",
                two,
                "source",
                three);
        table.refuses(
                "index_add",
                List.of("source", "[3]", "[2]"),
                "self",
                three,
                "dim",
                0L,
                "index",
                two,
                "source",
                three,
                "alpha",
                1L);
        table.refuses(
                "index_fill.int_Tensor",
                List.of("value", "[3]"),
                "self",
                three,
                "dim",
                0L,
                "index",
                two,
                "value",
                three);
        table.refuses(
                "take",
                List.of("3", "9"),
                "self",
                three,
                "index",
                ErrorTable.integers(ElementType.I64, 9, 2));
        table.refuses(
                "put",
                List.of("source", "3", "2"),
                "self",
                three,
                "index",
                two,
                "source",
                three,
                "accumulate",
                false);
        table.refuses(
                "take_along_dim",
                List.of("indices", "[2]", "[2, 3]"),
                "self",
                ErrorTable.reals(2, 3),
                "indices",
                two,
                "dim",
                1L);
    }
}
