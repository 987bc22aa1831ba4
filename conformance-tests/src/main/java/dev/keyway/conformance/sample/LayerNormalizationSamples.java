// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.sample;

import com.google.auto.service.AutoService;

import dev.keyway.conformance.oracle.ElementType;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Layer, root mean square, group and instance normalization. */
@AutoService(SampleFamily.class)
public final class LayerNormalizationSamples implements SampleFamily {
    /** Shapes, with how many of the last dimensions are normalized. */
    private static final long[][] SHAPES = {
        {1, 3}, {1, 2, 5}, {2, 3, 2, 4}, {1, 4, 67}, {3, 2, 3, 5}, {1, 2, 3, 16}
    };

    /** For {@code ServiceLoader}. */
    public LayerNormalizationSamples() {}

    @Override
    public Profile profile() {
        return Profile.INFERENCE;
    }

    @Override
    public void register(Samples.Table table) {
        layer(table.operator("layer_norm", NetworkTypes.FLOATING), true, true);
        layer(table.operator("native_layer_norm", NetworkTypes.FLOATING), true, true);
        layer(table.operator("rms_norm", NetworkTypes.FLOATING), false, false);
        layer(table.operator("_fused_rms_norm", NetworkTypes.FLOATING), false, false);
        backward(table.operator("native_layer_norm_backward", NetworkTypes.FLOATING), true);
        backward(table.operator("_fused_rms_norm_backward", NetworkTypes.FLOATING), false);
        group(table.operator("group_norm", NetworkTypes.FLOATING));
        instance(table.operator("instance_norm", NetworkTypes.FLOATING));
    }

    private static long[] shape(long[] entry) {
        return Arrays.copyOfRange(entry, 1, entry.length);
    }

    private static long[] normalized(long[] entry) {
        return Arrays.copyOfRange(entry, entry.length - (int) entry[0], entry.length);
    }

