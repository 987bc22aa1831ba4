// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.sample;

import com.google.auto.service.AutoService;

import dev.keyway.conformance.oracle.ElementType;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Views and copies, which every dtype has, storage-only ones too. */
@AutoService(SampleFamily.class)
public final class ViewSamples implements SampleFamily {
    /** For {@code ServiceLoader}. */
    public ViewSamples() {}

    @Override
    public void register(Samples.Table table) {
        simple(table, "view", false, "size", new long[] {6, 10}, "size", new long[] {-1, 4, 5});
        simple(table, "reshape", true, "shape", new long[] {6, 10}, "shape", new long[] {5, -1});
        OperatorSamples permute = simple(table, "permute", true, "dims", new long[] {2, 0, 1});
        add(permute, Layout.CONTIGUOUS, "dims", new long[] {0, -1, 1});
        twice(table, "transpose", "dim0", 0L, "dim1", 1L);
        twice(table, "transpose", "dim0", -1L, "dim1", 0L);
        simple(
                table,
                "expand",
                true,
                "size",
                new long[] {2, 3, 4, 5},
                "size",
                new long[] {-1, 4, 5});
        twice(table, "slice", "dim", 0L, "start", 1L, "end", null, "step", 1L);
        twice(table, "slice", "dim", 1L, "start", null, "end", -1L, "step", 2L);
        twice(table, "slice", "dim", -1L, "start", -4L, "end", 100L, "step", 3L);
        twice(table, "slice", "dim", 2L, "start", 3L, "end", 1L, "step", 1L);
        twice(table, "select", "dim", 0L, "index", 1L);
        twice(table, "select", "dim", -1L, "index", -2L);
        twice(table, "narrow", "dim", 1L, "start", 1L, "length", 2L);
        twice(table, "narrow", "dim", 2L, "start", 0L, "length", 0L);
        twice(table, "unsqueeze", "dim", 0L);
        twice(table, "unsqueeze", "dim", -1L);
        twice(table, "unsqueeze", "dim", 2L);
        twice(table, "flatten", "start_dim", 0L, "end_dim", -1L);
        twice(table, "flatten", "start_dim", 1L, "end_dim", 2L);
        t(table.storage("t"));
        squeeze(table.storage("squeeze"));
        asStrided(table.storage("as_strided"));
        for (String name : List.of("detach", "clone", "contiguous")) {
            copies(table.storage(name));
        }
    }

    @Override
    public void errors(ErrorTable table) {
        table.refuses(
                "view",
                List.of("[2, 3]", "[4]"),
                "self",
                ErrorTable.reals(2, 3),
                "size",
                new long[] {4});
        table.refuses(
                "permute",
                List.of("[0, 0]"),
                "self",
                ErrorTable.reals(2, 3),
                "dims",
                new long[] {0, 0});
        table.refuses(
                "transpose", List.of("2"), "self", ErrorTable.reals(2, 3), "dim0", 0L, "dim1", 2L);
        table.refuses(
                "expand",
                List.of("[2, 3]", "[4, 3]"),
                "self",
                ErrorTable.reals(2, 3),
                "size",
                new long[] {4, 3});
        table.refuses(
                "select", List.of("5"), "self", ErrorTable.reals(2, 3), "dim", 0L, "index", 5L);
        table.refuses(
                "narrow",
                List.of("length"),
                "self",
                ErrorTable.reals(2, 3),
                "dim",
                1L,
                "start",
                2L,
                "length",
                2L);
        table.refuses(
                "slice",
                List.of("step"),
                "self",
                ErrorTable.reals(4),
                "dim",
                0L,
                "start",
                null,
                "end",
                null,
                "step",
                -1L);
    }

    private static @Nullable Object[] call(
            Values values, ElementType type, Layout layout, @Nullable Object... attributes) {
        List<@Nullable Object> call = new ArrayList<>();
        call.add("self");
        call.add(Input.of(values.ordinary(type, 3, 4, 5), layout));
        call.addAll(Arrays.asList(attributes));
        return call.toArray();
    }

    private static void add(
            OperatorSamples samples, Layout layout, @Nullable Object... attributes) {
        samples.add("view", (values, type) -> call(values, type, layout, attributes));
    }

    /** Pairs of one attribute; every layout for the first. */
    private static OperatorSamples simple(
            Samples.Table table, String name, boolean anyLayout, Object... attributes) {
        OperatorSamples samples = table.storage(name);
        for (int i = 0; i < attributes.length; i += 2) {
            add(samples, Layout.CONTIGUOUS, attributes[i], attributes[i + 1]);
        }
        if (anyLayout) {
            for (Layout layout : Layout.ofAnyRank()) {
                add(samples, layout, attributes[0], attributes[1]);
            }
        }
        return samples;
    }

    /** Dense and in every layout. */
    private static void twice(Samples.Table table, String name, @Nullable Object... attributes) {
        OperatorSamples samples = table.storageOrNew(name);
        for (Layout layout : Layout.ofAnyRank()) {
            add(samples, layout, attributes);
        }
    }

    private static void t(OperatorSamples samples) {
        for (long[] shape : new long[][] {{}, {7}, {3, 5}, {17, 1}}) {
            samples.add(
                    "shape",
                    (values, type) ->
                            new Object[] {"self", Input.of(values.ordinary(type, shape))});
        }
        samples.add(
                "layout",
                (values, type) ->
                        new Object[] {
                            "self", Input.of(values.ordinary(type, 5, 7), Layout.STEPPED)
                        });
    }

    private static void squeeze(OperatorSamples samples) {
        for (@Nullable Long dim : new @Nullable Long[] {null, 0L, 1L, -1L}) {
            for (long[] shape : new long[][] {{1, 3, 1}, {2, 3, 4}, {1, 1, 1}}) {
                samples.add(
                        "shape",
                        (values, type) ->
                                new Object[] {
                                    "self", Input.of(values.ordinary(type, shape)), "dim", dim
                                });
            }
        }
    }

    private static void asStrided(OperatorSamples samples) {
        long[][][] views = {
            {{2, 3}, {1, 2}, {0}},
            {{3, 3}, {4, 4}, {2}},
            {{4, 5}, {0, 1}, {1}},
            {{3, 4}, {2, 3}, {5}},
            {{}, {}, {7}}
        };
        for (long[][] view : views) {
            // Distinct places, but no size and stride nest: no in-place operator may write there.
            boolean interleaved = view[1].length == 2 && view[1][0] == 2;
            samples.add(
                    interleaved ? "interleaved" : "view",
                    (values, type) ->
                            new Object[] {
                                "self", Input.of(values.ordinary(type, 5, 6)),
                                "size", view[0],
                                "stride", view[1],
                                "storage_offset", view[2][0]
                            });
        }
    }

    private static void copies(OperatorSamples samples) {
        for (long[] shape : PointwiseSamples.SHAPES) {
            samples.add(
                    "shape",
                    (values, type) ->
                            new Object[] {"self", Input.of(values.ordinary(type, shape))});
        }
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add(
                    "layout",
                    (values, type) ->
                            new Object[] {
                                "self", Input.of(values.ordinary(type, 5, 3, 7), layout)
                            });
        }
        samples.add(
                "extremes",
                (values, type) -> new Object[] {"self", Input.of(values.mixed(type, 131))});
    }
}
