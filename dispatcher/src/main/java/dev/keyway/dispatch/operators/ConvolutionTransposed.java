// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import dev.keyway.Ops;
import dev.keyway.Tensor;
import org.jspecify.annotations.Nullable;

/** Transposed convolution in two directions: the adjoint of convolution for the input. */
final class ConvolutionTransposed {
    private ConvolutionTransposed() {}

    static Tensor compute(@Nullable Tensor[] inputs, ConvolutionArguments a, long[] out) {
        Tensor input = Inputs.get(inputs, 0);
        Tensor bias = inputs[2];
        boolean batched = input.dim() == 4;
        long[] full = batched ? out.clone() : new long[] {1, out[0], out[1], out[2]};
        try (Tensor images = batched ? input.view(input.sizes()) : input.unsqueeze(0);
                Tensor product = product(images, Inputs.get(inputs, 1), a, full);
                Tensor shaped = product.view(out)) {
            if (bias == null) {
                return shaped.view(out);
            }
            try (Tensor column = bias.reshape(bias.size(0), 1, 1)) {
                return shaped.add(column);
            }
        }
    }

    /**
     * The adjoint of a convolution that has {@code images}' size; where the output padding is a
     * step or more, its rows and columns are zeros behind that.
     */
    private static Tensor product(
            Tensor images, Tensor weight, ConvolutionArguments a, long[] full) {
        long[] size = full.clone();
        long[] behind = new long[4];
        for (int d = 0; d < 2; d++) {
            if (a.outputPadding()[d] >= a.stride()[d]) {
                size[2 + d] -= a.outputPadding()[d];
                behind[3 - 2 * d] = a.outputPadding()[d];
            }
        }
        Tensor product =
                Ops.convolutionBackwardInput(
                        images, weight, size, a.stride(), a.padding(), a.dilation(), a.groups());
        if (behind[1] == 0 && behind[3] == 0) {
            return product;
        }
        try (product) {
            return Ops.constantPadNd(product, behind);
        }
    }
}
