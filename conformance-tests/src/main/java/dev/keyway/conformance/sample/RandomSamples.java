// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.sample;

import com.google.auto.service.AutoService;
import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.oracle.HostArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Random numbers in the shape of a tensor or by weights, ranges and index lists. */
@AutoService(SampleFamily.class)
public final class RandomSamples implements SampleFamily {
    private static final List<ElementType> FLOATING =
            Samples.ALL.stream().filter(ElementType::isFloating).toList();
    private static final List<ElementType> NUMBERS =
            Samples.ALL.stream().filter(type -> type != ElementType.BOOL).toList();
    private static final String NO_INPUT = "the operator reads no elements";
    private static final String NO_KERNEL = "the list is made on the host";
    private static final Predicate<ElementType> HALF =
            type -> type == ElementType.F16 || type == ElementType.BF16;

    private static final long[][] SHAPES = {{}, {1}, {67}, {5, 7}, {0, 3}};

    /** For {@code ServiceLoader}. */
    public RandomSamples() {}

    @Override
    public void register(Samples.Table table) {
        drawsOnly(like(table.operator("rand_like", FLOATING)), ElementType.F32, ElementType.F64);
        drawsOnly(like(table.operator("randn_like", FLOATING)), ElementType.F32, ElementType.F64);
        for (String[] names :
                new String[][] {{"randint_like", "low", "high"}, {"random.from", "from", "to"}}) {
            drawsOnly(
                    integers(table.operator(names[0], Samples.ALL), names[1], names[2]),
                    Samples.ALL.stream().filter(HALF.negate()).toArray(ElementType[]::new));
        }
        like(table.operator("uniform", FLOATING), "from", -1.5, "to", 3.0);
        like(table.operator("normal", FLOATING), "mean", 0.5, "std", 2.0);
        like(table.operator("exponential", FLOATING), "lambd", 1.5);
        weights(table);
        ranges(table);
    }

    /** In these types no kernel but the drawing one runs. */
    private static void drawsOnly(OperatorSamples samples, ElementType... types) {
        samples.unseen(FaultKind.INPUT, NO_INPUT, types).unseen(FaultKind.STRIDES, NO_INPUT);
    }

    private static OperatorSamples integers(OperatorSamples samples, String low, String high) {
        for (long[] shape : SHAPES) {
            samples.add(
                    "shape",
                    (values, type) ->
                            drawn(
                                    values,
                                    "self",
                                    Input.of(values.ordinary(type, shape)),
                                    low,
                                    type == ElementType.BOOL ? 0L : 1L,
                                    high,
                                    type == ElementType.BOOL ? 2L : 90L));
        }
        return samples;
    }

    private static OperatorSamples like(OperatorSamples samples, Object... attributes) {
        for (long[] shape : SHAPES) {
            samples.add(
                    "shape",
                    (values, type) -> {
                        List<Object> call = new ArrayList<>();
                        call.addAll(Arrays.asList("self", Input.of(values.ordinary(type, shape))));
                        call.addAll(Arrays.asList(attributes));
                        return drawn(values, call.toArray());
                    });
        }
        return samples;
    }

    private static @Nullable Object[] drawn(Values values, Object... arguments) {
        List<@Nullable Object> call = new ArrayList<>(Arrays.asList(arguments));
        call.addAll(Arrays.asList("generator", new long[] {values.seed(), 11}));
        return call.toArray();
    }

    /** Probabilities that every floating type holds. */
    private static HostArray sixteenths(Values values, ElementType type) {
        HostArray whole = values.integers(ElementType.I32, 0, 16, 9, 7);
        return HostArray.ofReals(type, whole.shape(), i -> whole.integer(i) / 16.0);
    }

    private static void weights(Samples.Table table) {
        OperatorSamples bernoulli = table.operator("bernoulli", FLOATING);
        for (Layout layout : Layout.ofAnyRank()) {
            bernoulli.add(
                    "layout",
                    (values, type) ->
                            drawn(values, "self", Input.of(sixteenths(values, type), layout)));
        }
        OperatorSamples byMean = table.operator("normal.Tensor_float", FLOATING);
        OperatorSamples byStd = table.operator("normal.float_Tensor", FLOATING);
        OperatorSamples byBoth = table.operator("normal.Tensor_Tensor", FLOATING);
        for (Layout layout : Layout.ofAnyRank()) {
            byMean.add(
                    "layout",
                    (values, type) ->
                            drawn(
                                    values,
                                    "mean",
                                    Input.of(values.ordinary(type, 5, 7), layout),
                                    "std",
                                    1.5));
            byStd.add(
                    "layout",
                    (values, type) ->
                            drawn(
                                    values,
                                    "mean",
                                    -0.5,
                                    "std",
                                    Input.of(values.positive(type, 5, 7), layout)));
            byBoth.add(
                    "layout",
                    (values, type) ->
                            drawn(
                                    values,
                                    "mean",
                                    Input.of(values.ordinary(type, 5, 7), layout),
                                    "std",
                                    Input.of(values.positive(type, 7))));
        }
        multinomial(table.operator("multinomial", FLOATING));
    }

    private static void multinomial(OperatorSamples samples) {
        for (boolean replacement : new boolean[] {true, false}) {
            for (long[] shape : new long[][] {{9}, {3, 17}, {5, 4}, {2, 67}}) {
                samples.add(
                        "weights",
                        (values, type) ->
                                drawn(
                                        values,
                                        "self",
                                        Input.of(
                                                values.integers(ElementType.I32, 1, 9, shape)
                                                        .cast(type)),
                                        "num_samples",
                                        replacement ? 21L : 4L,
                                        "replacement",
                                        replacement));
            }
        }
    }

