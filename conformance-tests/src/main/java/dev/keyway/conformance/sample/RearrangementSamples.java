// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.sample;

import com.google.auto.service.AutoService;

import dev.keyway.conformance.oracle.ElementType;

import java.util.List;

/** Padding, shuffling of pixels and channels, windows as columns. */
@AutoService(SampleFamily.class)
public final class RearrangementSamples implements SampleFamily {
    /** For {@code ServiceLoader}. */
    public RearrangementSamples() {}

    @Override
    public Profile profile() {
        return Profile.INFERENCE;
    }

    @Override
    public void register(Samples.Table table) {
        constant(table.storage("constant_pad_nd").unseen(FaultKind.INPUT, MOVES));
        for (int rank = 1; rank <= 3; rank++) {
            edges(table.operator("reflection_pad" + rank + "d", NetworkTypes.NUMBERS), rank);
            edges(table.operator("replication_pad" + rank + "d", NetworkTypes.NUMBERS), rank);
        }
        circular(table.operator("_pad_circular", Samples.ALL));
        shuffle(
                table.storage("pixel_shuffle").unseen(FaultKind.INPUT, MOVES),
                "upscale_factor",
                new long[] {2, 8, 3, 2});
        shuffle(
                table.storage("pixel_unshuffle").unseen(FaultKind.INPUT, MOVES),
                "downscale_factor",
                new long[] {2, 2, 4, 6});
        shuffle(
                table.operator("channel_shuffle", Samples.ALL).unseen(FaultKind.INPUT, MOVES),
                "groups",
                new long[] {2, 6, 3, 2});
        unfold(
                table.operator("im2col", NetworkTypes.FLOATING_AND_BOOL)
                        .unseen(FaultKind.INPUT, MOVES));
        fold(
                table.operator("col2im", NetworkTypes.FLOATING_AND_BOOL)
                        .unseen(
                                FaultKind.INPUT,
                                "its kernel adds into its first input",
                                ElementType.BOOL,
                                ElementType.F32,
                                ElementType.F64));
    }

    private static final String MOVES = "its only kernels copy the input's elements";

