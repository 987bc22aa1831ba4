// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.sample;

import com.google.auto.service.AutoService;

import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.oracle.HostArray;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Pooling: windows, strides that overlap or skip, padding, dilation, hanging over, layouts. */
@AutoService(SampleFamily.class)
public final class PoolingSamples implements SampleFamily {
    /** Kernel, stride (empty: the kernel), padding, dilation; of three directions. */
    private static final long[][][] WINDOWS = {
        {{2, 2, 2}, {}, {0, 0, 0}, {1, 1, 1}},
        {{2, 3, 3}, {1, 2, 2}, {1, 1, 1}, {1, 1, 1}},
        {{1, 2, 3}, {2, 1, 2}, {0, 1, 0}, {1, 1, 1}},
        {{1, 1, 1}, {1, 1, 1}, {0, 0, 0}, {1, 1, 1}},
        {{2, 2, 2}, {3, 3, 3}, {0, 0, 0}, {1, 1, 1}},
        {{2, 2, 3}, {1, 2, 1}, {1, 1, 1}, {1, 2, 2}}
    };

    /** For {@code ServiceLoader}. */
    public PoolingSamples() {}

    @Override
    public Profile profile() {
        return Profile.INFERENCE;
    }

    @Override
    public void register(Samples.Table table) {
        for (int rank = 1; rank <= 3; rank++) {
            String suffix = "pool" + rank + "d";
            largest(table.operator("max_" + suffix, NetworkTypes.NUMBERS), rank);
            largest(table.operator("max_" + suffix + "_with_indices", NetworkTypes.NUMBERS), rank);
            average(table.operator("avg_" + suffix, NetworkTypes.FLOATING_AND_LONG), rank);
            norms(table.operator("lp_" + suffix, NetworkTypes.FLOATING), rank);
            adaptive(table.operator("adaptive_avg_" + suffix, NetworkTypes.FLOATING), rank);
            adaptive(table.operator("adaptive_max_" + suffix, NetworkTypes.FLOATING), rank);
        }
        backward(table.operator("max_pool2d_backward", NetworkTypes.FLOATING));
    }

    private static long[] last(long[] list, int rank) {
        return list.length == 0 ? list : Arrays.copyOfRange(list, 3 - rank, 3);
    }

    /** {@code [2, 3, ...]} with the last sizes of 4, 7, 9; for small types not more than 256. */
    private static long[] shape(int rank, boolean batched) {
        long[] sizes =
                switch (rank) {
                    case 1 -> new long[] {2, 3, 9};
                    case 2 -> new long[] {2, 3, 7, 5};
                    default -> new long[] {1, 2, 4, 5, 5};
                };
        return batched ? sizes : Arrays.copyOfRange(sizes, 1, sizes.length);
    }