    private static void layer(OperatorSamples samples, boolean bias, boolean eps) {
        for (long[] entry : SHAPES) {
            samples.add("smooth", (v, t) -> layer(v, t, entry, Layout.CONTIGUOUS, 3, bias, true));
            samples.add("smooth", (v, t) -> layer(v, t, entry, Layout.CONTIGUOUS, 0, bias, true));
        }
        samples.add(
                "smooth weight",
                (v, t) -> layer(v, t, SHAPES[1], Layout.CONTIGUOUS, 1, bias, true));
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add("layout", (v, t) -> layer(v, t, SHAPES[2], layout, 3, bias, true));
        }
        if (!eps) {
            samples.add(
                    "smooth no eps",
                    (v, t) -> layer(v, t, SHAPES[1], Layout.CONTIGUOUS, 1, bias, false));
        }
    }

    /** Bits of {@code parts}: 1 weight, 2 bias. */
    private static @Nullable Object[] layer(
            Values v,
            ElementType type,
            long[] entry,
            Layout layout,
            int parts,
            boolean withBias,
            boolean withEps) {
        long[] normalized = normalized(entry);
        List<@Nullable Object> call = new ArrayList<>();
        call.addAll(Arrays.asList("input", Input.of(v.ordinary(type, shape(entry)), layout)));
        call.addAll(Arrays.asList("normalized_shape", normalized));
        call.addAll(
                Arrays.asList(
                        "weight",
                        (parts & 1) == 0 ? null : Input.of(v.ordinary(type, normalized))));
        if (withBias) {
            call.addAll(
                    Arrays.asList(
                            "bias",
                            (parts & 2) == 0 ? null : Input.of(v.ordinary(type, normalized))));
        }
        call.addAll(Arrays.asList("eps", withEps ? (Object) 0.01 : null));
        return call.toArray();
    }

    private static void backward(OperatorSamples samples, boolean centred) {
        for (long[] entry : SHAPES) {
            samples.add("rows", (v, t) -> backward(v, t, entry, Layout.CONTIGUOUS, centred, true));
        }
        samples.add(
                "no weight",
                (v, t) -> backward(v, t, SHAPES[1], Layout.CONTIGUOUS, centred, false));
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add("layouts", (v, t) -> backward(v, t, SHAPES[2], layout, centred, true));
        }
    }

    private static @Nullable Object[] backward(
            Values v,
            ElementType type,
            long[] entry,
            Layout layout,
            boolean centred,
            boolean weighted) {
        long[] shape = shape(entry);
        long[] normalized = normalized(entry);
        long[] rows = shape.clone();
        Arrays.fill(rows, rows.length - normalized.length, rows.length, 1);
        ElementType wide = type.computeType();
        List<@Nullable Object> call = new ArrayList<>();
        call.addAll(Arrays.asList("grad_out", Input.of(v.ordinary(type, shape), layout)));
        call.addAll(Arrays.asList("input", Input.of(v.ordinary(type, shape), layout)));
        call.addAll(Arrays.asList("normalized_shape", normalized));
        if (centred) {
            call.addAll(Arrays.asList("mean", Input.of(v.ordinary(wide, rows))));
        }
        call.addAll(Arrays.asList("rstd", Input.of(v.positive(wide, rows))));
        call.addAll(
                Arrays.asList("weight", weighted ? Input.of(v.ordinary(type, normalized)) : null));
        if (centred) {
            call.addAll(
                    Arrays.asList(
                            "bias", weighted ? Input.of(v.ordinary(type, normalized)) : null));
        }
        return call.toArray();
    }

    private static final long[][] GROUPS = {
        {1, 2, 3}, {2, 2, 4, 3}, {3, 2, 6, 2, 3}, {2, 1, 2, 17}, {4, 3, 4}
    };

    private static void group(OperatorSamples samples) {
        for (long[] entry : GROUPS) {
            for (boolean affine : new boolean[] {true, false}) {
                samples.add("smooth", (v, t) -> group(v, t, entry, Layout.CONTIGUOUS, affine));
            }
        }
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add("layout", (v, t) -> group(v, t, GROUPS[2], layout, true));
        }
    }

    private static @Nullable Object[] group(
            Values v, ElementType type, long[] entry, Layout layout, boolean affine) {
        return new Object[] {
            "input",
            Input.of(v.ordinary(type, shape(entry)), layout),
            "num_groups",
            entry[0],
            "weight",
            affine ? Input.of(v.ordinary(type, entry[2])) : null,
            "bias",
            affine ? Input.of(v.ordinary(type, entry[2])) : null,
            "eps",
            0.01
        };
    }

    private static void instance(OperatorSamples samples) {
        long[][] shapes = {{2, 3, 4}, {2, 2, 3, 3}, {1, 4, 2, 2}};
        for (long[] shape : shapes) {
            for (int parts : new int[] {0, 1, 4, 5, 6, 7, 2, 3}) {
                if ((parts & 6) != 0) {
                    samples.add(
                            "smooth", (v, t) -> instance(v, t, shape, Layout.CONTIGUOUS, parts));
                }
            }
        }
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add("layout", (v, t) -> instance(v, t, shapes[1], layout, 7));
        }
    }

    /** Bits of {@code parts}: 1 parameters, 2 running statistics, 4 use of the input's. */
    private static @Nullable Object[] instance(
            Values v, ElementType type, long[] shape, Layout layout, int parts) {
        long channels = shape[1];
        boolean affine = (parts & 1) != 0;
        boolean running = (parts & 2) != 0;
        return new Object[] {
            "input",
            Input.of(v.ordinary(type, shape), layout),
            "weight",
            affine ? Input.of(v.ordinary(type, channels)) : null,
            "bias",
            affine ? Input.of(v.ordinary(type, channels)) : null,
            "running_mean",
            running ? Input.of(v.ordinary(type, channels)) : null,
            "running_var",
            running ? Input.of(v.positive(type, channels)) : null,
            "use_input_stats",
            (parts & 4) != 0,
            "momentum",
            0.25,
            "eps",
            0.01
        };
    }

    @Override
    public void errors(ErrorTable table) {
        table.refuses(
                "layer_norm",
                List.of("input", "[2, 3]", "[4]"),
                "input",
                ErrorTable.reals(2, 3),
                "normalized_shape",
                new long[] {4},
                "eps",
                1e-5);
        table.refuses(
                "rms_norm",
                List.of("weight", "[2]", "[3]"),
                "input",
                ErrorTable.reals(2, 3),
                "normalized_shape",
                new long[] {3},
                "weight",
                ErrorTable.reals(2));
        table.refuses(
                "group_norm",
                List.of("input", "[2, 3]", "num_groups 2"),
                "input",
                ErrorTable.reals(2, 3),
                "num_groups",
                2L,
                "eps",
                1e-5);
        table.refuses(
                "instance_norm",
                List.of("running_mean"),
                "input",
                ErrorTable.reals(2, 3, 4),
                "use_input_stats",
                false,
                "momentum",
                0.1,
                "eps",
                1e-5);
    }
}
