// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import dev.keyway.Tensor;
import dev.keyway.attributes.CrossEntropyAttributes;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Cross entropy with a distribution over the classes. */
final class SoftTargets {
    private SoftTargets() {}

    /** {@code -sum over classes of w logits}. */
    static Tensor allClasses(Tensor logits, @Nullable Tensor weight, int dim) {
        long[] dims = {dim};
        try (Tensor weighted = times(logits, weight, dim);
                Tensor sum = weighted.sum(dims)) {
            return sum.neg();
        }
    }

    private static Tensor times(Tensor logits, @Nullable Tensor weight, int dim) {
        if (weight == null) {
            return logits.view(logits.sizes());
        }
        long[] sizes = new long[logits.dim()];
        Arrays.fill(sizes, 1);
        sizes[dim] = weight.numel();
        try (Tensor factors = weight.reshape(sizes)) {
            return logits.mul(factors);
        }
    }

    static Tensor loss(
            Tensor logits,
            Tensor target,
            @Nullable Tensor weight,
            int dim,
            CrossEntropyAttributes a) {
        double smoothing = a.labelSmoothing();
        try (Tensor wide = Wide.as(target.view(target.sizes()), logits.dtype());
                Tensor scaled = wide.mul(1 - smoothing);
                Tensor smooth = scaled.add(smoothing / logits.size(dim));
                Tensor product = logits.mul(smoothing == 0 ? wide : smooth)) {
            Tensor losses = allClasses(product, weight, dim);
            if (a.reduction() != Reduction.MEAN) {
                return Reduction.of(losses, a.reduction());
            }
            // The mean is over the rows, whatever their weights.
            try (losses;
                    Tensor sum = losses.sum()) {
                return sum.div((double) logits.numel() / logits.size(dim));
            }
        }
    }
}
