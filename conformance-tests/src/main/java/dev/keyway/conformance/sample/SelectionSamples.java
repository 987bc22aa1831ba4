// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.sample;

import com.google.auto.service.AutoService;

import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.oracle.HostArray;

/** Choosing elements by a condition. */
@AutoService(SampleFamily.class)
public final class SelectionSamples implements SampleFamily {
    private static final long[][][] BROADCASTS = {
        {{3, 1}, {1, 4}, {}},
        {{4}, {2, 3, 4}, {3, 1}},
        {{2, 3, 4}, {4}, {1, 1, 1}},
        {{17}, {}, {17}},
        {{0}, {1}, {1}}
    };

    /** For {@code ServiceLoader}. */
    public SelectionSamples() {}

    @Override
    public void register(Samples.Table table) {
        where(table.operator("where", Samples.ALL));
        maskedFill(table.operator("masked_fill", Samples.ALL));
        thresholdBackward(table.operator("threshold_backward", Samples.NUMBERS));
    }

    private static Object[] where(HostArray condition, Layout layout, Input self, Input other) {
        return new Object[] {
            "condition", Input.of(condition, layout), "self", self, "other", other
        };
    }

    private static void where(OperatorSamples samples) {
        for (long[] shape : PointwiseSamples.SHAPES) {
            samples.add(
                    "shape",
                    (values, type) ->
                            where(
                                    values.ordinary(ElementType.BOOL, shape),
                                    Layout.CONTIGUOUS,
                                    Input.of(values.ordinary(type, shape)),
                                    Input.of(values.ordinary(type, shape))));
        }
        for (long[][] shapes : BROADCASTS) {
            samples.add(
                    "broadcast",
                    (values, type) ->
                            where(
                                    values.ordinary(ElementType.BOOL, shapes[0]),
                                    Layout.CONTIGUOUS,
                                    Input.of(values.ordinary(type, shapes[1])),
                                    Input.of(values.ordinary(type, shapes[2]))));
        }
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add(
                    "layout",
                    (values, type) ->
                            where(
                                    values.ordinary(ElementType.BOOL, 5, 7),
                                    layout,
                                    Input.of(values.ordinary(type, 5, 7)),
                                    Input.of(values.ordinary(type, 5, 7), layout)));
        }
        samples.add(
                "extremes",
                (values, type) ->
                        where(
                                values.ordinary(ElementType.BOOL, values.extremes(type).numel()),
                                Layout.CONTIGUOUS,
                                Input.of(values.extremes(type)),
                                Input.of(values.ordinary(type))));
        samples.add(
                "promotes",
                (values, type) ->
                        where(
                                values.ordinary(ElementType.BOOL, 9),
                                Layout.CONTIGUOUS,
                                Input.of(values.ordinary(type, 9)),
                                Input.of(values.ordinary(ElementType.I32, 9))));
    }

    private static void maskedFill(OperatorSamples samples) {
        for (long[] shape : PointwiseSamples.SHAPES) {
            samples.add(
                    "shape",
                    (values, type) ->
                            fill(
                                    Input.of(values.ordinary(type, shape)),
                                    Input.of(values.ordinary(ElementType.BOOL, shape)),
                                    1L));
        }
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add(
                    "layout",
                    (values, type) ->
                            fill(
                                    Input.of(values.ordinary(type, 5, 7), layout),
                                    Input.of(values.ordinary(ElementType.BOOL, 7)),
                                    0L));
        }
        samples.add(
                "infinity",
                ElementType::isFloating,
                (values, type) ->
                        fill(
                                Input.of(values.mixed(type, 67)),
                                Input.of(values.ordinary(ElementType.BOOL, 67)),
                                Double.NEGATIVE_INFINITY));
    }

    private static void thresholdBackward(OperatorSamples samples) {
        for (long[] shape : PointwiseSamples.SHAPES) {
            samples.add(
                    "shape",
                    (values, type) ->
                            threshold(
                                    Input.of(values.ordinary(type, shape)),
                                    Input.of(values.ordinary(type, shape)),
                                    0L));
        }
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add(
                    "layout",
                    (values, type) ->
                            threshold(
                                    Input.of(values.ordinary(type, 5, 7)),
                                    Input.of(values.ordinary(type, 5, 7), layout),
                                    1L));
        }
        samples.add(
                "broadcast",
                (values, type) ->
                        threshold(
                                Input.of(values.ordinary(type, 3, 1)),
                                Input.of(values.ordinary(type, 4)),
                                0L));
        samples.add(
                "fraction",
                ElementType::isFloating,
                (values, type) ->
                        threshold(
                                Input.of(values.ordinary(type, 67)),
                                Input.of(values.ordinary(type, 67)),
                                0.25));
        samples.add(
                "extremes",
                (values, type) ->
                        threshold(
                                Input.of(values.extremes(type)),
                                Input.of(
                                        values.extremes(type)
                                                .reshape(values.extremes(type).numel(), 1)),
                                0L));
    }

    private static Object[] threshold(Input grad, Input self, Object threshold) {
        return new Object[] {"grad_output", grad, "self", self, "threshold", threshold};
    }

    private static Object[] fill(Input self, Input mask, Object value) {
        return new Object[] {"self", self, "mask", mask, "value", value};
    }
}
