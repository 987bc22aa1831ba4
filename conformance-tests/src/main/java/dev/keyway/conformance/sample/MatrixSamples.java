// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.sample;

import com.google.auto.service.AutoService;

import dev.keyway.conformance.oracle.ElementType;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** Matrix products: shapes around tiles and panels, vectors, batches, empty sums. */
@AutoService(SampleFamily.class)
public final class MatrixSamples implements SampleFamily {
    private static final List<ElementType> TYPES =
            Samples.ALL.stream().filter(type -> type != ElementType.BOOL).toList();
    private static final long[][] SIZES = {
        {1, 1, 1},
        {2, 3, 4},
        {1, 67, 1},
        {17, 1, 33},
        {15, 16, 17},
        {65, 33, 34},
        {31, 130, 9},
        {0, 3, 2},
        {3, 0, 2},
        {3, 2, 0}
    };
    private static final long[][][] BATCHES = {
        {{3}, {3}},
        {{3}, {3, 4}},
        {{2, 3}, {3}},
        {{5, 2, 3}, {3, 4}},
        {{2, 3}, {5, 3, 4}},
        {{2, 1, 2, 3}, {4, 3, 2}},
        {{4, 2, 3}, {3}},
        {{3}, {4, 3, 2}}
    };

    /** For {@code ServiceLoader}. */
    public MatrixSamples() {}

    @Override
    public void register(Samples.Table table) {
        products(table.operator("mm", TYPES), "mat2", 0);
        products(table.operator("bmm", TYPES), "mat2", 3);
        OperatorSamples matmul = table.operator("matmul", TYPES);
        products(matmul, "other", 0);
        for (long[][] shapes : BATCHES) {
            matmul.add(
                    "batch",
                    (values, type) ->
                            new Object[] {
                                "self",
                                Input.of(values.ordinary(type, shapes[0])),
                                "other",
                                Input.of(values.ordinary(type, shapes[1]))
                            });
        }
        addmm(table.operator("addmm", TYPES));
        linear(table.operator("linear", TYPES));
    }

    @Override
    public void errors(ErrorTable table) {
        List<String> shapes = List.of("[2, 3]", "[4, 5]");
        table.refuses("mm", shapes, "self", ErrorTable.reals(2, 3), "mat2", ErrorTable.reals(4, 5));
        table.refuses(
                "matmul", shapes, "self", ErrorTable.reals(2, 3), "other", ErrorTable.reals(4, 5));
        table.refuses(
                "mm",
                List.of("self", "[3]"),
                "self",
                ErrorTable.reals(3),
                "mat2",
                ErrorTable.reals(3, 2));
        table.refuses(
                "bmm",
                List.of("2", "3"),
                "self",
                ErrorTable.reals(2, 4, 5),
                "mat2",
                ErrorTable.reals(3, 5, 4));
        table.refuses(
                "matmul",
                List.of("dimension"),
                "self",
                ErrorTable.reals(),
                "other",
                ErrorTable.reals(2));
        table.refuses(
                "addmm",
                List.of("[4]"),
                "self",
                ErrorTable.reals(4),
                "mat1",
                ErrorTable.reals(2, 3),
                "mat2",
                ErrorTable.reals(3, 5),
                "beta",
                1L,
                "alpha",
                1L);
        table.refuses(
                "linear",
                List.of("[2, 3]", "[5, 4]"),
                "input",
                ErrorTable.reals(2, 3),
                "weight",
                ErrorTable.reals(5, 4));
        table.refuses(
                "mm",
                List.of("f32", "i32"),
                "self",
                ErrorTable.reals(2, 2),
                "mat2",
                ErrorTable.integers(ElementType.I32, 1, 2, 2));
    }

    private static long[] shape(int batch, long rows, long columns) {
        return batch == 0 ? new long[] {rows, columns} : new long[] {batch, rows, columns};
    }

    private static void products(OperatorSamples samples, String second, int batch) {
        for (long[] size : SIZES) {
            samples.add(
                    "size",
                    (values, type) ->
                            new Object[] {
                                "self",
                                Input.of(values.ordinary(type, shape(batch, size[0], size[1]))),
                                second,
                                Input.of(values.ordinary(type, shape(batch, size[1], size[2])))
                            });
        }
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add(
                    "layout",
                    (values, type) ->
                            new Object[] {
                                "self",
                                Input.of(values.ordinary(type, shape(batch, 5, 7)), layout),
                                second,
                                Input.of(values.ordinary(type, shape(batch, 7, 9)), layout)
                            });
        }
        samples.add(
                "special values",
                ElementType::isFloating,
                (values, type) ->
                        new Object[] {
                            "self",
                            Input.of(values.extremes(type).pick(shape(batch, 5, 5), i -> i % 25)),
                            second,
                            Input.of(values.ordinary(type, shape(batch, 5, 4)))
                        });
    }

    private static void addmm(OperatorSamples samples) {
        long[][] biases = {{5, 9}, {9}, {1, 9}, {5, 1}, {1}, {}};
        for (long[] bias : biases) {
            samples.add(
                    "bias", (values, type) -> addmm(values, type, bias, Layout.CONTIGUOUS, 1L, 1L));
        }
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add(
                    "layout",
                    (values, type) -> addmm(values, type, new long[] {5, 9}, layout, 1L, 1L));
        }
        samples.add(
                "factors",
                (values, type) -> addmm(values, type, new long[] {9}, Layout.CONTIGUOUS, 3L, 2L));
        samples.add(
                "factors",
                ElementType::isFloating,
                (values, type) ->
                        addmm(values, type, new long[] {9}, Layout.CONTIGUOUS, 0.5, -1.25));
        samples.add("no self", MatrixSamples::withoutSelf);
    }

    /** With beta 0 it does not matter what self is. */
    private static Object[] withoutSelf(Values values, ElementType type) {
        Object[] call = addmm(values, type, new long[] {5, 9}, Layout.CONTIGUOUS, 0L, 1L);
        call[1] = Input.of(values.mixed(type, 5, 9));
        return call;
    }

    private static Object[] addmm(
            Values values,
            ElementType type,
            long[] bias,
            Layout layout,
            Object beta,
            Object alpha) {
        Layout ofBias = bias.length > 1 ? layout : Layout.CONTIGUOUS;
        return new Object[] {
            "self", Input.of(values.ordinary(type, bias), ofBias),
            "mat1", Input.of(values.ordinary(type, 5, 7), layout),
            "mat2", Input.of(values.ordinary(type, 7, 9), layout),
            "beta", beta,
            "alpha", alpha
        };
    }

    private static void linear(OperatorSamples samples) {
        long[][] inputs = {{7}, {1, 7}, {5, 7}, {2, 3, 7}, {0, 7}, {67, 7}};
        for (long[] input : inputs) {
            samples.add(
                    "bias", (values, type) -> linear(values, type, input, Layout.CONTIGUOUS, true));
            samples.add(
                    "no bias",
                    (values, type) -> linear(values, type, input, Layout.CONTIGUOUS, false));
        }
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add(
                    "layout",
                    (values, type) -> linear(values, type, new long[] {5, 7}, layout, true));
        }
    }

    private static @Nullable Object[] linear(
            Values values, ElementType type, long[] input, Layout layout, boolean bias) {
        return new Object[] {
            "input", Input.of(values.ordinary(type, input), layout),
            "weight", Input.of(values.ordinary(type, 9, 7), layout),
            "bias", bias ? Input.of(values.ordinary(type, 9)) : null
        };
    }
}