    private static void largest(OperatorSamples samples, int rank) {
        for (long[][] window : WINDOWS) {
            samples.add(
                    "window",
                    (v, type) -> {
                        Input self = Input.of(v.distinct(type, shape(rank, true)));
                        return pool(self, window, rank, true, false);
                    });
        }
        samples.add(
                "smooth ceil",
                (v, type) -> {
                    Input self = Input.of(v.distinct(type, shape(rank, true)));
                    return pool(self, WINDOWS[1], rank, true, true);
                });
        samples.add(
                "smooth no batch",
                (v, type) -> {
                    Input self = Input.of(v.distinct(type, shape(rank, false)));
                    return pool(self, WINDOWS[0], rank, true, true);
                });
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add(
                    "layout",
                    (v, type) -> {
                        Input self = Input.of(v.distinct(type, shape(rank, true)), layout);
                        return pool(self, WINDOWS[1], rank, true, false);
                    });
        }
        long[] wide = shape(rank, true);
        wide[wide.length - 1] = 134;
        samples.add(
                "wide",
                ElementType::isFloating,
                (v, type) -> pool(Input.of(v.distinct(type, wide)), WINDOWS[0], rank, true, false));
        samples.add(
                "special values",
                (v, type) -> {
                    Input self = Input.of(v.mixed(type, shape(rank, true)));
                    return pool(self, WINDOWS[0], rank, true, false);
                });
        for (long[][] window : WINDOWS) {
            samples.add(
                    "channels last",
                    (v, type) -> {
                        HostArray images = v.mixed(type, shape(rank, true));
                        Input self = Input.of(images, Layout.CHANNELS_LAST);
                        return pool(self, window, rank, true, false);
                    });
        }
    }

    private static Object[] pool(
            Input self, long[][] window, int rank, boolean dilated, boolean ceil) {
        List<Object> call = new ArrayList<>();
        call.addAll(List.of("self", self, "kernel_size", last(window[0], rank)));
        call.addAll(List.of("stride", last(window[1], rank), "padding", last(window[2], rank)));
        if (dilated) {
            call.addAll(List.of("dilation", last(window[3], rank)));
        }
        call.addAll(List.of("ceil_mode", ceil));
        return call.toArray();
    }

    private static void average(OperatorSamples samples, int rank) {
        for (long[][] window : Arrays.copyOf(WINDOWS, 5)) {
            samples.add(
                    "window",
                    (v, t) -> average(v, t, window, rank, Layout.CONTIGUOUS, false, true, null));
            samples.add(
                    "smooth ceil",
                    (v, t) -> average(v, t, window, rank, Layout.CONTIGUOUS, true, true, null));
            samples.add(
                    "smooth without padding",
                    (v, t) -> average(v, t, window, rank, Layout.CONTIGUOUS, true, false, null));
        }
        if (rank > 1) {
            samples.add(
                    "smooth divisor",
                    (v, t) -> average(v, t, WINDOWS[1], rank, Layout.CONTIGUOUS, false, true, 3L));
            samples.add(
                    "smooth divisor",
                    (v, t) -> average(v, t, WINDOWS[1], rank, Layout.CONTIGUOUS, true, true, -2L));
        }
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add(
                    "layout", (v, t) -> average(v, t, WINDOWS[1], rank, layout, false, true, null));
        }
        samples.add(
                "special values",
                ElementType::isFloating,
                (v, type) -> {
                    Input self = Input.of(v.mixed(type, shape(rank, true)));
                    return averaged(self, WINDOWS[0], rank, false, true, null);
                });
    }

    private static @Nullable Object[] average(
            Values values,
            ElementType type,
            long[][] window,
            int rank,
            Layout layout,
            boolean ceil,
            boolean padding,
            @Nullable Long divisor) {
        Input self = Input.of(values.ordinary(type, shape(rank, true)), layout);
        return averaged(self, window, rank, ceil, padding, divisor);
    }

    private static @Nullable Object[] averaged(
            Input self,
            long[][] window,
            int rank,
            boolean ceil,
            boolean padding,
            @Nullable Long divisor) {
        List<@Nullable Object> call = new ArrayList<>();
        call.addAll(Arrays.asList(pool(self, window, rank, false, ceil)));
        call.addAll(List.of("count_include_pad", padding));
        if (rank > 1) {
            call.addAll(Arrays.asList("divisor_override", divisor));
        }
        return call.toArray();
    }

    private static void norms(OperatorSamples samples, int rank) {
        for (double p : new double[] {1, 2, 3, 1.5}) {
            for (boolean ceil : new boolean[] {false, true}) {
                samples.add("smooth", (v, t) -> norm(v, t, p, ceil, rank, Layout.CONTIGUOUS));
            }
        }
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add("smooth layout", (v, t) -> norm(v, t, 2, false, rank, layout));
        }
    }

    private static Object[] norm(
            Values values, ElementType type, double p, boolean ceil, int rank, Layout layout) {
        return new Object[] {
            "self",
            Input.of(values.positive(type, shape(rank, true)), layout),
            "norm_type",
            p,
            "kernel_size",
            last(WINDOWS[1][0], rank),
            "stride",
            last(WINDOWS[1][1], rank),
            "ceil_mode",
            ceil
        };
    }

    private static void adaptive(OperatorSamples samples, int rank) {
        long[][] outputs = {{1, 1, 1}, {3, 2, 3}, {2, 7, 9}, {3, 3, 3}, {1, 2, 4}};
        for (long[] output : outputs) {
            samples.add("size", (v, t) -> adaptive(v, t, output, rank, Layout.CONTIGUOUS, true));
        }
        samples.add(
                "smooth no batch",
                (v, t) -> adaptive(v, t, outputs[1], rank, Layout.CONTIGUOUS, false));
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add("layout", (v, t) -> adaptive(v, t, outputs[1], rank, layout, true));
        }
        for (long[] output : outputs) {
            samples.add(
                    "channels last",
                    (v, t) -> adaptive(v, t, output, rank, Layout.CHANNELS_LAST, true));
        }
    }

    private static Object[] adaptive(
            Values values,
            ElementType type,
            long[] output,
            int rank,
            Layout layout,
            boolean batched) {
        return new Object[] {
            "self",
            Input.of(values.distinct(type, shape(rank, batched)), layout),
            "output_size",
            last(output, rank)
        };
    }

    private static void backward(OperatorSamples samples) {
        for (long[] output : new long[][] {{1, 1, 1, 1}, {2, 3, 3, 4}, {1, 2, 5, 17}}) {
            samples.add("shape", (v, type) -> backward(v, type, output, Layout.CONTIGUOUS));
        }
        for (Layout layout : Layout.ofAnyRank()) {
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

    @Override
    public void errors(ErrorTable table) {
        long[] two = {2, 2};
        long[] none = {0, 0};
        long[] one = {1, 1};
        table.refuses(
                "max_pool2d",
                List.of("self", "[4]"),
                call(ErrorTable.reals(4), two, two, none, one));
        table.refuses(
                "max_pool2d",
                List.of("padding", "[2, 2]"),
                call(ErrorTable.reals(1, 1, 4, 4), two, two, two, one));
        table.refuses(
                "max_pool2d",
                List.of("kernel", "[2, 2]", "[1, 1, 1, 4]"),
                call(ErrorTable.reals(1, 1, 1, 4), two, two, none, one));
        table.refuses(
                "max_pool2d",
                List.of("bool"),
                call(ErrorTable.integers(ElementType.BOOL, 1, 1, 1, 4, 4), two, two, none, one));
        table.refuses(
                "avg_pool2d",
                List.of("divisor_override", "0"),
                "self",
                ErrorTable.reals(1, 1, 4, 4),
                "kernel_size",
                two,
                "stride",
                two,
                "padding",
                none,
                "ceil_mode",
                false,
                "count_include_pad",
                true,
                "divisor_override",
                0L);
        table.refuses(
                "adaptive_avg_pool2d",
                List.of("output_size", "[1, 2, 3]"),
                "self",
                ErrorTable.reals(1, 1, 4, 4),
                "output_size",
                new long[] {1, 2, 3});
    }

    private static Object[] call(
            Input self, long[] kernel, long[] stride, long[] padding, long[] dilation) {
        return new Object[] {
            "self",
            self,
            "kernel_size",
            kernel,
            "stride",
            stride,
            "padding",
            padding,
            "dilation",
            dilation,
            "ceil_mode",
            false
        };
    }
}
