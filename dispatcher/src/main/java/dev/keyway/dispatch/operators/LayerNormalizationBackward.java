// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import dev.keyway.Tensor;
import org.jspecify.annotations.Nullable;

/** The gradients of layer normalization, and its statistics where these are differentiated too. */
final class LayerNormalizationBackward {
    private static final long[] LAST = {1};

    private LayerNormalizationBackward() {}

    /**
     * With {@code x = (input - mean) * rstd} and {@code g = grad * weight}: the bias gets sum(grad)
     * over the rows, the weight sum(grad * x), and the input {@code rstd * (g - mean(g) - x *
     * mean(g * x))}.
     */
    static Tensor[] compute(@Nullable Tensor[] inputs, long[] normalized) {
        Tensor gradient = Inputs.get(inputs, 0);
        Tensor input = Inputs.get(inputs, 1);
        Tensor weight = inputs[4];
        try (Tensor x = LayerNormalization.matrix(input, normalized);
                Tensor grad = LayerNormalization.matrix(gradient, normalized);
                Tensor mean = Inputs.get(inputs, 2).reshape(x.size(0), 1);
                Tensor rstd = Inputs.get(inputs, 3).reshape(x.size(0), 1);
                Tensor centred = x.sub(mean);
                Tensor unit = centred.mul(rstd);
                Tensor weighted = grad.mul(unit);
                Tensor bias = grad.sum(0);
                Tensor scale = weighted.sum(0);
                Tensor factored = weight == null ? grad.view(grad.sizes()) : times(grad, weight);
                Tensor out = inner(factored, unit, rstd)) {
            return new Tensor[] {
                out.view(input.sizes()), scale.view(normalized), bias.view(normalized)
            };
        }
    }

    private static Tensor times(Tensor grad, Tensor weight) {
        try (Tensor row = weight.reshape(grad.size(1))) {
            return grad.mul(row);
        }
    }

    private static Tensor inner(Tensor g, Tensor unit, Tensor rstd) {
        try (Tensor first = g.mean(LAST, true);
                Tensor products = g.mul(unit);
                Tensor factor = products.mean(LAST, true);
                Tensor second = unit.mul(factor);
                Tensor less = g.sub(first);
                Tensor rest = less.sub(second)) {
            return rest.mul(rstd);
        }
    }

    /** The mean of each row, {@code [rows, 1]}. */
    static Tensor mean(Tensor input, long[] normalized) {
        try (Tensor x = matrix(input, normalized)) {
            return x.mean(LAST, true);
        }
    }

    /** {@code 1 / sqrt(mean(square) + eps)} of each row, less the mean where there is one. */
    static Tensor rstd(Tensor input, @Nullable Tensor mean, long[] normalized, double eps) {
        try (Tensor x = matrix(input, normalized);
                Tensor centred = mean == null ? x.view(x.sizes()) : x.sub(mean);
                Tensor squares = centred.square();
                Tensor variance = squares.mean(LAST, true);
                Tensor sum = variance.add(eps)) {
            return sum.rsqrt();
        }
    }

    private static Tensor matrix(Tensor input, long[] normalized) {
        try (Tensor wide = Wide.as(input.view(input.sizes()), Metas.wide(input.dtype()))) {
            return LayerNormalization.matrix(wide, normalized);
        }
    }
}
