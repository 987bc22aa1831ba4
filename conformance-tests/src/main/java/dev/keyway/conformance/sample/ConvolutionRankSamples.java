// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.sample;

import com.google.auto.service.AutoService;

import dev.keyway.conformance.oracle.ElementType;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Convolutions in one and three directions, transposed ones, and those without a batch. */
@AutoService(SampleFamily.class)
public final class ConvolutionRankSamples implements SampleFamily {
    /**
     * Channels in and out and groups; sizes, kernel, stride, padding, dilation, and output padding
     * of each direction, the last directions where there are fewer.
     */
    private record Geometry(
            long in,
            long out,
            long groups,
            long[] size,
            long[] kernel,
            long[] stride,
            long[] padding,
            long[] dilation,
            long[] more) {

        static Geometry of(long in, long out, long groups, long[]... lists) {
            return new Geometry(
                    in, out, groups, lists[0], lists[1], lists[2], lists[3], lists[4], lists[5]);
        }

        boolean dilates() {
            return Arrays.stream(dilation).anyMatch(d -> d > 1);
        }

        static long[] last(long[] list, int rank) {
            return Arrays.copyOfRange(list, 3 - rank, 3);
        }

        long[] shape(long first, long second, long[] list, int rank) {
            long[] shape = new long[rank + 2];
            shape[0] = first;
            shape[1] = second;
            System.arraycopy(last(list, rank), 0, shape, 2, rank);
            return shape;
        }
    }

    private static long[] of(long... list) {
        return list;
    }

    private static final List<Geometry> GEOMETRIES =
            List.of(
                    Geometry.of(
                            1,
                            1,
                            1,
                            of(2, 3, 4),
                            of(1, 2, 3),
                            of(1, 1, 1),
                            of(0, 0, 0),
                            of(1, 1, 1),
                            of(0, 0, 0)),
                    Geometry.of(
                            3,
                            4,
                            1,
                            of(3, 4, 5),
                            of(2, 3, 3),
                            of(1, 1, 1),
                            of(1, 1, 1),
                            of(1, 1, 1),
                            of(0, 0, 0)),
                    Geometry.of(
                            2,
                            3,
                            1,
                            of(4, 4, 7),
                            of(3, 2, 3),
                            of(2, 2, 2),
                            of(1, 0, 1),
                            of(1, 1, 1),
                            of(1, 1, 1)),
                    Geometry.of(
                            4,
                            4,
                            2,
                            of(4, 3, 6),
                            of(2, 1, 3),
                            of(1, 1, 1),
                            of(1, 0, 2),
                            of(2, 1, 2),
                            of(0, 0, 0)),
                    Geometry.of(
                            2,
                            2,
                            2,
                            of(2, 3, 5),
                            of(1, 2, 2),
                            of(1, 1, 2),
                            of(0, 0, 0),
                            of(1, 2, 3),
                            of(0, 1, 2)),
                    Geometry.of(
                            2,
                            4,
                            2,
                            of(3, 5, 5),
                            of(2, 2, 2),
                            of(3, 3, 3),
                            of(1, 1, 1),
                            of(1, 1, 1),
                            of(2, 1, 0)));

    /** For {@code ServiceLoader}. */
    public ConvolutionRankSamples() {}

    @Override
    public Profile profile() {
        return Profile.INFERENCE;
    }

    @Override
    public void register(Samples.Table table) {
        for (int rank = 1; rank <= 3; rank++) {
            if (rank != 2) {
                plain(table, rank);
            }
            transposed(table, rank);
        }
        general(table.operator("convolution", NetworkTypes.NUMBERS));
    }

