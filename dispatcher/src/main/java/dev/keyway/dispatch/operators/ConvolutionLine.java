// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import dev.keyway.Ops;
import dev.keyway.Tensor;
import org.jspecify.annotations.Nullable;

/** Convolution in one direction: in two, with a height of 1. */
final class ConvolutionLine {
    private ConvolutionLine() {}

    static Tensor forward(@Nullable Tensor[] inputs, ConvolutionArguments a) {
        try (Tensor input = Inputs.get(inputs, 0).unsqueeze(-2);
                Tensor weight = Inputs.get(inputs, 1).unsqueeze(-2);
                Tensor out =
                        Ops.conv2d(
                                input,
                                weight,
                                inputs[2],
                                ConvolutionArguments.lift(a.stride(), 1),
                                ConvolutionArguments.lift(a.padding(), 0),
                                ConvolutionArguments.lift(a.dilation(), 1),
                                a.groups())) {
            return out.squeeze(-2L);
        }
    }

    static Tensor transposed(@Nullable Tensor[] inputs, ConvolutionArguments a) {
        try (Tensor input = Inputs.get(inputs, 0).unsqueeze(-2);
                Tensor weight = Inputs.get(inputs, 1).unsqueeze(-2);
                Tensor out =
                        Ops.convTranspose2d(
                                input,
                                weight,
                                inputs[2],
                                ConvolutionArguments.lift(a.stride(), 1),
                                ConvolutionArguments.lift(a.padding(), 0),
                                ConvolutionArguments.lift(a.outputPadding(), 0),
                                a.groups(),
                                ConvolutionArguments.lift(a.dilation(), 1))) {
            return out.squeeze(-2L);
        }
    }
}
