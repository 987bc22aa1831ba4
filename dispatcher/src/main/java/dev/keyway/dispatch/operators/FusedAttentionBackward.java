// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import dev.keyway.Tensor;
import dev.keyway.attributes.ScaledDotProductFlashAttentionForCpuBackwardAttributes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The gradients of attention, block by block: with the weights {@code P = exp(scores - sum)} and
 * {@code dP = dO V^T}, the scores get {@code dS = P (dP - sum(P dP))}, queries {@code dS K}, keys
 * {@code dS^T Q}, values {@code P^T dO}.
 */
final class FusedAttentionBackward {
    private FusedAttentionBackward() {}

    static Tensor[] compute(
            @Nullable Tensor[] inputs, ScaledDotProductFlashAttentionForCpuBackwardAttributes a) {
        Tensor grad = Inputs.get(inputs, 0);
        Tensor query = Inputs.get(inputs, 1);
        Tensor key = Inputs.get(inputs, 2);
        Tensor value = Inputs.get(inputs, 3);
        double scale = AttentionShapes.scale(a.scale(), query);
        long step = AttentionBlocks.rows(query, key);
        long total = query.size(-2);
        List<Tensor> queries = new ArrayList<>();
        Tensor keys = Matrix.zeros(key, key.sizes());
        Tensor values = Matrix.zeros(value, value.sizes());
        for (long start = 0; start < total; start += step) {
            long count = Math.min(step, total - start);
            try (Tensor rows = query.narrow(-2, start, count);
                    Tensor own = grad.narrow(-2, start, count);
                    Tensor mask = AttentionBlocks.part(inputs[5], start, count);
                    Tensor scores =
                            AttentionBlocks.scores(rows, key, mask, scale, a.isCausal(), start);
                    Tensor weights = weights(scores, Inputs.get(inputs, 4), start, count);
                    Tensor slopes = slopes(weights, own, value, scale)) {
                queries.add(slopes.matmul(key));
                keys = plus(keys, slopes, rows);
                values = plus(values, weights, own);
            }
        }
        return new Tensor[] {
            queries.isEmpty() ? Matrix.zeros(query, query.sizes()) : AttentionBlocks.join(queries),
            keys,
            values
        };
    }

    private static Tensor weights(Tensor scores, Tensor sums, long start, long count) {
        try (Tensor own = sums.narrow(-1, start, count);
                Tensor column = own.unsqueeze(-1);
                Tensor shifted = scores.sub(column)) {
            return shifted.exp();
        }
    }

    private static Tensor slopes(Tensor weights, Tensor grad, Tensor value, double scale) {
        long[] last = {-1};
        try (Tensor turned = value.transpose(-2, -1);
                Tensor products = grad.matmul(turned);
                Tensor weighted = products.mul(weights);
                Tensor sum = weighted.sum(last, true);
                Tensor common = weights.mul(sum);
                Tensor rest = weighted.sub(common)) {
            return rest.mul(scale);
        }
    }

    /** {@code sum + a^T b}; closes the sum. */
    private static Tensor plus(Tensor sum, Tensor a, Tensor b) {
        try (sum;
                Tensor turned = a.transpose(-2, -1);
                Tensor product = turned.matmul(b)) {
            return sum.add(product);
        }
    }
}
