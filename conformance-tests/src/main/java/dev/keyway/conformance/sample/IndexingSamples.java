// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.sample;

import com.google.auto.service.AutoService;

import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.oracle.HostArray;

import java.util.Arrays;
import java.util.List;

/** Joining, picking and scattering; indices that repeat where the definition allows it. */
@AutoService(SampleFamily.class)
public final class IndexingSamples implements SampleFamily {
    /** For {@code ServiceLoader}. */
    public IndexingSamples() {}

    @Override
    public void register(Samples.Table table) {
        cat(table.storage("cat"));
        stack(table.storage("stack"));
        gather(table.operator("gather", Samples.ALL));
        indexSelect(table.operator("index_select", Samples.ALL));
        scatter(table.operator("scatter.src", Samples.ALL), false);
        scatter(table.operator("scatter_add", Samples.ALL), true);
        indexAdd(table.operator("index_add", Samples.ALL));
    }

    @Override
    public void errors(ErrorTable table) {
        table.refuses(
                "cat",
                List.of("[2, 3]", "[2, 4]"),
                "tensors",
                Arrays.asList(ErrorTable.reals(2, 3), ErrorTable.reals(2, 4)),
                "dim",
                0L);
        table.refuses(
                "stack",
                List.of("[2, 3]", "[2, 4]"),
                "tensors",
                Arrays.asList(ErrorTable.reals(2, 3), ErrorTable.reals(2, 4)),
                "dim",
                0L);
        table.refuses(
                "gather",
                List.of("index", "f32"),
                "self",
                ErrorTable.reals(3),
                "dim",
                0L,
                "index",
                ErrorTable.reals(2));
        table.refuses(
                "index_select",
                List.of("index", "7"),
                "self",
                ErrorTable.reals(3),
                "dim",
                0L,
                "index",
                ErrorTable.integers(ElementType.I64, 7, 2));
    }