    private static void ranges(Samples.Table table) {
        OperatorSamples randperm = table.operator("randperm", NUMBERS);
        randperm.unseen(FaultKind.STRIDES, NO_INPUT);
        for (long n : new long[] {0, 1, 2, 17, 67}) {
            randperm.add(
                    "n",
                    (values, type) -> {
                        long[] state = {values.seed(), 11};
                        return new Object[] {"n", n, "generator", state, "dtype", type};
                    });
        }
        OperatorSamples linspace = table.operator("linspace", NUMBERS);
        drawsOnly(linspace, ElementType.F32, ElementType.F64);
        OperatorSamples logspace = table.operator("logspace", NUMBERS);
        for (long steps : new long[] {0, 1, 2, 5, 18, 67}) {
            for (double[] range : new double[][] {{0, 64}, {3, -7}, {0.1, 0.7}}) {
                linspace.add(
                        "steps",
                        type -> type.isFloating() || range[0] >= 0 && range[1] == 64,
                        (values, type) ->
                                new Object[] {
                                    "start", range[0], "end", range[1], "steps", steps, "dtype",
                                    type
                                });
                logspace.add(
                        "steps",
                        ElementType::isFloating,
                        (values, type) ->
                                new Object[] {
                                    "start",
                                    range[0] / 20,
                                    "end",
                                    range[1] / 20,
                                    "steps",
                                    steps,
                                    "base",
                                    10.0,
                                    "dtype",
                                    type
                                });
            }
        }
        for (long steps : new long[] {1, 2, 5, 18}) {
            logspace.add(
                    "whole steps",
                    (values, type) ->
                            new Object[] {
                                "start", 0.75, "end", 2.0, "steps", steps, "base", 10.0, "dtype",
                                type
                            });
        }
        OperatorSamples eye = factory(table, "eye", Samples.ALL);
        OperatorSamples wide = factory(table, "eye.m", Samples.ALL);
        for (long n : new long[] {0, 1, 5, 17}) {
            eye.add("n", (values, type) -> new Object[] {"n", n, "dtype", type});
            wide.add("n", (values, type) -> new Object[] {"n", n, "m", 7L, "dtype", type});
        }
        for (String name : List.of("tril_indices", "triu_indices")) {
            OperatorSamples samples =
                    factory(table, name, List.of(ElementType.I32, ElementType.I64))
                            .unseen(FaultKind.ZEROS, NO_KERNEL, ElementType.I64)
                            .unseen(FaultKind.DROP_LAST, NO_KERNEL, ElementType.I64);
            for (long[] each :
                    new long[][] {{3, 4, 0}, {5, 3, -1}, {3, 3, 1}, {0, 3, 0}, {4, 2, -9}}) {
                samples.add(
                        "offset",
                        (values, type) ->
                                new Object[] {
                                    "row", each[0], "col", each[1], "offset", each[2], "dtype", type
                                });
            }
        }
        fills(table);
    }

    private static OperatorSamples factory(
            Samples.Table table, String name, List<ElementType> types) {
        return table.operator(name, types)
                .unseen(FaultKind.INPUT, NO_INPUT)
                .unseen(FaultKind.STRIDES, NO_INPUT);
    }

    private static void fills(Samples.Table table) {
        for (String name : List.of("new_zeros", "new_ones", "new_full")) {
            OperatorSamples samples =
                    table.storage(name)
                            .unseen(FaultKind.INPUT, NO_INPUT)
                            .unseen(FaultKind.STRIDES, NO_INPUT);
            if (name.equals("new_zeros")) {
                samples.unseen(FaultKind.ZEROS, "zeros are right");
                String reason = "whatever is in memory may read as false";
                samples.unseen(FaultKind.DROP_LAST, reason, ElementType.BOOL);
            }
            for (long[] size : new long[][] {{}, {67}, {5, 7}, {0}}) {
                samples.add(
                        "shape",
                        (values, type) -> {
                            Input self = Input.of(values.ordinary(type, 3));
                            return name.equals("new_full")
                                    ? new Object[] {"self", self, "size", size, "fill_value", 3L}
                                    : new Object[] {"self", self, "size", size};
                        });
            }
        }
    }

    @Override
    public void errors(ErrorTable table) {
        Input integers = ErrorTable.integers(ElementType.I64, 1, 3);
        Input three = ErrorTable.reals(3);
        table.refuses("rand_like", List.of("self", "i64"), "self", integers);
        table.refuses(
                "randint_like", List.of("5", "bound 3"), "self", three, "low", 5L, "high", 3L);
        table.refuses("uniform", List.of("from", "2.0"), "self", three, "from", 2.0, "to", 1.0);
        table.refuses("normal", List.of("std", "-1.0"), "self", three, "mean", 0.0, "std", -1.0);
        table.refuses("exponential", List.of("lambd", "0.0"), "self", three, "lambd", 0.0);
        table.refuses(
                "multinomial",
                List.of("num_samples", "4", "3"),
                "self",
                three,
                "num_samples",
                4L,
                "replacement",
                false);
        table.refuses(
                "multinomial",
                List.of("self", "i64"),
                "self",
                integers,
                "num_samples",
                1L,
                "replacement",
                false);
    }
}
