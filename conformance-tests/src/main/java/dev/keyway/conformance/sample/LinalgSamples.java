// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.sample;

import com.google.auto.service.AutoService;
import dev.keyway.conformance.oracle.ElementType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Products of vectors and matrices beyond those of {@link MatrixSamples}. */
@AutoService(SampleFamily.class)
public final class LinalgSamples implements SampleFamily {
    private static final List<ElementType> NUMBERS =
            Samples.ALL.stream().filter(type -> type != ElementType.BOOL).toList();

    /** As in libtorch, which has no trace of halves. */
    private static final List<ElementType> TRACED =
            NUMBERS.stream()
                    .filter(type -> type != ElementType.F16 && type != ElementType.BF16)
                    .toList();

    /** For {@code ServiceLoader}. */
    public LinalgSamples() {}

    @Override
    public void register(Samples.Table table) {
        long[][][] matrices = {{{5, 7}, {7}}, {{1, 1}, {1}}, {{33, 65}, {65}}, {{0, 3}, {3}}};
        long[][][] vectors = {{{7}, {7}}, {{1}, {1}}, {{0}, {0}}, {{67}, {67}}};
        long[][][] outers = {{{5}, {7}}, {{1}, {17}}, {{0}, {3}}, {{33}, {4}}};
        pairs(table.operator("mv", NUMBERS), "vec", matrices);
        pairs(table.operator("dot", NUMBERS), "tensor", vectors);
        pairs(table.operator("vdot", NUMBERS), "other", vectors);
        pairs(table.operator("outer", Samples.ALL), "vec2", outers);
        pairs(table.operator("ger", Samples.ALL), "vec2", outers);
        long[][][] inners = {
            {{2, 5}, {3, 5}}, {{5}, {5}}, {{2, 3, 4}, {4}}, {{}, {3, 2}}, {{3}, {}}
        };
        pairs(table.operator("inner", NUMBERS), "other", inners);
        long[][][] krons = {
            {{2, 3}, {3, 2}}, {{3}, {2, 2}}, {{}, {3, 2}}, {{2, 1, 3}, {5}}, {{0}, {3}}
        };
        pairs(table.operator("kron", Samples.ALL), "other", krons);
        sums(table);
        tensordot(table.operator("tensordot", NUMBERS));
        OperatorSamples trace = table.operator("trace", TRACED);
        for (long[] shape : new long[][] {{5, 7}, {1, 1}, {0, 3}, {33, 33}}) {
            for (Layout layout : Layout.ofAnyRank()) {
                trace.add(
                        "layout",
                        (values, type) ->
                                new Object[] {
                                    "self", Input.of(values.ordinary(type, shape), layout)
                                });
            }
        }
        bilinear(table.operator("bilinear", NUMBERS));
    }

