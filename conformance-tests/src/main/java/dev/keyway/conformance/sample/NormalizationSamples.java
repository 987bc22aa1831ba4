// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.sample;

import com.google.auto.service.AutoService;

import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.oracle.HostArray;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Batch normalization: with and without parameters and running statistics, training and not. */
@AutoService(SampleFamily.class)
public final class NormalizationSamples implements SampleFamily {
    private static final long[][] SHAPES = {{2, 1}, {8, 5}, {2, 3, 4, 5}, {4, 17, 3, 3}};

    /** For {@code ServiceLoader}. */
    public NormalizationSamples() {}

    @Override
    public Profile profile() {
        return Profile.INFERENCE;
    }

    @Override
    public void register(Samples.Table table) {
        forward(table.operator("native_batch_norm", NetworkTypes.FLOATING));
        forward(table.operator("batch_norm", NetworkTypes.FLOATING));
        backward(table.operator("native_batch_norm_backward", NetworkTypes.FLOATING));
    }

    private static void forward(OperatorSamples samples) {
        for (long[] shape : SHAPES) {
            samples.add("training", (v, type) -> forward(v, type, shape, Layout.CONTIGUOUS, 7));
            samples.add("evaluation", (v, type) -> forward(v, type, shape, Layout.CONTIGUOUS, 3));
        }
        samples.add(
                "no parameters", (v, type) -> forward(v, type, SHAPES[2], Layout.CONTIGUOUS, 6));
        samples.add(
                "no statistics", (v, type) -> forward(v, type, SHAPES[2], Layout.CONTIGUOUS, 5));
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add("layout", (v, type) -> forward(v, type, SHAPES[2], layout, 7));
        }
    }

    /** Bits of {@code parts}: 1 parameters, 2 running statistics, 4 training. */
    private static @Nullable Object[] forward(
            Values values, ElementType type, long[] shape, Layout layout, int parts) {
        boolean parameters = (parts & 1) != 0;
        boolean running = (parts & 2) != 0;
        long channels = shape[1];
        return new Object[] {
            "input",
            Input.of(values.ordinary(type, shape), layout),
            "weight",
            parameters ? Input.of(values.ordinary(type, channels)) : null,
            "bias",
            parameters ? Input.of(values.ordinary(type, channels)) : null,
            "running_mean",
            running ? Input.of(values.ordinary(type, channels)) : null,
            "running_var",
            running ? Input.of(values.positive(type, channels)) : null,
            "training",
            (parts & 4) != 0,
            "momentum",
            0.25,
            "eps",
            1e-5
        };
    }

    private static void backward(OperatorSamples samples) {
        for (long[] shape : SHAPES) {
            for (boolean training : new boolean[] {true, false}) {
                samples.add(
                        training ? "training" : "evaluation",
                        (v, type) -> backward(v, type, shape, Layout.CONTIGUOUS, training, true));
            }
        }
        samples.add(
                "no weight",
                (v, type) -> backward(v, type, SHAPES[2], Layout.CONTIGUOUS, true, false));
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add("layout", (v, type) -> backward(v, type, SHAPES[2], layout, true, true));
        }
    }

    private static @Nullable Object[] backward(
            Values values,
            ElementType type,
            long[] shape,
            Layout layout,
            boolean training,
            boolean weighted) {
        long channels = shape[1];
        HostArray weight = values.ordinary(type, channels);
        List<@Nullable Object> call = new ArrayList<>();
        call.addAll(Arrays.asList("grad_output", Input.of(values.ordinary(type, shape), layout)));
        call.addAll(Arrays.asList("input", Input.of(values.ordinary(type, shape), layout)));
        call.addAll(Arrays.asList("weight", weighted ? Input.of(weight) : null));
        call.addAll(Arrays.asList("save_mean", Input.of(values.ordinary(type, channels))));
        call.addAll(Arrays.asList("save_invstd", Input.of(values.positive(type, channels))));
        call.addAll(Arrays.asList("training", training));
        return call.toArray();
    }
}
