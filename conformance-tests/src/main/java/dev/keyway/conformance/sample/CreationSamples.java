// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.sample;

import com.google.auto.service.AutoService;

import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.oracle.HostArray;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Factories, fills, casts between all types, and random numbers. */
@AutoService(SampleFamily.class)
public final class CreationSamples implements SampleFamily {
    private static final List<ElementType> FLOATING = Samples.FLOATING;

    /** For {@code ServiceLoader}. */
    public CreationSamples() {}

    @Override
    public void register(Samples.Table table) {
        factory(table, "zeros");
        factory(table, "ones");
        factory(table, "full", "fill_value", 3L);
        like(table, "zeros_like");
        like(table, "ones_like");
        like(table, "full_like", "fill_value", 1L);
        like(table, "fill", "value", 1L);
        like(table, "zero");
        arange(table.operator("arange", Samples.NUMBERS));
        casts(table);
        random(table);
    }

    private static void factory(Samples.Table table, String name, Object... value) {
        OperatorSamples samples = table.storage(name);
        for (long[] shape : PointwiseSamples.SHAPES) {
            samples.add(
                    "shape",
                    (values, type) -> {
                        List<Object> call = new ArrayList<>(Arrays.asList("size", shape));
                        call.addAll(Arrays.asList(value));
                        call.addAll(Arrays.asList("dtype", type));
                        return call.toArray();
                    });
        }
        if (value.length > 0) {
            for (Object number : List.of(0.3, -2L, 1e30, Double.NaN, true)) {
                samples.add(
                        "value",
                        type -> fits(number, type),
                        (values, type) ->
                                new Object[] {
                                    "size", new long[] {3}, "fill_value", number, "dtype", type
                                });
            }
            samples.add(
                    "more digits than a floating number has",
                    type -> type == ElementType.I64,
                    (values, type) ->
                            new Object[] {
                                "size", new long[] {3}, "fill_value", (1L << 53) + 1, "dtype", type
                            });
        }
    }

    private static boolean fits(Object number, ElementType type) {
        boolean large = number instanceof Double real && Math.abs(real) > ElementType.F16.largest();
        return type.isFloating()
                ? !large || type != ElementType.F16
                : number instanceof Long && type != ElementType.U8;
    }

