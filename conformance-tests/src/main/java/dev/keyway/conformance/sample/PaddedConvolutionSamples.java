// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.sample;

import com.google.auto.service.AutoService;

import dev.keyway.conformance.oracle.ElementType;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.List;

/** Convolution with the padding named: even and odd windows, holes, strides, groups, no batch. */
@AutoService(SampleFamily.class)
public final class PaddedConvolutionSamples implements SampleFamily {
    /** For {@code ServiceLoader}. */
    public PaddedConvolutionSamples() {}

    @Override
    public Profile profile() {
        return Profile.INFERENCE;
    }

    @Override
    public void register(Samples.Table table) {
        for (int r = 1; r <= 3; r++) {
            int rank = r;
            OperatorSamples samples =
                    table.operator("conv" + rank + "d.padding", NetworkTypes.NUMBERS);
            for (String padding : List.of("same", "valid")) {
                for (long kernel : new long[] {1, 2, 3}) {
                    samples.add("smooth", (v, t) -> call(v, t, rank, padding, kernel, 1, true));
                }
                samples.add("smooth dilated", (v, t) -> call(v, t, rank, padding, 2, 2, false));
            }
        }
    }

    private static @Nullable Object[] call(
            Values v,
            ElementType type,
            int rank,
            String padding,
            long kernel,
            long dilation,
            boolean batch) {
        long[] input = {2, 4, 3, 5, 4};
        long[] shape = Arrays.copyOf(input, rank + 2);
        long[] weight = new long[rank + 2];
        Arrays.fill(weight, kernel);
        weight[0] = 2;
        weight[1] = 2;
        long[] stride = new long[rank];
        Arrays.fill(stride, padding.equals("valid") && kernel == 3 ? 2 : 1);
        long[] holes = new long[rank];
        Arrays.fill(holes, dilation);
        return new @Nullable Object[] {
            "input",
            Input.of(v.ordinary(type, batch ? shape : Arrays.copyOfRange(shape, 1, rank + 2))),
            "weight",
            Input.of(v.ordinary(type, weight)),
            "bias",
            kernel == 2 ? Input.of(v.ordinary(type, 2)) : null,
            "stride",
            stride,
            "padding",
            padding,
            "dilation",
            holes,
            "groups",
            2L
        };
    }

    @Override
    public void errors(ErrorTable table) {
        for (Object[] wrong :
                new Object[][] {
                    {"full", new long[] {1}, "'padding'"}, {"same", new long[] {2}, "'stride'"}
                }) {
            table.refuses(
                    "conv1d.padding",
                    List.of(String.valueOf(wrong[2])),
                    "input",
                    ErrorTable.reals(1, 2, 5),
                    "weight",
                    ErrorTable.reals(1, 2, 3),
                    "bias",
                    null,
                    "stride",
                    wrong[1],
                    "padding",
                    wrong[0],
                    "dilation",
                    new long[] {1},
                    "groups",
                    1L);
        }
    }
}
