// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.sample;

import com.google.auto.service.AutoService;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Views that move, drop, split or add dimensions, diagonals and windows. */
@AutoService(SampleFamily.class)
public final class DimensionSamples implements SampleFamily {
    /** For {@code ServiceLoader}. */
    public DimensionSamples() {}

    @Override
    public void register(Samples.Table table) {
        OperatorSamples squeeze = views(table, "squeeze.dims");
        each(squeeze, new long[] {1, 3, 1}, "dim", new long[] {0, 2});
        each(squeeze, new long[] {1, 3, 1}, "dim", new long[] {-1});
        one(squeeze, new long[] {1, 3, 1}, "dim", new long[] {1});
        one(squeeze, new long[] {1, 3, 1}, "dim", new long[0]);
        OperatorSamples unflatten = views(table, "unflatten.int");
        each(unflatten, new long[] {3, 4, 5}, "dim", 1L, "sizes", new long[] {2, 2});
        one(unflatten, new long[] {3, 4, 5}, "dim", -1L, "sizes", new long[] {1, -1, 1});
        one(unflatten, new long[] {0, 6}, "dim", 1L, "sizes", new long[] {3, 2});
        moves(table);
        atLeast(table);
        OperatorSamples broadcast = views(table, "broadcast_to");
        each(broadcast, new long[] {3, 1, 5}, "size", new long[] {2, 3, 4, 5});
        one(broadcast, new long[] {1}, "size", new long[] {0, 3});
        like(views(table, "expand_as"), new long[] {3, 1, 5}, new long[] {2, 3, 4, 5});
        like(views(table, "reshape_as"), new long[] {3, 4, 5}, new long[] {6, 10});
        OperatorSamples viewAs = table.storage("view_as");
        for (FaultKind fault : FaultKind.values()) {
            viewAs.unseen(fault, "no kernel runs: the view is dense");
        }
        viewAs.add(
                "view",
                (values, type) ->
                        new Object[] {
                            "self", Input.of(values.ordinary(type, 3, 4, 5)),
                            "other", Input.of(values.ordinary(type, 10, 6))
                        });
        diagonals(views(table, "diagonal"));
        windows(views(table, "unfold"));
    }

    /** Only copies run, for which their input's elements are right. */
    static OperatorSamples views(Samples.Table table, String name) {
        return table.storage(name).unseen(FaultKind.INPUT, "the only kernel that runs is a copy");
    }

    private static void moves(Samples.Table table) {
        OperatorSamples lists = views(table, "movedim.intlist");
        long[] shape = {3, 4, 5};
        each(lists, shape, "source", new long[] {0, -1}, "destination", new long[] {1, 0});
        one(lists, shape, "source", new long[0], "destination", new long[0]);
        one(
                lists,
                new long[] {2, 3, 4, 5},
                "source",
                new long[] {3},
                "destination",
                new long[] {1});
        OperatorSamples single = views(table, "movedim.int");
        each(single, shape, "source", 0L, "destination", -1L);
        one(single, new long[] {}, "source", 0L, "destination", -1L);
        OperatorSamples swap = views(table, "swapaxes");
        each(swap, shape, "axis0", 0L, "axis1", -1L);
        one(swap, new long[] {}, "axis0", 0L, "axis1", 0L);
        each(views(table, "mT"), shape);
        each(views(table, "ravel"), shape);
    }

    private static void atLeast(Samples.Table table) {
        for (int dims = 1; dims <= 3; dims++) {
            OperatorSamples samples = views(table, "atleast_" + dims + "d");
            for (long[] shape : new long[][] {{}, {7}, {0}, {3, 5}, {2, 3, 4}, {2, 1, 3, 2}}) {
                one(samples, shape);
            }
            for (Layout layout : Layout.ofAnyRank()) {
                add(samples, layout, new long[] {3, 5});
            }
        }
    }

