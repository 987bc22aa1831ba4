// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.sample;

import com.google.auto.service.AutoService;

import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.oracle.HostArray;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Sorting and order statistics; lines short enough for distinct values in every type. */
@AutoService(SampleFamily.class)
public final class SortSamples implements SampleFamily {
    private static final long[][] SHAPES = {{}, {1}, {7}, {65}, {3, 33}, {33, 3}, {4, 9, 3}};

    /** For {@code ServiceLoader}. */
    public SortSamples() {}

    /** The arguments behind self. */
    private record Rest(Object... arguments) {
        Object[] after(Input self) {
            List<Object> call = new ArrayList<>(List.of("self", self));
            call.addAll(Arrays.asList(arguments));
            return call.toArray();
        }
    }

    @Override
    public void register(Samples.Table table) {
        for (String name : List.of("sort", "argsort")) {
            OperatorSamples samples = table.operator(name, Samples.ALL);
            for (boolean descending : new boolean[] {false, true}) {
                Rest last = new Rest("dim", -1L, "descending", descending);
                Rest middle = new Rest("dim", 1L, "descending", descending);
                cases(samples, last, middle);
                ties(samples, middle, "ties");
            }
        }
        topk(table.operator("topk", Types.NUMBERS));
        OperatorSamples kth = table.operator("kthvalue", Types.NUMBERS);
        cases(
                kth,
                new Rest("k", 1L, "dim", -1L, "keepdim", true),
                new Rest("k", 3L, "dim", 1L, "keepdim", false));
        ties(kth, new Rest("k", 2L, "dim", 1L, "keepdim", false), "ties without libtorch");
        OperatorSamples mode = table.operator("mode", Samples.ALL);
        cases(mode, new Rest("dim", -1L, "keepdim", true), new Rest("dim", 1L, "keepdim", false));
        ties(mode, new Rest("dim", 1L, "keepdim", false), "ties without libtorch");
        for (String name : List.of("median.dim", "nanmedian.dim")) {
            OperatorSamples median = table.operator(name, Types.NUMBERS);
            cases(
                    median,
                    new Rest("dim", -1L, "keepdim", true),
                    new Rest("dim", 1L, "keepdim", false));
            ties(median, new Rest("dim", 1L, "keepdim", false), "ties without libtorch");
        }
        for (String name : List.of("median", "nanmedian")) {
            cases(table.operator(name, Types.NUMBERS), new Rest(), new Rest());
        }
    }

    @Override
    public void errors(ErrorTable table) {
        Input reals = ErrorTable.reals(2, 3);
        Input bool = ErrorTable.integers(ElementType.BOOL, 1, 3);
        for (String name : List.of("sort", "argsort")) {
            table.refuses(
                    name, List.of("'dim'", "2"), "self", reals, "dim", 2L, "descending", false);
        }
        table.refuses(
                "topk",
                List.of("'k'", "4"),
                "self",
                reals,
                "k",
                4L,
                "dim",
                -1L,
                "largest",
                true,
                "sorted",
                true);
        table.refuses(
                "topk",
                List.of("bool"),
                "self",
                bool,
                "k",
                1L,
                "dim",
                -1L,
                "largest",
                true,
                "sorted",
                true);
        table.refuses(
                "kthvalue",
                List.of("'k'", "0"),
                "self",
                reals,
                "k",
                0L,
                "dim",
                -1L,
                "keepdim",
                false);
        for (String name : List.of("median.dim", "nanmedian.dim", "mode")) {
            table.refuses(
                    name,
                    List.of("[0, 3]"),
                    "self",
                    ErrorTable.reals(0, 3),
                    "dim",
                    0L,
                    "keepdim",
                    false);
        }
        for (String name : List.of("median", "nanmedian")) {
            table.refuses(name, List.of("bool"), "self", bool);
            table.refuses(name, List.of("i32"), "self", ErrorTable.integers(ElementType.I32, 1, 0));
        }
    }

    /** Distinct values: the last dimension of any shape, then the middle one of three. */
    private static void cases(OperatorSamples samples, Rest last, Rest middle) {
        for (long[] shape : SHAPES) {
            samples.add("smooth", (v, type) -> last.after(Input.of(v.distinct(type, shape))));
        }
        for (Layout layout : Layout.ofAnyRank()) {
            // Expanded rows are equal: only with the first row distinct can lines be.
            samples.add(
                    "smooth layout",
                    (v, type) -> middle.after(Input.of(v.distinct(type, 3, 5, 7), layout)));
        }
        samples.add(
                "special values",
                ElementType::isFloating,
                (v, type) -> middle.after(Input.of(special(v, type))));
    }

    /** Rows with a NaN, infinities, both, and only ordinary values; all else distinct. */
    private static HostArray special(Values values, ElementType type) {
        HostArray distinct = values.distinct(type, 4, 9);
        double[] special = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};
        return HostArray.ofReals(
                type,
                distinct.shape(),
                i ->
                        i % 9 == 4 && i / 9 < 3
                                ? special[i / 9]
                                : i == 20 ? Double.NaN : distinct.real(i));
    }

    private static void ties(OperatorSamples samples, Rest rest, String label) {
        samples.add(
                label,
                (v, type) ->
                        rest.after(
                                Input.of(v.integers(ElementType.I32, 0, 3, 4, 17, 3).cast(type))));
        samples.add(
                label,
                ElementType::isFloating,
                (v, type) -> rest.after(Input.of(v.mixed(type, 3, 67))));
    }

    private static void topk(OperatorSamples samples) {
        for (boolean largest : new boolean[] {true, false}) {
            cases(
                    samples,
                    new Rest("k", 1L, "dim", -1L, "largest", largest, "sorted", true),
                    new Rest("k", 3L, "dim", 1L, "largest", largest, "sorted", true));
        }
        Rest none = new Rest("k", 0L, "dim", 1L, "largest", true, "sorted", true);
        samples.add("none", (v, type) -> none.after(Input.of(v.distinct(type, 3, 5))));
        Rest all = new Rest("k", 5L, "dim", 0L, "largest", false, "sorted", true);
        samples.add("smooth all", (v, type) -> all.after(Input.of(v.distinct(type, 5, 3))));
        ties(
                samples,
                new Rest("k", 4L, "dim", 1L, "largest", true, "sorted", true),
                "ties without libtorch");
    }
}
