// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.sample;

import com.google.auto.service.AutoService;

import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.oracle.HostArray;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Upsampling, sampling by a grid, and grids of affine maps. */
@AutoService(SampleFamily.class)
public final class SamplingSamples implements SampleFamily {
    private static final List<ElementType> PICKED =
            List.of(
                    ElementType.U8,
                    ElementType.F16,
                    ElementType.BF16,
                    ElementType.F32,
                    ElementType.F64);
    private static final String[][] SCALES = {
        {"scales"}, {"scales_h", "scales_w"}, {"scales_d", "scales_h", "scales_w"}
    };

    /** Sizes of results, of three directions. */
    private static final long[][] SIZES = {{4, 6, 8}, {2, 3, 4}, {1, 2, 3}, {3, 7, 5}, {5, 1, 9}};

    /** For {@code ServiceLoader}. */
    public SamplingSamples() {}

    @Override
    public Profile profile() {
        return Profile.INFERENCE;
    }

    @Override
    public void register(Samples.Table table) {
        for (int rank = 1; rank <= 3; rank++) {
            resize(table.operator("upsample_nearest" + rank + "d", PICKED), rank, false);
            resize(table.operator("_upsample_nearest_exact" + rank + "d", PICKED), rank, false);
        }
        resize(table.operator("upsample_linear1d", NetworkTypes.FLOATING), 1, true);
        resize(table.operator("upsample_bilinear2d", NetworkTypes.FLOATING), 2, true);
        resize(table.operator("upsample_bicubic2d", NetworkTypes.FLOATING), 2, true);
        resize(table.operator("upsample_trilinear3d", NetworkTypes.FLOATING), 3, true);
        sample(table.operator("grid_sampler_2d", NetworkTypes.FLOATING));
        affine(table.operator("affine_grid_generator", NetworkTypes.FLOATING));
    }

    private static void resize(OperatorSamples samples, int rank, boolean aligned) {
        for (long[] size : SIZES) {
            for (boolean align : aligned ? new boolean[] {false, true} : new boolean[1]) {
                samples.add(
                        "smooth size",
                        (v, t) ->
                                resize(v, t, size, rank, Layout.CONTIGUOUS, aligned, align, null));
            }
        }
        samples.add(
                "smooth scales",
                (v, t) -> resize(v, t, SIZES[0], rank, Layout.CONTIGUOUS, aligned, false, 2.0));
        samples.add(
                "smooth scales",
                (v, t) -> resize(v, t, SIZES[3], rank, Layout.CONTIGUOUS, aligned, false, 1.75));
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add(
                    "layout", (v, t) -> resize(v, t, SIZES[3], rank, layout, aligned, false, null));
        }
    }

    private static @Nullable Object[] resize(
            Values v,
            ElementType type,
            long[] size,
            int rank,
            Layout layout,
            boolean aligned,
            boolean align,
            @Nullable Double scale) {
        long[] whole = {2, 2, 2, 3, 4};
        long[] shape = new long[rank + 2];
        System.arraycopy(whole, 0, shape, 0, 2);
        System.arraycopy(whole, 5 - rank, shape, 2, rank);
        List<@Nullable Object> call = new ArrayList<>();
        call.addAll(List.of("self", Input.of(v.ordinary(type, shape), layout)));
        call.addAll(List.of("output_size", Arrays.copyOfRange(size, 3 - rank, 3)));
        if (aligned) {
            call.addAll(List.of("align_corners", align));
        }
        for (String name : SCALES[rank - 1]) {
            call.addAll(Arrays.asList(name, scale));
        }
        return call.toArray();
    }

    private static void sample(OperatorSamples samples) {
        for (long mode = 0; mode < 3; mode++) {
            for (long padding = 0; padding < 3; padding++) {
                for (boolean align : new boolean[] {false, true}) {
                    long m = mode;
                    long p = padding;
                    String label = mode == 1 ? "nearest" : "smooth";
                    samples.add(
                            label, (v, t) -> sample(v, t, Layout.CONTIGUOUS, m, p, align, 0.75));
                    samples.add(label, (v, t) -> sample(v, t, Layout.CONTIGUOUS, m, p, align, 2.5));
                }
            }
        }
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add("layout", (v, t) -> sample(v, t, layout, 0, 0, false, 1.25));
        }
    }

    private static Object[] sample(
            Values v,
            ElementType type,
            Layout layout,
            long mode,
            long padding,
            boolean align,
            double reach) {
        return new Object[] {
            "input",
            Input.of(v.ordinary(type, 2, 3, 4, 5), layout),
            "grid",
            Input.of(
                    HostArray.ofReals(
                            type,
                            new long[] {2, 3, 2, 2},
                            // Away from whole pixels, where bilinear and nearest have kinks.
                            i -> reach * ((i * 29 % 47) / 23.0 - 1) + 0.0123)),
            "interpolation_mode",
            mode,
            "padding_mode",
            padding,
            "align_corners",
            align
        };
    }

    private static void affine(OperatorSamples samples) {
        for (boolean align : new boolean[] {false, true}) {
            for (long[] size : new long[][] {{2, 3, 4, 5}, {1, 1, 1, 3}, {2, 1, 2, 3, 4}}) {
                for (Layout layout : List.of(Layout.CONTIGUOUS, Layout.STEPPED)) {
                    samples.add(
                            "smooth",
                            (v, t) ->
                                    new Object[] {
                                        "theta",
                                        Input.of(
                                                v.ordinary(
                                                        t,
                                                        size[0],
                                                        size.length - 2,
                                                        size.length - 1),
                                                layout),
                                        "size",
                                        size,
                                        "align_corners",
                                        align
                                    });
                }
            }
        }
    }

    @Override
    public void errors(ErrorTable table) {
        table.refuses(
                "upsample_bilinear2d",
                List.of("self", "[2, 3, 4]"),
                "self",
                ErrorTable.reals(2, 3, 4),
                "output_size",
                new long[] {2, 2},
                "align_corners",
                false);
        table.refuses(
                "upsample_nearest1d",
                List.of("output_size", "0"),
                "self",
                ErrorTable.reals(2, 3, 4),
                "output_size",
                new long[] {0});
        table.refuses(
                "grid_sampler_2d",
                List.of("padding_mode", "3"),
                "input",
                ErrorTable.reals(1, 1, 2, 2),
                "grid",
                ErrorTable.reals(1, 2, 2, 2),
                "interpolation_mode",
                0L,
                "padding_mode",
                3L,
                "align_corners",
                false);
        table.refuses(
                "affine_grid_generator",
                List.of("theta", "[1, 2, 2]"),
                "theta",
                ErrorTable.reals(1, 2, 2),
                "size",
                new long[] {1, 1, 2, 2},
                "align_corners",
                false);
    }
}