    private static void pairs(OperatorSamples samples, String second, long[][][] shapes) {
        for (long[][] shape : shapes) {
            samples.add(
                    "size",
                    (values, type) ->
                            new Object[] {
                                "self",
                                Input.of(values.ordinary(type, shape[0])),
                                second,
                                Input.of(values.ordinary(type, shape[1]))
                            });
        }
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add(
                    "layout",
                    (values, type) ->
                            new Object[] {
                                "self",
                                Input.of(values.ordinary(type, shapes[0][0]), layout),
                                second,
                                Input.of(values.ordinary(type, shapes[0][1]), layout)
                            });
        }
    }

    private static void sums(Samples.Table table) {
        scaled(
                table.operator("addmv", NUMBERS),
                List.of("mat", "vec"),
                new long[][] {{5, 7}, {7}},
                new long[][] {{5}, {1}, {}});
        scaled(
                table.operator("addr", Samples.ALL),
                List.of("vec1", "vec2"),
                new long[][] {{5}, {7}},
                new long[][] {{5, 7}, {7}, {5, 1}, {}});
        scaled(
                table.operator("addbmm", NUMBERS),
                List.of("batch1", "batch2"),
                new long[][] {{3, 5, 7}, {3, 7, 4}},
                new long[][] {{5, 4}, {4}, {5, 1}});
        scaled(
                table.operator("baddbmm", NUMBERS),
                List.of("batch1", "batch2"),
                new long[][] {{3, 5, 7}, {3, 7, 4}},
                new long[][] {{3, 5, 4}, {5, 4}, {3, 1, 1}, {4}});
    }

    private static void scaled(
            OperatorSamples samples, List<String> names, long[][] factors, long[][] selves) {
        for (long[] self : selves) {
            samples.add(
                    "bias",
                    (values, type) ->
                            scaled(values, type, names, factors, self, Layout.CONTIGUOUS, 1L, 1L));
            samples.add(
                    "factors",
                    (values, type) ->
                            type.isFloating()
                                    ? scaled(
                                            values,
                                            type,
                                            names,
                                            factors,
                                            self,
                                            Layout.CONTIGUOUS,
                                            0.5,
                                            -1.25)
                                    : scaled(
                                            values,
                                            type,
                                            names,
                                            factors,
                                            self,
                                            Layout.CONTIGUOUS,
                                            3L,
                                            2L));
        }
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add(
                    "layout",
                    (values, type) ->
                            scaled(values, type, names, factors, selves[0], layout, 1L, 1L));
        }
        samples.add(
                "no self",
                ElementType::isFloating,
                (values, type) -> {
                    Object[] call =
                            scaled(
                                    values,
                                    type,
                                    names,
                                    factors,
                                    selves[0],
                                    Layout.CONTIGUOUS,
                                    0L,
                                    1L);
                    call[1] = Input.of(values.mixed(type, selves[0]));
                    return call;
                });
    }

    private static Object[] scaled(
            Values values,
            ElementType type,
            List<String> names,
            long[][] factors,
            long[] self,
            Layout layout,
            Object beta,
            Object alpha) {
        return new Object[] {
            "self",
            Input.of(values.ordinary(type, self), layout),
            names.get(0),
            Input.of(values.ordinary(type, factors[0]), layout),
            names.get(1),
            Input.of(values.ordinary(type, factors[1]), layout),
            "beta",
            beta,
            "alpha",
            alpha
        };
    }

    private static void tensordot(OperatorSamples samples) {
        long[][][] cases = {
            {{3, 4, 5}, {4, 3, 2}, {1, 0}, {0, 1}},
            {{3, 4}, {4, 5}, {-1}, {0}},
            {{3}, {2}, {}, {}},
            {{3, 4}, {3, 4}, {0, 1}, {0, 1}},
            {{2, 1, 3}, {5, 3}, {1}, {0}},
            {{2, 0}, {0, 3}, {1}, {0}}
        };
        for (long[][] shape : cases) {
            for (Layout layout :
                    new Layout[] {Layout.CONTIGUOUS, Layout.REVERSED, Layout.STEPPED}) {
                samples.add(
                        "size",
                        (values, type) ->
                                new Object[] {
                                    "self",
                                    Input.of(values.ordinary(type, shape[0]), layout),
                                    "other",
                                    Input.of(values.ordinary(type, shape[1]), layout),
                                    "dims_self",
                                    shape[2],
                                    "dims_other",
                                    shape[3]
                                });
            }
        }
    }

    private static void bilinear(OperatorSamples samples) {
        for (long[] batch : new long[][] {{}, {4}, {2, 3}}) {
            for (boolean bias : new boolean[] {true, false}) {
                samples.add(
                        bias ? "bias" : "no bias",
                        (values, type) ->
                                new @Nullable Object[] {
                                    "input1", Input.of(values.ordinary(type, with(batch, 3))),
                                    "input2", Input.of(values.ordinary(type, with(batch, 5))),
                                    "weight", Input.of(values.ordinary(type, 2, 3, 5)),
                                    "bias", bias ? Input.of(values.ordinary(type, 2)) : null
                                });
            }
        }
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add(
                    "layout",
                    (values, type) ->
                            new Object[] {
                                "input1", Input.of(values.ordinary(type, 4, 3), layout),
                                "input2", Input.of(values.ordinary(type, 4, 5), layout),
                                "weight", Input.of(values.ordinary(type, 2, 3, 5), layout),
                                "bias", Input.of(values.ordinary(type, 2))
                            });
        }
    }

    private static long[] with(long[] batch, long last) {
        long[] shape = java.util.Arrays.copyOf(batch, batch.length + 1);
        shape[batch.length] = last;
        return shape;
    }

    @Override
    public void errors(ErrorTable table) {
        Input matrix = ErrorTable.reals(2, 3);
        Input vector = ErrorTable.reals(4);
        table.refuses("mv", List.of("[2, 3]", "[4]"), "self", matrix, "vec", vector);
        table.refuses("mv", List.of("self", "[4]"), "self", vector, "vec", vector);
        table.refuses("dot", List.of("[4]", "[3]"), "self", vector, "tensor", ErrorTable.reals(3));
        table.refuses(
                "vdot",
                List.of("f32", "i32"),
                "self",
                vector,
                "other",
                ErrorTable.integers(ElementType.I32, 1, 4));
        table.refuses("outer", List.of("self", "[2, 3]"), "self", matrix, "vec2", vector);
        table.refuses("inner", List.of("[2, 3]", "[4]"), "self", matrix, "other", vector);
        table.refuses("trace", List.of("self", "[4]"), "self", vector);
        table.refuses(
                "baddbmm",
                List.of("batch1", "batch2"),
                "self",
                ErrorTable.reals(),
                "batch1",
                ErrorTable.reals(2, 3, 4),
                "batch2",
                ErrorTable.reals(3, 4, 5),
                "beta",
                1L,
                "alpha",
                1L);
        table.refuses(
                "addbmm",
                List.of("beta", "i32"),
                "self",
                ErrorTable.integers(ElementType.I32, 1),
                "batch1",
                ErrorTable.integers(ElementType.I32, 1, 2, 3, 4),
                "batch2",
                ErrorTable.integers(ElementType.I32, 1, 2, 4, 5),
                "beta",
                0.5,
                "alpha",
                1L);
        table.refuses(
                "addmv",
                List.of("[2, 3]", "[4]"),
                "self",
                ErrorTable.reals(),
                "mat",
                matrix,
                "vec",
                vector,
                "beta",
                1L,
                "alpha",
                1L);
        table.refuses(
                "addr",
                List.of("self", "[3]", "[4, 4]"),
                "self",
                ErrorTable.reals(3),
                "vec1",
                vector,
                "vec2",
                vector,
                "beta",
                1L,
                "alpha",
                1L);
        table.refuses(
                "tensordot",
                List.of("[2, 3]", "[4]"),
                "self",
                matrix,
                "other",
                vector,
                "dims_self",
                new long[] {1},
                "dims_other",
                new long[] {0});
        table.refuses(
                "bilinear",
                List.of("[2, 3]", "[4]", "weight"),
                "input1",
                matrix,
                "input2",
                vector,
                "weight",
                ErrorTable.reals(1, 2, 3),
                "bias",
                null);
    }
}