    private static void plain(Samples.Table table, int rank) {
        OperatorSamples samples = table.operator("conv" + rank + "d", NetworkTypes.NUMBERS);
        for (Geometry geometry : GEOMETRIES) {
            samples.add(
                    geometry.dilates() ? "dilated" : "geometry",
                    (v, t) -> plain(v, t, geometry, rank, Layout.CONTIGUOUS, 2));
        }
        samples.add("bias", (v, t) -> plain(v, t, GEOMETRIES.get(1), rank, Layout.CONTIGUOUS, 3));
        samples.add("no batch", (v, t) -> plain(v, t, GEOMETRIES.get(1), rank, Layout.OFFSET, 1));
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add("layout", (v, t) -> plain(v, t, GEOMETRIES.get(1), rank, layout, 3));
        }
    }

    /** Bits of {@code parts}: 1 bias, 2 batch. */
    private static @Nullable Object[] plain(
            Values values, ElementType type, Geometry g, int rank, Layout layout, int parts) {
        List<@Nullable Object> call = tensors(values, type, g, rank, layout, parts, false);
        call.addAll(
                List.of(
                        "stride",
                        Geometry.last(g.stride(), rank),
                        "padding",
                        Geometry.last(g.padding(), rank),
                        "dilation",
                        Geometry.last(g.dilation(), rank),
                        "groups",
                        g.groups()));
        return call.toArray();
    }

    private static List<@Nullable Object> tensors(
            Values values,
            ElementType type,
            Geometry g,
            int rank,
            Layout layout,
            int parts,
            boolean transposed) {
        long[] input = g.shape(2, g.in(), g.size(), rank);
        if ((parts & 2) == 0) {
            input = Arrays.copyOfRange(input, 1, input.length);
        }
        long[] weight =
                transposed
                        ? g.shape(g.in(), g.out() / g.groups(), g.kernel(), rank)
                        : g.shape(g.out(), g.in() / g.groups(), g.kernel(), rank);
        List<@Nullable Object> call = new ArrayList<>();
        call.addAll(Arrays.asList("input", Input.of(values.ordinary(type, input), layout)));
        call.addAll(Arrays.asList("weight", Input.of(values.ordinary(type, weight), layout)));
        call.addAll(
                Arrays.asList(
                        "bias",
                        (parts & 1) == 0 ? null : Input.of(values.ordinary(type, g.out()))));
        return call;
    }

    private static void transposed(Samples.Table table, int rank) {
        OperatorSamples samples =
                table.operator("conv_transpose" + rank + "d", NetworkTypes.FLOATING_AND_LONG);
        for (Geometry geometry : GEOMETRIES) {
            samples.add("geometry", (v, t) -> transposed(v, t, geometry, rank, false, 2));
        }
        samples.add("bias", (v, t) -> transposed(v, t, GEOMETRIES.get(2), rank, false, 3));
        samples.add("no batch", (v, t) -> transposed(v, t, GEOMETRIES.get(2), rank, false, 1));
        samples.add("layout", (v, t) -> transposed(v, t, GEOMETRIES.get(1), rank, true, 3));
    }

    private static @Nullable Object[] transposed(
            Values values, ElementType type, Geometry g, int rank, boolean stepped, int parts) {
        Layout layout = stepped ? Layout.STEPPED : Layout.CONTIGUOUS;
        List<@Nullable Object> call = tensors(values, type, g, rank, layout, parts, true);
        call.addAll(
                List.of(
                        "stride",
                        Geometry.last(g.stride(), rank),
                        "padding",
                        Geometry.last(g.padding(), rank),
                        "output_padding",
                        Geometry.last(g.more(), rank),
                        "groups",
                        g.groups(),
                        "dilation",
                        Geometry.last(g.dilation(), rank)));
        return call.toArray();
    }

    private static void general(OperatorSamples samples) {
        for (int r = 1; r <= 3; r++) {
            int rank = r;
            for (boolean transposed : new boolean[] {false, true}) {
                samples.add(
                        transposed ? "transposed" : "geometry",
                        type -> !transposed || NetworkTypes.FLOATING_AND_LONG.contains(type),
                        (v, t) -> general(v, t, rank, transposed, false));
            }
        }
        samples.add("layout", (v, t) -> general(v, t, 2, false, true));
    }

    private static @Nullable Object[] general(
            Values values, ElementType type, int rank, boolean transposed, boolean stepped) {
        Geometry g = GEOMETRIES.get(2);
        Layout layout = stepped ? Layout.STEPPED : Layout.CONTIGUOUS;
        List<@Nullable Object> call = tensors(values, type, g, rank, layout, 3, transposed);
        call.addAll(
                List.of(
                        "stride",
                        Geometry.last(g.stride(), rank),
                        "padding",
                        Geometry.last(g.padding(), rank),
                        "dilation",
                        Geometry.last(g.dilation(), rank),
                        "transposed",
                        transposed,
                        "output_padding",
                        transposed ? Geometry.last(g.more(), rank) : new long[rank],
                        "groups",
                        g.groups()));
        return call.toArray();
    }

    @Override
    public void errors(ErrorTable table) {
        long[] one = {1};
        long[] none = {0};
        table.refuses(
                "conv1d",
                List.of("input", "[2, 3, 4, 5]"),
                "input",
                ErrorTable.reals(2, 3, 4, 5),
                "weight",
                ErrorTable.reals(2, 3, 2),
                "stride",
                one,
                "padding",
                none,
                "dilation",
                one,
                "groups",
                1L);
        table.refuses(
                "conv1d",
                List.of("bias", "[5]", "[2]"),
                "input",
                ErrorTable.reals(2, 3, 4),
                "weight",
                ErrorTable.reals(2, 3, 2),
                "bias",
                ErrorTable.reals(5),
                "stride",
                one,
                "padding",
                none,
                "dilation",
                one,
                "groups",
                1L);
        table.refuses(
                "conv3d",
                List.of("stride", "0"),
                "input",
                ErrorTable.reals(1, 1, 4, 4, 4),
                "weight",
                ErrorTable.reals(1, 1, 2, 2, 2),
                "stride",
                none,
                "padding",
                none,
                "dilation",
                one,
                "groups",
                1L);
        table.refuses(
                "conv_transpose2d",
                List.of("output_padding", "[1, 1]"),
                "input",
                ErrorTable.reals(1, 1, 4, 4),
                "weight",
                ErrorTable.reals(1, 1, 2, 2),
                "stride",
                one,
                "padding",
                none,
                "output_padding",
                new long[] {1, 1},
                "groups",
                1L,
                "dilation",
                one);
    }
}