    private static void constant(OperatorSamples samples) {
        long[][] pads = {
            {1, 2}, {0, 0}, {2, 0, 1, 3}, {1, 1, 0, 2, 1, 0}, {-1, 2}, {0, -2, 1, -1}, {}
        };
        for (long[] pad : pads) {
            samples.add("smooth pad", (v, t) -> constant(v, t, pad, Layout.CONTIGUOUS));
        }
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add("layout", (v, t) -> constant(v, t, pads[2], layout));
        }
    }

    private static Object[] constant(Values v, ElementType type, long[] pad, Layout layout) {
        Object value = type == ElementType.BOOL ? (Object) true : type.isFloating() ? 1.5 : 3L;
        return new Object[] {
            "self", Input.of(v.ordinary(type, 2, 3, 4), layout), "pad", pad, "value", value
        };
    }

    private static long[] shape(int rank, boolean batched) {
        return switch (rank) {
            case 1 -> batched ? new long[] {2, 3, 5} : new long[] {3, 5};
            case 2 -> batched ? new long[] {2, 2, 3, 4} : new long[] {2, 3, 4};
            default -> batched ? new long[] {1, 2, 3, 4, 3} : new long[] {2, 3, 4, 3};
        };
    }

    private static long[] first(int rank, long... pad) {
        return java.util.Arrays.copyOf(pad, 2 * rank);
    }

    private static void edges(OperatorSamples samples, int rank) {
        long[][] pads = {
            first(rank, 1, 2, 2, 1, 1, 1), first(rank, 0, 2, 1, 0, 0, 2), first(rank, 2, 0, 0, 2, 2)
        };
        for (long[] pad : pads) {
            samples.add("smooth pad", (v, t) -> edges(v, t, pad, shape(rank, true), false));
        }
        samples.add("smooth no batch", (v, t) -> edges(v, t, pads[0], shape(rank, false), false));
        samples.add("layout", (v, t) -> edges(v, t, pads[0], shape(rank, true), true));
    }

    private static Object[] edges(
            Values v, ElementType type, long[] pad, long[] shape, boolean stepped) {
        Layout layout = stepped ? Layout.STEPPED : Layout.CONTIGUOUS;
        return new Object[] {"self", Input.of(v.ordinary(type, shape), layout), "padding", pad};
    }

    private static void circular(OperatorSamples samples) {
        for (int rank = 1; rank <= 3; rank++) {
            long[] pad = first(rank, 1, 2, 3, 0, 2, 1);
            long[] shape = shape(rank, true);
            for (Layout layout : List.of(Layout.CONTIGUOUS, Layout.STEPPED, Layout.TRANSPOSED)) {
                samples.add(
                        "smooth pad",
                        (v, t) ->
                                new Object[] {
                                    "self", Input.of(v.ordinary(t, shape), layout), "pad", pad
                                });
            }
        }
    }

    private static void shuffle(OperatorSamples samples, String name, long[] shape) {
        for (long factor : new long[] {1, 2}) {
            for (Layout layout : Layout.ofAnyRank()) {
                samples.add(
                        "smooth layout",
                        (v, t) ->
                                new Object[] {
                                    "self", Input.of(v.ordinary(t, shape), layout), name, factor
                                });
            }
        }
    }

    /** Kernel, dilation, padding, stride. */
    private static final long[][][] WINDOWS = {
        {{2, 2}, {1, 1}, {0, 0}, {1, 1}},
        {{3, 2}, {1, 1}, {1, 1}, {2, 1}},
        {{2, 3}, {2, 1}, {1, 0}, {1, 2}},
        {{1, 1}, {1, 1}, {0, 0}, {2, 2}}
    };

    private static void unfold(OperatorSamples samples) {
        for (long[][] window : WINDOWS) {
            samples.add("smooth", (v, t) -> unfold(v, t, window, Layout.CONTIGUOUS, 2, 3, 5, 6));
        }
        samples.add("smooth no batch", (v, t) -> unfold(v, t, WINDOWS[1], Layout.OFFSET, 3, 5, 6));
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add("layout", (v, t) -> unfold(v, t, WINDOWS[1], layout, 2, 3, 5, 6));
        }
    }

    private static Object[] unfold(
            Values v, ElementType type, long[][] w, Layout layout, long... shape) {
        return new Object[] {
            "self",
            Input.of(v.ordinary(type, shape), layout),
            "kernel_size",
            w[0],
            "dilation",
            w[1],
            "padding",
            w[2],
            "stride",
            w[3]
        };
    }

    private static void fold(OperatorSamples samples) {
        for (long[][] window : WINDOWS) {
            samples.add("smooth", (v, t) -> fold(v, t, window, Layout.CONTIGUOUS, true));
        }
        samples.add("smooth no batch", (v, t) -> fold(v, t, WINDOWS[1], Layout.OFFSET, false));
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add("layout", (v, t) -> fold(v, t, WINDOWS[1], layout, true));
        }
    }

    private static Object[] fold(
            Values v, ElementType type, long[][] w, Layout layout, boolean batched) {
        long[] output = {5, 6};
        long[] count = new long[2];
        for (int d = 0; d < 2; d++) {
            count[d] = (output[d] + 2 * w[2][d] - w[1][d] * (w[0][d] - 1) - 1) / w[3][d] + 1;
        }
        long rows = 3 * w[0][0] * w[0][1];
        long columns = count[0] * count[1];
        long[] shape = batched ? new long[] {2, rows, columns} : new long[] {rows, columns};
        return new Object[] {
            "self",
            Input.of(v.ordinary(type, shape), layout),
            "output_size",
            output,
            "kernel_size",
            w[0],
            "dilation",
            w[1],
            "padding",
            w[2],
            "stride",
            w[3]
        };
    }

    @Override
    public void errors(ErrorTable table) {
        table.refuses(
                "constant_pad_nd",
                List.of("[1, 2, 3]", "[2, 3]"),
                "self",
                ErrorTable.reals(2, 3),
                "pad",
                new long[] {1, 2, 3},
                "value",
                0L);
        table.refuses(
                "reflection_pad1d",
                List.of("[3, 0]", "[2, 3]"),
                "self",
                ErrorTable.reals(2, 3),
                "padding",
                new long[] {3, 0});
        table.refuses(
                "pixel_shuffle",
                List.of("self", "[1, 3, 2, 2]", "divisible by 4"),
                "self",
                ErrorTable.reals(1, 3, 2, 2),
                "upscale_factor",
                2L);
        table.refuses("im2col", List.of("kernel", "[4, 4]"), unfold(new long[] {4, 4}));
        table.refuses(
                "col2im",
                List.of("self", "[1, 7, 4]", "multiple of 4"),
                "self",
                ErrorTable.reals(1, 7, 4),
                "output_size",
                new long[] {3, 3},
                "kernel_size",
                new long[] {2, 2},
                "dilation",
                new long[] {1, 1},
                "padding",
                new long[] {0, 0},
                "stride",
                new long[] {1, 1});
    }

    private static Object[] unfold(long[] kernel) {
        return new Object[] {
            "self",
            ErrorTable.reals(1, 1, 3, 3),
            "kernel_size",
            kernel,
            "dilation",
            new long[] {1, 1},
            "padding",
            new long[] {0, 0},
            "stride",
            new long[] {1, 1}
        };
    }
}
