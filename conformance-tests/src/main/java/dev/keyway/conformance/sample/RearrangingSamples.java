// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.sample;

import com.google.auto.service.AutoService;
import dev.keyway.conformance.oracle.ElementType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Elements in another order, repeated, or only some of them. */
@AutoService(SampleFamily.class)
public final class RearrangingSamples implements SampleFamily {
    /** For {@code ServiceLoader}. */
    public RearrangingSamples() {}

    @Override
    public void register(Samples.Table table) {
        flips(table);
        OperatorSamples roll = DimensionSamples.views(table, "roll");
        each(roll, new long[] {5, 7}, "shifts", new long[] {2}, "dims", new long[] {1});
        one(roll, new long[] {5, 7}, "shifts", new long[] {-3, 9}, "dims", new long[] {0, -1});
        one(roll, new long[] {5, 7}, "shifts", new long[] {4}, "dims", new long[0]);
        one(roll, new long[] {5}, "shifts", new long[] {10}, "dims", new long[] {0});
        one(roll, new long[] {0, 3}, "shifts", new long[] {1}, "dims", new long[] {0});
        OperatorSamples repeat = DimensionSamples.views(table, "repeat");
        each(repeat, new long[] {3, 5}, "repeats", new long[] {2, 3});
        one(repeat, new long[] {3, 5}, "repeats", new long[] {2, 1, 3});
        one(repeat, new long[] {3, 5}, "repeats", new long[] {0, 3});
        one(repeat, new long[] {}, "repeats", new long[] {4});
        OperatorSamples tile = DimensionSamples.views(table, "tile");
        each(tile, new long[] {3, 5}, "dims", new long[] {2});
        one(tile, new long[] {3, 5}, "dims", new long[] {2, 1, 3});
        one(tile, new long[] {3, 5}, "dims", new long[0]);
        OperatorSamples interleave = DimensionSamples.views(table, "repeat_interleave.self_int");
        each(interleave, new long[] {3, 5}, "repeats", 3L, "dim", 1L);
        one(interleave, new long[] {3, 5}, "repeats", 2L, "dim", -2L);
        one(interleave, new long[] {3, 5}, "repeats", 2L, "dim", null);
        one(interleave, new long[] {3}, "repeats", 0L, "dim", 0L);
        triangles(table);
    }

    private static void flips(Samples.Table table) {
        OperatorSamples flip = table.operator("flip", Samples.ALL);
        each(flip, new long[] {5, 7}, "dims", new long[] {1});
        one(flip, new long[] {2, 3, 4}, "dims", new long[] {0, -1});
        one(flip, new long[] {67}, "dims", new long[] {0});
        one(flip, new long[] {2, 3, 4}, "dims", new long[0]);
        one(flip, new long[] {}, "dims", new long[] {0});
        one(flip, new long[] {0, 3}, "dims", new long[] {1});
        each(table.operator("fliplr", Samples.ALL), new long[] {5, 7});
        each(table.operator("flipud", Samples.ALL), new long[] {5, 7});
        OperatorSamples rot90 = table.operator("rot90", Samples.ALL);
        for (long k : new long[] {1, 2, 3, 4, -1}) {
            one(rot90, new long[] {3, 5}, "k", k, "dims", new long[] {0, 1});
        }
        each(rot90, new long[] {3, 4, 5}, "k", 1L, "dims", new long[] {-1, 0});
    }

    private static void triangles(Samples.Table table) {
        for (String name : List.of("tril", "triu")) {
            OperatorSamples samples = table.operator(name, Samples.ALL);
            each(samples, new long[] {5, 7}, "diagonal", 0L);
            for (long diagonal : new long[] {-2, 1, 3, 9, -9, Long.MAX_VALUE}) {
                one(samples, new long[] {5, 4}, "diagonal", diagonal);
            }
            one(samples, new long[] {2, 3, 6, 6}, "diagonal", -1L);
            one(samples, new long[] {0, 3}, "diagonal", 0L);
            samples.add(
                    "extremes",
                    (values, type) ->
                            new Object[] {
                                "self", Input.of(values.mixed(type, 9, 9)), "diagonal", 0L
                            });
        }
        OperatorSamples diag = DimensionSamples.views(table, "diag");
        each(diag, new long[] {5, 7}, "diagonal", 1L);
        one(diag, new long[] {5}, "diagonal", 0L);
        one(diag, new long[] {4}, "diagonal", -2L);
        one(diag, new long[] {3, 3}, "diagonal", 5L);
        OperatorSamples embed = DimensionSamples.views(table, "diag_embed");
        each(embed, new long[] {3, 5}, "offset", 0L, "dim1", -2L, "dim2", -1L);
        one(embed, new long[] {3, 5}, "offset", 1L, "dim1", 0L, "dim2", 2L);
        one(embed, new long[] {3, 5}, "offset", -2L, "dim1", 2L, "dim2", 0L);
    }

    private static @Nullable Object[] call(
            Values values,
            ElementType type,
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
        samples.add(
                layout == Layout.CONTIGUOUS ? "shape" : "layout",
                (values, type) -> call(values, type, layout, shape, attributes));
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
        Input vector = ErrorTable.reals(3);
        table.refuses("flip", List.of("twice"), "self", matrix, "dims", new long[] {1, -1});
        table.refuses("fliplr", List.of("self", "[3]"), "self", vector);
        table.refuses("flipud", List.of("self", "[]"), "self", ErrorTable.reals());
        table.refuses(
                "roll",
                List.of("shifts", "[1, 2]"),
                "self",
                matrix,
                "shifts",
                new long[] {1, 2},
                "dims",
                new long[] {0});
        table.refuses(
                "rot90", List.of("dims", "[0]"), "self", matrix, "k", 1L, "dims", new long[] {0});
        table.refuses(
                "repeat", List.of("repeats", "[2, 3]"), "self", matrix, "repeats", new long[] {2});
        table.refuses("tile", List.of("-1"), "self", matrix, "dims", new long[] {2, -1});
        table.refuses(
                "repeat_interleave.self_int",
                List.of("repeats", "-1"),
                "self",
                matrix,
                "repeats",
                -1L,
                "dim",
                0L);
        table.refuses("tril", List.of("self", "[3]"), "self", vector, "diagonal", 0L);
        table.refuses("triu", List.of("self", "[3]"), "self", vector, "diagonal", 0L);
        table.refuses(
                "diag", List.of("[1, 2, 3]"), "self", ErrorTable.reals(1, 2, 3), "diagonal", 0L);
        table.refuses(
                "diag_embed",
                List.of("different"),
                "self",
                vector,
                "offset",
                0L,
                "dim1",
                1L,
                "dim2",
                -1L);
    }
}
