// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.sample;

import com.google.auto.service.AutoService;

import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.oracle.HostArray;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** Places in sorted sequences and histograms. */
@AutoService(SampleFamily.class)
public final class CountingSamples implements SampleFamily {
    /** For {@code ServiceLoader}. */
    public CountingSamples() {}

    @Override
    public void register(Samples.Table table) {
        search(table.operator("searchsorted.Tensor", Types.NUMBERS));
        number(table.operator("searchsorted.Scalar", Samples.ALL), "sorted_sequence");
        number(table.operator("bucketize.Scalar", Samples.ALL), "boundaries");
        bucketize(table.operator("bucketize.Tensor", Types.NUMBERS));
        histogram(table.operator("histc", Types.FLOATS));
    }

    @Override
    public void errors(ErrorTable table) {
        Input reals = ErrorTable.reals(2, 3);
        Input integer = ErrorTable.integers(ElementType.I32, 1, 3);
        table.refuses(
                "searchsorted.Tensor",
                List.of("[2, 3]", "[4, 3]"),
                places(reals, ErrorTable.reals(4, 3), false, false));
        table.refuses(
                "searchsorted.Tensor",
                List.of("i32", "f32"),
                places(integer, ErrorTable.reals(3), false, false));
        table.refuses(
                "searchsorted.Scalar",
                List.of("'sorted_sequence'", "[2, 3]"),
                "sorted_sequence",
                reals,
                "self",
                1.0,
                "out_int32",
                false,
                "right",
                false);
        for (@Nullable Object[] wrong :
                new @Nullable Object[][] {
                    {false, "middle", null, "'side'"},
                    {true, "left", null, "'right'"},
                    {false, null, Input.of(backwards(4)), "'sorter'"}
                }) {
            table.refuses(
                    "searchsorted.Tensor",
                    List.of(String.valueOf(wrong[3])),
                    "sorted_sequence",
                    ErrorTable.reals(3),
                    "self",
                    ErrorTable.reals(2),
                    "out_int32",
                    false,
                    "right",
                    wrong[0],
                    "side",
                    wrong[1],
                    "sorter",
                    wrong[2]);
        }
        table.refuses(
                "bucketize.Scalar",
                List.of("'boundaries'", "[2, 3]"),
                "self",
                1.0,
                "boundaries",
                reals,
                "out_int32",
                false,
                "right",
                false);
        table.refuses(
                "bucketize.Tensor",
                List.of("'boundaries'", "[2, 3]"),
                "self",
                reals,
                "boundaries",
                reals,
                "out_int32",
                false,
                "right",
                false);
        table.refuses(
                "histc", List.of("'bins'", "0"), "self", reals, "bins", 0L, "min", 0.0, "max", 1.0);
        table.refuses(
                "histc",
                List.of("'min'", "2.0"),
                "self",
                reals,
                "bins",
                3L,
                "min",
                2.0,
                "max",
                1.0);
        table.refuses("histc", List.of("i32"), "self", integer, "bins", 3L, "min", 0.0, "max", 1.0);
    }

    /** Rows that rise in steps, some of them of no height. */
    private static HostArray rising(ElementType type, long... shape) {
        int n = (int) shape[shape.length - 1];
        return type.isFloating()
                ? HostArray.ofReals(type, shape, i -> (i % n - i % n % 3) / 2.0 - 3)
                : HostArray.ofIntegers(type, shape, i -> (i % n - i % n % 3) / 2);
    }

    private static Object[] places(Input sequence, Input values, boolean small, boolean right) {
        return new Object[] {
            "sorted_sequence", sequence, "self", values, "out_int32", small, "right", right
        };
    }

