// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.sample;

import com.google.auto.service.AutoService;
import dev.keyway.conformance.oracle.ElementType;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tensors put together after each got enough dimensions, and parts replaced by others. */
@AutoService(SampleFamily.class)
public final class JoiningSamples implements SampleFamily {
    /** For {@code ServiceLoader}. */
    public JoiningSamples() {}

    @Override
    public void register(Samples.Table table) {
        long[][][] rows = {{{}, {3}, {5}}, {{3, 2}, {3, 5}, {3, 1}}, {{2, 1, 3}, {2, 4, 3}}};
        long[][][] stacked = {{{5}, {5}}, {{}, {}}, {{2, 5}, {5}, {3, 5}}, {{2, 3, 1}, {1, 3, 1}}};
        long[][][] deep = {{{}, {}}, {{5}, {5}}, {{2, 3}, {2, 3}}, {{2, 3, 2}, {2, 3}}};
        long[][][] columns = {{{5}, {5}}, {{}, {}}, {{5, 2}, {5}, {5, 3}}, {{2, 1, 3}, {2, 4, 3}}};
        long[][][] blocks = {{{2, 3}, {3, 2}, {1, 1}}, {{}, {3}, {2, 2}}, {{0, 2}, {2, 2}}};
        joins(joined(table, "hstack"), rows);
        joins(joined(table, "vstack"), stacked);
        joins(joined(table, "dstack"), deep);
        joins(joined(table, "column_stack"), columns);
        joins(joined(table, "block_diag"), blocks);
        replaced(table);
    }

    /** Only copies run; one to a wider type shows where elements come from. */
    private static OperatorSamples joined(Samples.Table table, String name) {
        String reason = "the only kernel that runs is a copy";
        OperatorSamples samples = table.storage(name);
        samples.unseen(
                FaultKind.INPUT,
                reason,
                ElementType.BOOL,
                ElementType.U8,
                ElementType.I8,
                ElementType.I16,
                ElementType.I32,
                ElementType.F16,
                ElementType.BF16);
        return name.equals("dstack")
                ? samples.unseen(FaultKind.INPUT, reason, ElementType.I64)
                : samples;
    }

    private static void joins(OperatorSamples samples, long[][][] cases) {
        for (long[][] shapes : cases) {
            for (Layout layout : Layout.ofAnyRank()) {
                samples.add(
                        "layout",
                        (values, type) ->
                                new Object[] {
                                    "tensors",
                                    Arrays.stream(shapes)
                                            .map(s -> input(values, type, s, layout))
                                            .toList()
                                });
            }
        }
        samples.add(
                "promotes",
                Samples.COMPUTE::contains,
                (values, type) ->
                        new Object[] {
                            "tensors",
                            List.of(
                                    Input.of(values.ordinary(type, cases[0][0])),
                                    Input.of(values.ordinary(ElementType.I32, cases[0][1])))
                        });
    }

    private static Input input(Values values, ElementType type, long[] shape, Layout layout) {
        return Input.of(
                values.ordinary(type, shape), shape.length == 0 ? Layout.CONTIGUOUS : layout);
    }

    private static void replaced(Samples.Table table) {
        OperatorSamples select = DimensionSamples.views(table, "select_scatter");
        OperatorSamples slice = DimensionSamples.views(table, "slice_scatter");
        OperatorSamples diagonal = DimensionSamples.views(table, "diagonal_scatter");
        for (Layout layout : Layout.ofAnyRank()) {
            select.add(
                    "layout",
                    (values, type) ->
                            new Object[] {
                                "self",
                                Input.of(values.ordinary(type, 5, 7), layout),
                                "src",
                                Input.of(values.ordinary(type, 5), layout),
                                "dim",
                                1L,
                                "index",
                                -2L
                            });
            slice.add(
                    "layout",
                    (values, type) ->
                            new Object[] {
                                "self", Input.of(values.ordinary(type, 5, 7), layout),
                                "src", Input.of(values.ordinary(type, 5, 3), layout),
                                "dim", -1L,
                                "start", 1L,
                                "end", 100L,
                                "step", 2L
                            });
            diagonal.add(
                    "layout",
                    (values, type) ->
                            new Object[] {
                                "self", Input.of(values.ordinary(type, 5, 7), layout),
                                "src", Input.of(values.ordinary(type, 4), layout),
                                "offset", -1L,
                                "dim1", 0L,
                                "dim2", 1L
                            });
        }
        slice.add(
                "all",
                (values, type) ->
                        new @Nullable Object[] {
                            "self",
                            Input.of(values.ordinary(type, 5)),
                            "src",
                            Input.of(values.ordinary(type, 5)),
                            "dim",
                            0L,
                            "start",
                            null,
                            "end",
                            null,
                            "step",
                            1L
                        });
        diagonal.add(
                "shape",
                (values, type) ->
                        new Object[] {
                            "self", Input.of(values.ordinary(type, 2, 3, 4)),
                            "src", Input.of(values.ordinary(type, 3, 2)),
                            "offset", 1L,
                            "dim1", 0L,
                            "dim2", -1L
                        });
    }

    @Override
    public void errors(ErrorTable table) {
        Input matrix = ErrorTable.reals(2, 3);
        for (String name : List.of("hstack", "vstack", "dstack", "column_stack")) {
            table.refuses(
                    name,
                    List.of("tensor 1", "[2, 3, 4, 5]"),
                    "tensors",
                    List.of(matrix, ErrorTable.reals(2, 3, 4, 5)));
        }
        table.refuses(
                "block_diag",
                List.of("tensor 1", "[1, 2, 3]"),
                "tensors",
                List.of(matrix, ErrorTable.reals(1, 2, 3)));
        table.refuses(
                "select_scatter",
                List.of("src", "[2]", "[3]"),
                "self",
                matrix,
                "src",
                ErrorTable.reals(2),
                "dim",
                0L,
                "index",
                1L);
        table.refuses(
                "slice_scatter",
                List.of("src", "[2]", "[1, 3]"),
                "self",
                matrix,
                "src",
                ErrorTable.reals(2),
                "dim",
                0L,
                "start",
                1L,
                "end",
                null,
                "step",
                1L);
        table.refuses(
                "diagonal_scatter",
                List.of("src", "[3]", "[2]"),
                "self",
                matrix,
                "src",
                ErrorTable.reals(3),
                "offset",
                0L,
                "dim1",
                0L,
                "dim2",
                1L);
    }
}
