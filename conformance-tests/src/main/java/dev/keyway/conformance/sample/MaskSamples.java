// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.sample;

import com.google.auto.service.AutoService;
import dev.keyway.conformance.oracle.ElementType;
import java.util.List;

/** Choosing and filling by conditions. */
@AutoService(SampleFamily.class)
public final class MaskSamples implements SampleFamily {
    /** For {@code ServiceLoader}. */
    public MaskSamples() {}

    @Override
    public void register(Samples.Table table) {
        maskedFill(table.operator("masked_fill.Tensor", Samples.ALL));
        maskedScatter(table.operator("masked_scatter", Samples.ALL));
        choices(table);
        OperatorSamples oneHot = table.operator("one_hot", List.of(ElementType.I64));
        for (long[] shape : new long[][] {{}, {7}, {3, 5}, {0, 2}}) {
            oneHot.add(
                    "shape",
                    (values, type) ->
                            new Object[] {
                                "self",
                                Input.of(values.integers(type, 0, 5, shape)),
                                "num_classes",
                                6L
                            });
        }
        oneHot.add(
                "classes from elements",
                (values, type) ->
                        new Object[] {
                            "self", Input.of(values.integers(type, 0, 8, 3, 4)), "num_classes", -1L
                        });
        oneHot.add(
                "layout",
                (values, type) ->
                        new Object[] {
                            "self",
                            Input.of(values.integers(type, 0, 2, 4, 5), Layout.STEPPED),
                            "num_classes",
                            3L
                        });
    }

    private static void maskedFill(OperatorSamples samples) {
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add(
                    "layout",
                    (values, type) ->
                            new Object[] {
                                "self", Input.of(values.ordinary(type, 5, 7), layout),
                                "mask", Input.of(values.ordinary(ElementType.BOOL, 5, 7)),
                                "value", Input.of(values.ordinary(type))
                            });
        }
        samples.add(
                "broadcast",
                (values, type) ->
                        new Object[] {
                            "self", Input.of(values.ordinary(type, 5, 1)),
                            "mask", Input.of(values.ordinary(ElementType.BOOL, 2, 1, 7)),
                            "value", Input.of(values.ordinary(type))
                        });
    }

    private static void maskedScatter(OperatorSamples samples) {
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add(
                    "layout",
                    (values, type) ->
                            new Object[] {
                                "self", Input.of(values.ordinary(type, 5, 7), layout),
                                "mask", Input.of(values.ordinary(ElementType.BOOL, 5, 7)),
                                "source", Input.of(values.ordinary(type, 6, 7), layout)
                            });
        }
        samples.add(
                "broadcast",
                (values, type) ->
                        new Object[] {
                            "self", Input.of(values.ordinary(type, 5, 1)),
                            "mask", Input.of(values.ordinary(ElementType.BOOL, 7)),
                            "source", Input.of(values.ordinary(type, 41))
                        });
        samples.add(
                "nothing to take",
                (values, type) ->
                        new Object[] {
                            "self", Input.of(values.ordinary(type, 5)),
                            "mask", Input.of(values.integers(ElementType.BOOL, 0, 0, 5)),
                            "source", Input.of(values.ordinary(type, 0))
                        });
    }

    private static Object number(ElementType type, int which) {
        return switch (which) {
            case 0 -> 3L;
            case 1 -> -1.5;
            default -> type == ElementType.BOOL ? (Object) true : (Object) 2L;
        };
    }

    private static void choices(Samples.Table table) {
        OperatorSamples self = table.operator("where.ScalarSelf", Samples.ALL);
        OperatorSamples other = table.operator("where.ScalarOther", Samples.ALL);
        for (int which = 0; which < 3; which++) {
            int kind = which;
            for (Layout layout : new Layout[] {Layout.CONTIGUOUS, Layout.TRANSPOSED}) {
                self.add(
                        "layout",
                        (values, type) ->
                                new Object[] {
                                    "condition", Input.of(values.ordinary(ElementType.BOOL, 5, 1)),
                                    "self", number(type, kind),
                                    "other", Input.of(values.ordinary(type, 5, 7), layout)
                                });
                other.add(
                        "layout",
                        (values, type) ->
                                new Object[] {
                                    "condition", Input.of(values.ordinary(ElementType.BOOL, 7)),
                                    "self", Input.of(values.ordinary(type, 5, 7), layout),
                                    "other", number(type, kind)
                                });
            }
        }
        OperatorSamples both = table.operator("where.Scalar", List.of(ElementType.BOOL));
        Object[][] pairs = {{1L, 2L}, {1.5, 2L}, {true, false}, {0.25, -1.0}, {true, 3L}};
        for (Object[] pair : pairs) {
            both.add(
                    "numbers",
                    (values, type) ->
                            new Object[] {
                                "condition", Input.of(values.ordinary(type, 5, 7)),
                                "self", pair[0],
                                "other", pair[1]
                            });
        }
    }

    @Override
    public void errors(ErrorTable table) {
        Input three = ErrorTable.reals(3);
        Input mask = ErrorTable.integers(ElementType.BOOL, 1, 3);
        table.refuses(
                "masked_fill.Tensor",
                List.of("value", "[3]"),
                "self",
                three,
                "mask",
                mask,
                "value",
                three);
        table.refuses(
                "masked_scatter",
                List.of("mask", "f32"),
                "self",
                three,
                "mask",
                three,
                "source",
                three);
        table.refuses(
                "masked_scatter",
                List.of("[3]", "[4]"),
                "self",
                three,
                "mask",
                ErrorTable.integers(ElementType.BOOL, 1, 4),
                "source",
                three);
        table.refuses(
                "where.ScalarSelf",
                List.of("condition", "f32"),
                "condition",
                three,
                "self",
                1L,
                "other",
                three);
        table.refuses(
                "one_hot",
                List.of("num_classes", "0"),
                "self",
                ErrorTable.integers(ElementType.I64, 1, 3),
                "num_classes",
                0L);
        table.refuses(
                "one_hot",
                List.of("num_classes", "-1"),
                "self",
                ErrorTable.integers(ElementType.I64, 1, 0),
                "num_classes",
                -1L);
        table.refuses("one_hot", List.of("self", "f32"), "self", three, "num_classes", 4L);
    }
}