    private static void like(OperatorSamples samples, long[] shape, long[] other) {
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add(
                    "view",
                    (values, type) ->
                            new Object[] {
                                "self", Input.of(values.ordinary(type, shape), layout),
                                "other", Input.of(values.ordinary(type, other))
                            });
        }
    }

    private static void diagonals(OperatorSamples samples) {
        each(samples, new long[] {5, 7}, "offset", 0L, "dim1", 0L, "dim2", 1L);
        each(samples, new long[] {3, 4, 5}, "offset", 1L, "dim1", 0L, "dim2", -1L);
        one(samples, new long[] {3, 4, 5}, "offset", -2L, "dim1", 1L, "dim2", 0L);
        one(samples, new long[] {3, 4, 5}, "offset", -3L, "dim1", 2L, "dim2", 1L);
        one(samples, new long[] {3, 3}, "offset", 7L, "dim1", 0L, "dim2", 1L);
        one(samples, new long[] {3, 0}, "offset", 0L, "dim1", 0L, "dim2", 1L);
    }

    private static void windows(OperatorSamples samples) {
        each(samples, new long[] {3, 7}, "dimension", 1L, "size", 3L, "step", 2L);
        one(samples, new long[] {11}, "dimension", 0L, "size", 4L, "step", 1L);
        one(samples, new long[] {6, 3}, "dimension", -2L, "size", 2L, "step", 3L);
        one(samples, new long[] {5, 2}, "dimension", 0L, "size", 0L, "step", 1L);
        one(samples, new long[] {}, "dimension", 0L, "size", 1L, "step", 1L);
    }

    private static @Nullable Object[] call(
            Values values,
            dev.keyway.conformance.oracle.ElementType type,
            Layout layout,
            long[] shape,
            @Nullable Object... attributes) {
        List<@Nullable Object> call = new ArrayList<>();
        call.add("self");
        call.add(Input.of(values.ordinary(type, shape), layout));
        call.addAll(Arrays.asList(attributes));
        return call.toArray();
    }

    private static void add(
            OperatorSamples samples, Layout layout, long[] shape, @Nullable Object... attributes) {
        samples.add("view", (values, type) -> call(values, type, layout, shape, attributes));
    }

    private static void one(OperatorSamples samples, long[] shape, @Nullable Object... attributes) {
        add(samples, Layout.CONTIGUOUS, shape, attributes);
    }

    private static void each(
            OperatorSamples samples, long[] shape, @Nullable Object... attributes) {
        for (Layout layout : Layout.ofAnyRank()) {
            add(samples, layout, shape, attributes);
        }
    }

    @Override
    public void errors(ErrorTable table) {
        Input matrix = ErrorTable.reals(2, 3);
        table.refuses(
                "squeeze.dims", List.of("2", "dim"), "self", matrix, "dim", new long[] {0, 2});
        table.refuses(
                "unflatten.int",
                List.of("[2, 2]", "3"),
                "self",
                matrix,
                "dim",
                1L,
                "sizes",
                new long[] {2, 2});
        table.refuses(
                "movedim.intlist",
                List.of("source", "destination"),
                "self",
                matrix,
                "source",
                new long[] {0, 1},
                "destination",
                new long[] {0});
        table.refuses("mT", List.of("[3]", "2 dimensions"), "self", ErrorTable.reals(3));
        table.refuses(
                "broadcast_to",
                List.of("[2, 3]", "[3, 3]"),
                "self",
                matrix,
                "size",
                new long[] {3, 3});
        table.refuses(
                "expand_as",
                List.of("[2, 3]", "[3]"),
                "self",
                matrix,
                "other",
                ErrorTable.reals(3));
        table.refuses(
                "view_as", List.of("[2, 3]", "[5]"), "self", matrix, "other", ErrorTable.reals(5));
        table.refuses(
                "diagonal",
                List.of("different", "[2, 3]"),
                "self",
                matrix,
                "offset",
                0L,
                "dim1",
                1L,
                "dim2",
                -1L);
        table.refuses(
                "unfold",
                List.of("size 4", "size 3"),
                "self",
                matrix,
                "dimension",
                1L,
                "size",
                4L,
                "step",
                1L);
    }
}
