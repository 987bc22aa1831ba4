// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.sample;

import com.google.auto.service.AutoService;

import dev.keyway.conformance.oracle.ElementType;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Convolutions: kernel sizes, strides, padding, dilation, groups, layouts. */
@AutoService(SampleFamily.class)
public final class ConvolutionSamples implements SampleFamily {
    /**
     * batch, channels in and out, height, width, kernel height and width, stride, padding,
     * dilation, groups.
     */
    private record Geometry(
            long batch,
            long in,
            long out,
            long height,
            long width,
            long kernelHeight,
            long kernelWidth,
            long stride,
            long padding,
            long dilation,
            long groups) {

        long[] input() {
            return new long[] {batch, in, height, width};
        }

        long[] weight() {
            return new long[] {out, in / groups, kernelHeight, kernelWidth};
        }

        long[] output() {
            return new long[] {batch, out, size(height, kernelHeight), size(width, kernelWidth)};
        }

        private long size(long size, long kernel) {
            return (size + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1;
        }

        List<Object> attributes() {
            return List.of(
                    "stride",
                    new long[] {stride, stride},
                    "padding",
                    new long[] {padding, padding},
                    "dilation",
                    new long[] {dilation, dilation},
                    "groups",
                    groups);
        }
    }

    private static final List<Geometry> GEOMETRIES =
            List.of(
                    new Geometry(1, 1, 1, 3, 3, 3, 3, 1, 0, 1, 1),
                    new Geometry(2, 3, 4, 6, 5, 3, 3, 1, 1, 1, 1),
                    new Geometry(2, 1, 8, 9, 9, 3, 3, 1, 1, 1, 1),
                    new Geometry(1, 2, 17, 5, 19, 3, 2, 1, 0, 1, 1),
                    new Geometry(2, 2, 3, 7, 8, 3, 3, 2, 1, 1, 1),
                    new Geometry(1, 2, 2, 9, 9, 3, 3, 1, 2, 2, 1),
                    new Geometry(2, 4, 6, 5, 5, 3, 3, 1, 1, 1, 2),
                    new Geometry(1, 4, 4, 5, 5, 3, 3, 2, 1, 1, 4),
                    new Geometry(3, 5, 7, 4, 4, 1, 1, 1, 0, 1, 1),
                    new Geometry(1, 3, 2, 8, 8, 5, 5, 3, 2, 1, 1));

    /** For {@code ServiceLoader}. */
    public ConvolutionSamples() {}

    @Override
    public Profile profile() {
        return Profile.INFERENCE;
    }

    @Override
    public void register(Samples.Table table) {
        OperatorSamples forward = table.operator("conv2d", NetworkTypes.NUMBERS);
        OperatorSamples toInput =
                table.operator("convolution_backward_input", NetworkTypes.FLOATING);
        OperatorSamples toWeight =
                table.operator("convolution_backward_weight", NetworkTypes.FLOATING);
        for (Geometry geometry : GEOMETRIES) {
            String dilated = geometry.dilation() > 1 ? " dilated" : "";
            forward.add(
                    "bias" + dilated,
                    (v, type) -> forward(v, type, geometry, Layout.CONTIGUOUS, true));
            forward.add(
                    "no bias" + dilated,
                    (v, type) -> forward(v, type, geometry, Layout.CONTIGUOUS, false));
            toInput.add("geometry", (v, type) -> toInput(v, type, geometry, Layout.CONTIGUOUS));
            toWeight.add("geometry", (v, type) -> toWeight(v, type, geometry, Layout.CONTIGUOUS));
        }
        for (Layout layout : Layout.ofAnyRank()) {
            Geometry geometry = GEOMETRIES.get(1);
            forward.add("layout", (v, type) -> forward(v, type, geometry, layout, true));
            toInput.add("layout", (v, type) -> toInput(v, type, geometry, layout));
            toWeight.add("layout", (v, type) -> toWeight(v, type, geometry, layout));
        }
        Layout last = Layout.CHANNELS_LAST;
        for (Geometry geometry : GEOMETRIES) {
            String dilated = geometry.dilation() > 1 ? " dilated" : "";
            forward.add(
                    "channels last" + dilated, (v, type) -> forward(v, type, geometry, last, true));
            toInput.add("channels last", (v, type) -> toInput(v, type, geometry, last));
            toWeight.add("channels last", (v, type) -> toWeight(v, type, geometry, last));
        }
    }

    @Override
    public void errors(ErrorTable table) {
        wrongConvolution(
                table, List.of("[1, 3, 5, 5]", "[4, 2, 3, 3]"), ErrorTable.reals(1, 3, 5, 5), 3);
        wrongConvolution(table, List.of("input", "[5]"), ErrorTable.reals(5), 3);
        wrongConvolution(table, List.of("[1, 2, 2, 2]"), ErrorTable.reals(1, 2, 2, 2), 3);
    }

    private static void wrongConvolution(
            ErrorTable table, List<String> parts, Input input, long k) {
        table.refuses(
                "conv2d",
                parts,
                "input",
                input,
                "weight",
                ErrorTable.reals(4, 2, k, k),
                "stride",
                new long[] {1, 1},
                "padding",
                new long[] {0, 0},
                "dilation",
                new long[] {1, 1},
                "groups",
                1L);
    }

    private static @Nullable Object[] call(Geometry geometry, @Nullable Object... tensors) {
        List<@Nullable Object> call = new ArrayList<>();
        call.addAll(Arrays.asList(tensors));
        call.addAll(geometry.attributes());
        return call.toArray();
    }

    private static @Nullable Object[] forward(
            Values values, ElementType type, Geometry geometry, Layout layout, boolean bias) {
        return call(
                geometry,
                "input",
                Input.of(values.ordinary(type, geometry.input()), layout),
                "weight",
                Input.of(values.ordinary(type, geometry.weight()), layout),
                "bias",
                bias ? Input.of(values.ordinary(type, geometry.out())) : null);
    }

    private static @Nullable Object[] toInput(
            Values values, ElementType type, Geometry geometry, Layout layout) {
        return call(
                geometry,
                "grad_output",
                Input.of(values.ordinary(type, geometry.output()), layout),
                "weight",
                Input.of(values.ordinary(type, geometry.weight()), layout),
                "input_size",
                geometry.input());
    }

    private static @Nullable Object[] toWeight(
            Values values, ElementType type, Geometry geometry, Layout layout) {
        return call(
                geometry,
                "grad_output",
                Input.of(values.ordinary(type, geometry.output()), layout),
                "input",
                Input.of(values.ordinary(type, geometry.input()), layout),
                "weight_size",
                geometry.weight());
    }
}
