// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.sample;

import com.google.auto.service.AutoService;

import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.oracle.HostArray;

import java.util.List;

/** Pooling: windows, strides that overlap or skip, padding, layouts. */
@AutoService(SampleFamily.class)
public final class PoolingSamples implements SampleFamily {
    /** Kernel, stride (empty: the kernel), padding. */
    private static final long[][][] WINDOWS = {
        {{2, 2}, {}, {0, 0}},
        {{3, 3}, {2, 2}, {1, 1}},
        {{2, 3}, {1, 2}, {1, 0}},
        {{1, 1}, {1, 1}, {0, 0}},
        {{2, 2}, {3, 3}, {0, 0}}
    };

    /** For {@code ServiceLoader}. */
    public PoolingSamples() {}

    @Override
    public Profile profile() {
        return Profile.INFERENCE;
    }

    @Override
    public void register(Samples.Table table) {
        for (String name : List.of("max_pool2d", "max_pool2d_with_indices", "avg_pool2d")) {
            OperatorSamples samples = table.operator(name, Samples.FLOATING);
            for (long[][] window : WINDOWS) {
                samples.add(
                        "window",
                        (v, type) -> pool(v, type, window, Layout.CONTIGUOUS, 2, 3, 7, 9));
            }
            samples.add(
                    "wide",
                    (v, type) -> pool(v, type, WINDOWS[0], Layout.CONTIGUOUS, 1, 2, 6, 134));
            for (Layout layout : Layout.values()) {
                samples.add("layout", (v, type) -> pool(v, type, WINDOWS[1], layout, 2, 3, 5, 7));
            }
            samples.add(
                    "special values",
                    (values, type) -> pool(Input.of(values.mixed(type, 1, 2, 6, 6)), WINDOWS[0]));
        }
        backward(table.operator("max_pool2d_backward", Samples.FLOATING));
        adaptive(table.operator("adaptive_avg_pool2d", Samples.FLOATING));
    }

    private static Object[] pool(
            Values values, ElementType type, long[][] window, Layout layout, long... shape) {
        return pool(Input.of(values.distinct(type, shape), layout), window);
    }

    private static Object[] pool(Input self, long[][] window) {
        return new Object[] {
            "self", self, "kernel_size", window[0], "stride", window[1], "padding", window[2]
        };
    }

    private static void backward(OperatorSamples samples) {
        for (long[] output : new long[][] {{1, 1, 1, 1}, {2, 3, 3, 4}, {1, 2, 5, 17}}) {
            samples.add("shape", (v, type) -> backward(v, type, output, Layout.CONTIGUOUS));
        }
        for (Layout layout : Layout.values()) {
            samples.add("layout", (v, type) -> backward(v, type, new long[] {2, 3, 3, 4}, layout));
        }
    }

    /** Indices may meet: windows that overlap share their largest element. */
    private static Object[] backward(
            Values values, ElementType type, long[] output, Layout layout) {
        long[] input = {output[0], output[1], output[2] * 2, output[3] * 2};
        HostArray indices = values.integers(ElementType.I64, 0, input[2] * input[3] - 1, output);
        return new Object[] {
            "grad_output",
            Input.of(values.ordinary(type, output), layout),
            "indices",
            Input.of(indices, layout),
            "input_size",
            input
        };
    }

    private static void adaptive(OperatorSamples samples) {
        for (long[] output : new long[][] {{1, 1}, {2, 3}, {7, 9}, {3, 3}}) {
            samples.add(
                    "size",
                    (values, type) ->
                            new Object[] {
                                "self",
                                Input.of(values.ordinary(type, 2, 3, 7, 9)),
                                "output_size",
                                output
                            });
        }
        for (Layout layout : Layout.values()) {
            samples.add(
                    "layout",
                    (values, type) ->
                            new Object[] {
                                "self",
                                Input.of(values.ordinary(type, 2, 3, 5, 7), layout),
                                "output_size",
                                new long[] {2, 3}
                            });
        }
    }
}