    private static void like(Samples.Table table, String name, Object... value) {
        OperatorSamples samples = table.storage(name);
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add(
                    "layout",
                    (values, type) -> {
                        HostArray self = values.integers(ElementType.I32, 2, 90, 5, 7).cast(type);
                        List<Object> call =
                                new ArrayList<>(Arrays.asList("self", Input.of(self, layout)));
                        call.addAll(Arrays.asList(value));
                        return call.toArray();
                    });
        }
    }

    private static void arange(OperatorSamples samples) {
        long[][] ranges = {{0, 10, 1}, {0, 0, 1}, {5, -4, -2}, {0, 67, 1}, {-3, 300, 2}};
        for (long[] range : ranges) {
            samples.add(
                    "integers",
                    type -> holds(type, range[0]) && holds(type, range[1]),
                    (values, type) -> arange(range[0], range[1], range[2], type));
        }
        samples.add(
                "reals", ElementType::isFloating, (values, type) -> arange(0.5, 9.25, 0.25, type));
        samples.add(
                "tenths", ElementType::isFloating, (values, type) -> arange(0.0, 3.05, 0.1, type));
    }

    private static boolean holds(ElementType type, long number) {
        return type.isFloating()
                || number >= type.smallestInteger() && number <= type.largestInteger();
    }

    private static Object[] arange(Object start, Object end, Object step, ElementType type) {
        return new Object[] {"start", start, "end", end, "step", step, "dtype", type};
    }

    private static void casts(Samples.Table table) {
        OperatorSamples casts = table.storage("_to_dtype");
        OperatorSamples copies = table.storage("copy");
        for (ElementType to : ElementType.values()) {
            String extremes = to.isIntegral() ? "extremes to integer" : "extremes";
            casts.add("ordinary", (v, type) -> cast(Input.of(fitting(v, type, to, 67)), to));
            casts.add(extremes, (v, type) -> cast(Input.of(castable(v, type)), to));
            casts.add(
                    "layout",
                    (v, type) -> cast(Input.of(fitting(v, type, to, 5, 7), Layout.TRANSPOSED), to));
            copies.add(
                    "from",
                    (values, type) ->
                            copy(
                                    Input.of(values.ordinary(type, 5, 7)),
                                    Input.of(fitting(values, to, type, 5, 7))));
        }
        for (Layout layout : Layout.ofAnyRank()) {
            if (layout != Layout.EXPANDED) {
                copies.add(
                        "layout of self",
                        (values, type) ->
                                copy(
                                        Input.of(values.ordinary(type, 5, 3, 7), layout),
                                        Input.of(values.ordinary(type, 5, 3, 7))));
            }
            copies.add(
                    "layout of source",
                    (values, type) ->
                            copy(
                                    Input.of(values.ordinary(type, 5, 3, 7)),
                                    Input.of(values.ordinary(type, 5, 3, 7), layout)));
        }
        copies.add(
                "broadcast",
                (values, type) ->
                        copy(
                                Input.of(values.ordinary(type, 5, 7)),
                                Input.of(values.ordinary(type, 7))));
    }

    /** Values of {@code from} that {@code to} can hold: no negative ones for u8. */
    private static HostArray fitting(
            Values values, ElementType from, ElementType to, long... shape) {
        return to == ElementType.U8 ? values.positive(from, shape) : values.ordinary(from, shape);
    }

    /** Special values and those that lie half way between two of a smaller type. */
    private static HostArray castable(Values values, ElementType type) {
        if (!type.isFloating()) {
            return values.extremes(type);
        }
        HostArray extremes = values.extremes(type);
        double[] halfway = {
            1 + 0x1p-8,
            1 + 3 * 0x1p-8,
            1 + 0x1p-11,
            1 + 3 * 0x1p-11,
            65519,
            65520,
            0x1p-25,
            0x1.8p-24,
            1 + 0x1p-11 + 0x1p-40,
            1 + 0x1p-8 + 0x1p-40,
            1 + 0x1p-24,
            1 + 3 * 0x1p-24,
            2147483647.5,
            -2147483649.0,
            0x1p63,
            -0x1p63,
            255.5,
            -0.5
        };
        int first = extremes.numel();
        return HostArray.ofReals(
                type,
                new long[] {first + halfway.length},
                i -> i < first ? extremes.real(i) : halfway[i - first]);
    }

    private static Object[] cast(Input self, ElementType to) {
        return new Object[] {"self", self, "dtype", to};
    }

    private static Object[] copy(Input self, Input source) {
        return new Object[] {"self", self, "src", source};
    }

    private static void random(Samples.Table table) {
        OperatorSamples rand = table.operator("rand", Samples.REALS);
        OperatorSamples randn = table.operator("randn", Samples.REALS);
        OperatorSamples randint = table.operator("randint", Samples.ALL);
        OperatorSamples bernoulli = table.operator("bernoulli.p", Samples.ALL);
        OperatorSamples dropout = DropoutSamples.evaluated(table.operator("dropout", Samples.ALL));
        for (long[] shape : PointwiseSamples.SHAPES) {
            rand.add("shape", (v, type) -> drawn(v, "size", shape, "dtype", type));
            randn.add("shape", (v, type) -> drawn(v, "size", shape, "dtype", type));
            randint.add(
                    "shape",
                    (v, type) ->
                            drawn(
                                    v,
                                    "low",
                                    holds(type, -7) ? -7L : 0L,
                                    "high",
                                    holds(type, 90) ? 90L : 2L,
                                    "size",
                                    shape,
                                    "dtype",
                                    type));
            bernoulli.add(
                    "shape",
                    (v, type) -> drawn(v, "self", Input.of(v.ordinary(type, shape)), "p", 0.7));
        }
        for (Layout layout : Layout.ofAnyRank()) {
            for (boolean train : new boolean[] {true, false}) {
                dropout.add(
                        train ? "training" : "evaluation",
                        type -> !train || type.isFloating(),
                        (v, type) ->
                                drawn(
                                        v,
                                        "input",
                                        Input.of(v.ordinary(type, 5, 3, 7), layout),
                                        "p",
                                        0.3,
                                        "train",
                                        train));
            }
        }
    }

    /** With a generator in the middle of its sequence, in front of the dtype. */
    private static @Nullable Object[] drawn(Values values, Object... arguments) {
        List<@Nullable Object> call = new ArrayList<>(Arrays.asList(arguments));
        boolean dtype = arguments[arguments.length - 1] instanceof ElementType;
        call.addAll(
                dtype ? arguments.length - 2 : arguments.length,
                Arrays.asList("generator", new long[] {values.seed(), 11}));
        return call.toArray();
    }
}