    private static void search(OperatorSamples samples) {
        for (boolean right : new boolean[] {false, true}) {
            for (long n : new long[] {0, 1, 2, 7, 16, 33}) {
                samples.add(
                        "one sequence",
                        (v, type) ->
                                places(
                                        Input.of(rising(type, n)),
                                        Input.of(v.ordinary(type, 4, 9)),
                                        right,
                                        right));
            }
            for (Layout layout : Layout.ofAnyRank()) {
                samples.add(
                        "layout",
                        (v, type) ->
                                places(
                                        Input.of(rising(type, 3, 5, 17), layout),
                                        Input.of(v.ordinary(type, 3, 5, 7), layout),
                                        false,
                                        right));
            }
            samples.add(
                    "special values",
                    ElementType::isFloating,
                    (v, type) ->
                            places(
                                    Input.of(rising(type, 17)),
                                    Input.of(v.mixed(type, 33)),
                                    false,
                                    right));
        }
        for (String side : List.of("left", "right")) {
            samples.add(
                    "sorter",
                    (v, type) ->
                            new Object[] {
                                "sorted_sequence",
                                Input.of(rising(type, 7).pick(new long[] {7}, i -> 6 - i)),
                                "self",
                                Input.of(v.ordinary(type, 3, 4)),
                                "out_int32",
                                false,
                                "right",
                                false,
                                "side",
                                side,
                                "sorter",
                                Input.of(backwards(7))
                            });
        }
        samples.add(
                "no dimensions",
                (v, type) ->
                        places(
                                Input.of(rising(type, 17)),
                                Input.of(v.positive(type)),
                                false,
                                true));
    }

    /** Numbers below, in, between and above the elements. */
    private static void number(OperatorSamples samples, String sequence) {
        for (Object value : List.of(-4L, 0L, 1L, 3L, 5L, 100L, 2.5, -0.5)) {
            samples.add(
                    "number",
                    (v, type) ->
                            number(
                                    sequence,
                                    Input.of(rising(type, 17)),
                                    type == ElementType.U8 && value.equals(-4L) ? 0L : value,
                                    value.equals(3L)));
        }
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add(
                    "layout",
                    (v, type) -> number(sequence, Input.of(rising(type, 17), layout), 2L, true));
        }
        if (sequence.equals("sorted_sequence")) {
            samples.add(
                    "sorter",
                    (v, type) -> {
                        HostArray sorted = rising(type, 7);
                        Object[] call =
                                number(
                                        sequence,
                                        Input.of(sorted.pick(new long[] {7}, i -> 6 - i)),
                                        2L,
                                        false);
                        Object[] all = java.util.Arrays.copyOf(call, call.length + 4);
                        all[call.length] = "side";
                        all[call.length + 1] = "right";
                        all[call.length + 2] = "sorter";
                        all[call.length + 3] = Input.of(backwards(7));
                        return all;
                    });
        }
    }

    private static HostArray backwards(int n) {
        return HostArray.ofIntegers(ElementType.I64, new long[] {n}, i -> n - 1 - i);
    }

    private static Object[] number(String sequence, Input input, Object value, boolean small) {
        if (sequence.equals("boundaries")) {
            return new Object[] {
                "self", value, "boundaries", input, "out_int32", small, "right", small
            };
        }
        return new Object[] {
            "sorted_sequence", input, "self", value, "out_int32", small, "right", small
        };
    }

    private static void bucketize(OperatorSamples samples) {
        for (Layout layout : Layout.ofAnyRank()) {
            for (boolean right : new boolean[] {false, true}) {
                samples.add(
                        "layout",
                        (v, type) ->
                                new Object[] {
                                    "self",
                                    Input.of(v.ordinary(type, 5, 3, 7), layout),
                                    "boundaries",
                                    Input.of(rising(type, 9)),
                                    "out_int32",
                                    right,
                                    "right",
                                    right
                                });
            }
        }
    }

    private static void histogram(OperatorSamples samples) {
        for (long bins : new long[] {1, 4, 10}) {
            samples.add("range", (v, type) -> counts(Input.of(v.ordinary(type, 67)), bins, -2, 2));
            samples.add(
                    "own range", (v, type) -> counts(Input.of(v.distinct(type, 33)), bins, 0, 0));
        }
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add(
                    "layout",
                    (v, type) -> counts(Input.of(v.ordinary(type, 5, 3, 7), layout), 8, -3, 3));
        }
        samples.add(
                "one value",
                (v, type) ->
                        counts(Input.of(HostArray.ofReals(type, new long[] {5}, i -> 2)), 4, 0, 0));
        samples.add("nothing", (v, type) -> counts(Input.of(v.ordinary(type, 0)), 4, 0, 0));
        samples.add(
                "special values",
                (v, type) -> counts(Input.of(ReductionSamples.special(v, type)), 4, -2, 2));
    }

    private static Object[] counts(Input self, long bins, double min, double max) {
        return new Object[] {"self", self, "bins", bins, "min", min, "max", max};
    }
}
