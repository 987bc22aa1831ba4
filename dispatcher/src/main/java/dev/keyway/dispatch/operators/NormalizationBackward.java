// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import dev.keyway.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The gradients of batch normalization, written with operators, so that they differentiate again.
 */
final class NormalizationBackward {
    private NormalizationBackward() {}

    /**
     * With {@code x = (input - mean) * inverse}: the bias gets sum(grad), the weight sum(grad * x),
     * and the input {@code weight * inverse * (grad - mean(grad) - x * mean(grad * x))} when
     * training, without the means when not.
     */
    static Tensor[] compute(@Nullable Tensor[] inputs, boolean training, long[] dims) {
        Tensor grad = Inputs.get(inputs, 0);
        Tensor input = Inputs.get(inputs, 1);
        Tensor weight = inputs[2];
        double n = (double) input.numel() / Math.max(input.size(1), 1);
        try (Tensor mean = channels(Inputs.get(inputs, 3), input.dim());
                Tensor inverse = channels(Inputs.get(inputs, 4), input.dim());
                Tensor centred = input.sub(mean);
                Tensor unit = centred.mul(inverse);
                Tensor weighted = grad.mul(unit)) {
            Tensor gradBias = grad.sum(dims);
            Tensor gradWeight = weighted.sum(dims);
            Tensor inner =
                    training
                            ? corrected(grad, unit, gradBias, gradWeight, n)
                            : grad.view(grad.sizes());
            try (inner;
                    Tensor scaled = inner.mul(inverse)) {
                Tensor gradInput =
                        weight == null ? scaled.view(scaled.sizes()) : times(scaled, weight);
                return new Tensor[] {gradInput, gradWeight, gradBias};
            }
        }
    }

    private static Tensor corrected(
            Tensor grad, Tensor unit, Tensor gradBias, Tensor gradWeight, double n) {
        try (Tensor meanGrad = gradBias.div(n);
                Tensor first = channels(meanGrad, grad.dim());
                Tensor meanWeighted = gradWeight.div(n);
                Tensor factor = channels(meanWeighted, grad.dim());
                Tensor second = unit.mul(factor);
                Tensor less = grad.sub(first)) {
            return less.sub(second);
        }
    }

    private static Tensor times(Tensor tensor, Tensor weight) {
        try (Tensor factor = channels(weight, tensor.dim())) {
            return tensor.mul(factor);
        }
    }

    private static Tensor channels(Tensor values, int dims) {
        long[] sizes = new long[dims];
        Arrays.fill(sizes, 1);
        sizes[1] = values.numel();
        return values.reshape(sizes);
    }
}