    private static void cat(OperatorSamples samples) {
        long[][][] shapes = {
            {{5}, {3}, {1}},
            {{17}, {0}, {50}},
            {{2, 3}, {2, 1}, {2, 4}},
            {{2, 3, 1}, {2, 3, 2}, {2, 3, 5}}
        };
        for (long[][] parts : shapes) {
            samples.add(
                    "last dim",
                    (values, type) ->
                            joined(
                                    -1,
                                    Input.of(values.ordinary(type, parts[0])),
                                    Input.of(values.ordinary(type, parts[1])),
                                    Input.of(values.ordinary(type, parts[2]))));
        }
        samples.add("one", (values, type) -> joined(0, Input.of(values.ordinary(type, 4, 3))));
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add(
                    "layout",
                    (values, type) ->
                            joined(
                                    0,
                                    Input.of(values.ordinary(type, 4, 3)),
                                    Input.of(values.ordinary(type, 5, 3), layout)));
        }
        samples.add(
                "promotes",
                Samples.COMPUTE::contains,
                (values, type) ->
                        joined(
                                0,
                                Input.of(values.ordinary(type, 4)),
                                Input.of(values.ordinary(ElementType.I32, 5))));
        catOfNothing(samples);
    }

    private static void catOfNothing(OperatorSamples samples) {
        samples.add(
                "with a vector of nothing",
                (values, type) ->
                        joined(
                                1,
                                Input.of(values.ordinary(type, 0)),
                                Input.of(values.ordinary(type, 2, 3)),
                                Input.of(values.ordinary(type, 2, 2))));
        samples.add(
                "of nothing",
                (values, type) ->
                        joined(
                                0,
                                Input.of(values.ordinary(type, 0)),
                                Input.of(values.ordinary(type, 0))));
    }

    private static Object[] joined(long dim, Input... tensors) {
        return new Object[] {"tensors", List.of(tensors), "dim", dim};
    }

    private static void stack(OperatorSamples samples) {
        for (long dim : new long[] {0, 1, 2, -1}) {
            samples.add(
                    "dim",
                    (values, type) ->
                            joined(
                                    dim,
                                    Input.of(values.ordinary(type, 2, 17)),
                                    Input.of(values.ordinary(type, 2, 17)),
                                    Input.of(values.ordinary(type, 2, 17))));
        }
        samples.add(
                "0-dim",
                (values, type) ->
                        joined(
                                0,
                                Input.of(values.ordinary(type)),
                                Input.of(values.ordinary(type))));
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add(
                    "layout",
                    (values, type) ->
                            joined(
                                    1,
                                    Input.of(values.ordinary(type, 5, 3), layout),
                                    Input.of(values.ordinary(type, 5, 3))));
        }
    }

    private static void gather(OperatorSamples samples) {
        zeroDim(samples);
        for (long dim : new long[] {0, 1, -1}) {
            long bound = dim == 0 ? 4 : dim == 1 ? 5 : 17;
            samples.add(
                    "dim",
                    (values, type) ->
                            indexed(
                                    Input.of(values.ordinary(type, 4, 5, 17)),
                                    dim,
                                    Input.of(
                                            values.integers(
                                                    ElementType.I64, 0, bound - 1, 3, 5, 6))));
        }
        samples.add(
                "one dimension",
                (values, type) ->
                        indexed(
                                Input.of(values.ordinary(type, 9)),
                                0L,
                                Input.of(values.integers(ElementType.I64, 0, 8, 67))));
        samples.add(
                "nothing",
                (values, type) ->
                        indexed(
                                Input.of(values.ordinary(type, 9)),
                                0L,
                                Input.of(values.integers(ElementType.I64, 0, 8, 0))));
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add(
                    "layout",
                    (values, type) ->
                            indexed(
                                    Input.of(values.ordinary(type, 5, 7), layout),
                                    1L,
                                    Input.of(
                                            values.integers(ElementType.I64, 0, 6, 5, 3), layout)));
        }
    }

    private static void zeroDim(OperatorSamples samples) {
        samples.add(
                "0-dim",
                (values, type) ->
                        indexed(
                                Input.of(values.ordinary(type)),
                                0L,
                                Input.of(values.integers(ElementType.I64, 0, 0))));
        samples.add(
                "0-dim",
                (values, type) ->
                        indexed(
                                Input.of(values.ordinary(type)),
                                -1L,
                                Input.of(values.integers(ElementType.I64, 0, 0, 1))));
    }

    private static Object[] indexed(Input self, long dim, Input index) {
        return new Object[] {"self", self, "dim", dim, "index", index};
    }

    private static void indexSelect(OperatorSamples samples) {
        for (long dim : new long[] {0, 1, 2}) {
            samples.add("dim", (v, type) -> indexSelect(v, type, dim, Layout.CONTIGUOUS, 11));
        }
        samples.add("nothing", (v, type) -> indexSelect(v, type, 0, Layout.CONTIGUOUS, 0));
        samples.add(
                "i32",
                (values, type) ->
                        indexed(
                                Input.of(values.ordinary(type, 4, 5)),
                                1L,
                                Input.of(values.integers(ElementType.I32, 0, 4, 7))));
        zeroDim(samples);
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add("layout", (v, type) -> indexSelect(v, type, 1, layout, 6));
        }
    }

    private static Object[] indexSelect(
            Values values, ElementType type, long dim, Layout layout, long count) {
        return indexed(
                Input.of(values.ordinary(type, 4, 5, 6), layout),
                dim,
                Input.of(values.integers(ElementType.I64, 0, 3, count)));
    }

    /** Indices along the dimension: repeated for sums, each once where the last write would win. */
    private static HostArray index(Values values, boolean repeats, long size, long... shape) {
        if (repeats) {
            return values.integers(ElementType.I64, 0, size - 1, shape);
        }
        long start = values.integers(ElementType.I64, 0, size - 1).integer(0);
        int columns = (int) shape[1];
        return HostArray.ofIntegers(
                ElementType.I64, shape, i -> (start + i % columns + i / columns) % size);
    }

    private static void scatter(OperatorSamples samples, boolean adds) {
        samples.add(
                "0-dim",
                (values, type) ->
                        new Object[] {
                            "self", Input.of(values.ordinary(type)),
                            "dim", 0L,
                            "index", Input.of(values.integers(ElementType.I64, 0, 0)),
                            "src", Input.of(values.ordinary(type))
                        });
        samples.add("dim 1", (v, type) -> scatter(v, type, adds, Layout.CONTIGUOUS, 1));
        samples.add("dim -1", (v, type) -> scatter(v, type, adds, Layout.CONTIGUOUS, -1));
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add("layout", (v, type) -> scatter(v, type, adds, layout, 1));
        }
        samples.add(
                "nothing",
                (values, type) ->
                        new Object[] {
                            "self", Input.of(values.ordinary(type, 3)),
                            "dim", 0L,
                            "index", Input.of(values.integers(ElementType.I64, 0, 0, 0)),
                            "src", Input.of(values.ordinary(type, 0))
                        });
        if (!adds) {
            samples.add(
                    "several for one place",
                    (v, type) -> scatter(v, type, true, Layout.CONTIGUOUS, 1));
        }
    }

    private static Object[] scatter(
            Values values, ElementType type, boolean adds, Layout layout, long dim) {
        return new Object[] {
            "self", Input.of(values.ordinary(type, 5, 19), layout),
            "dim", dim,
            "index", Input.of(index(values, adds, 19, 4, 17)),
            "src", Input.of(values.ordinary(type, 6, 18), layout)
        };
    }

    private static void indexAdd(OperatorSamples samples) {
        for (int dim : new int[] {0, 1}) {
            samples.add("dim", (v, type) -> indexAdd(v, type, dim, Layout.CONTIGUOUS));
        }
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add("layout", (v, type) -> indexAdd(v, type, 1, layout));
        }
    }

    private static Object[] indexAdd(Values values, ElementType type, int dim, Layout layout) {
        long[] source = dim == 0 ? new long[] {11, 6} : new long[] {5, 11};
        return new Object[] {
            "self", Input.of(values.ordinary(type, 5, 6), layout),
            "dim", (long) dim,
            "index", Input.of(values.integers(ElementType.I64, 0, 4, 11)),
            "source", Input.of(values.ordinary(type, source), layout),
            "alpha", layout == Layout.STEPPED ? (type == ElementType.BOOL ? (Object) true : 3L) : 1L
        };
    }
}
