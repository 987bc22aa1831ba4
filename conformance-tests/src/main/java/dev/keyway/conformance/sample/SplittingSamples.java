// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.sample;

import com.google.auto.service.AutoService;
import java.util.List;

/** Lists of parts along a dimension, and of tensors in one shape. */
@AutoService(SampleFamily.class)
public final class SplittingSamples implements SampleFamily {
    /** For {@code ServiceLoader}. */
    public SplittingSamples() {}

    @Override
    public void register(Samples.Table table) {
        parts(table, "split.Tensor", "split_size", new Object[] {3L, 1L, 7L, 10L});
        parts(
                table,
                "split.sizes",
                "split_size",
                new Object[] {new long[] {2, 0, 5}, new long[] {7}, new long[] {1, 3, 3}});
        parts(table, "chunk", "chunks", new Object[] {3L, 1L, 5L, 20L});
        parts(table, "tensor_split.sections", "sections", new Object[] {3L, 1L, 9L});
        parts(
                table,
                "tensor_split.indices",
                "indices",
                new Object[] {
                    new long[] {2, 5}, new long[] {-2, 3}, new long[] {}, new long[] {99}
                });
        OperatorSamples unbind = DimensionSamples.views(table, "unbind.int");
        for (Layout layout : Layout.ofAnyRank()) {
            for (long dim : new long[] {0, -1}) {
                unbind.add(
                        "view",
                        (values, type) ->
                                new Object[] {
                                    "self",
                                    Input.of(values.ordinary(type, 3, 7), layout),
                                    "dim",
                                    dim
                                });
            }
        }
        grids(table);
    }

    private static void parts(
            Samples.Table table, String operator, String attribute, Object[] choices) {
        OperatorSamples samples = DimensionSamples.views(table, operator);
        for (Object choice : choices) {
            samples.add(
                    "view",
                    (values, type) ->
                            new Object[] {
                                "self",
                                Input.of(values.ordinary(type, 3, 7)),
                                attribute,
                                choice,
                                "dim",
                                -1L
                            });
        }
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add(
                    "view",
                    (values, type) ->
                            new Object[] {
                                "self",
                                Input.of(values.ordinary(type, 7, 4), layout),
                                attribute,
                                choices[0],
                                "dim",
                                0L
                            });
        }
    }

    private static void grids(Samples.Table table) {
        OperatorSamples broadcast = DimensionSamples.views(table, "broadcast_tensors");
        long[][][] shapes = {{{3, 1}, {5}}, {{}, {2, 3}, {3}}, {{4}}};
        for (long[][] shape : shapes) {
            broadcast.add(
                    "shapes",
                    (values, type) ->
                            new Object[] {
                                "tensors",
                                java.util.Arrays.stream(shape)
                                        .map(s -> Input.of(values.ordinary(type, s)))
                                        .toList()
                            });
        }
        OperatorSamples meshgrid = DimensionSamples.views(table, "meshgrid");
        long[][][] lines = {{{3}, {5}}, {{2}, {3}, {4}}, {{4}}, {{}, {3}}};
        for (long[][] line : lines) {
            for (String indexing : List.of("ij", "xy")) {
                meshgrid.add(
                        "lines",
                        (values, type) ->
                                new Object[] {
                                    "tensors",
                                    java.util.Arrays.stream(line)
                                            .map(s -> Input.of(values.ordinary(type, s)))
                                            .toList(),
                                    "indexing",
                                    indexing
                                });
            }
        }
    }

    @Override
    public void errors(ErrorTable table) {
        Input matrix = ErrorTable.reals(2, 3);
        Input zeroDim = ErrorTable.reals();
        table.refuses(
                "split.Tensor",
                List.of("split_size", "0"),
                "self",
                matrix,
                "split_size",
                0L,
                "dim",
                0L);
        table.refuses(
                "split.sizes",
                List.of("[1, 3]", "2"),
                "self",
                matrix,
                "split_size",
                new long[] {1, 3},
                "dim",
                0L);
        table.refuses("chunk", List.of("chunks", "0"), "self", matrix, "chunks", 0L, "dim", 0L);
        table.refuses(
                "tensor_split.sections",
                List.of("without dimensions"),
                "self",
                zeroDim,
                "sections",
                2L,
                "dim",
                0L);
        table.refuses("unbind.int", List.of("dim", "2"), "self", matrix, "dim", 2L);
        table.refuses(
                "broadcast_tensors",
                List.of("[2, 3]", "[2]"),
                "tensors",
                List.of(matrix, ErrorTable.reals(2)));
        table.refuses(
                "meshgrid",
                List.of("tensor 1", "[2, 3]"),
                "tensors",
                List.of(ErrorTable.reals(2), matrix),
                "indexing",
                "ij");
        table.refuses(
                "meshgrid",
                List.of("indexing", "yx"),
                "tensors",
                List.of(ErrorTable.reals(2)),
                "indexing",
                "yx");
    }
}
