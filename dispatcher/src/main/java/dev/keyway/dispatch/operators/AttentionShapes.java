// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.operator.MetaContext;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Checks of attention's arguments. */
final class AttentionShapes {
    private AttentionShapes() {}

    /** Fails for what does not fit; the output is {@code [..., queries, features of value]}. */
    static long[] check(MetaContext m, int mask, boolean grouped) {
        DType dtype = Checks.floating(m, 0, "query");
        Checks.dtype(m, 1, "key", dtype);
        Checks.dtype(m, 2, "value", dtype);
        long[] q = m.input(0).sizes();
        long[] k = m.input(1).sizes();
        long[] v = m.input(2).sizes();
        int n = q.length;
        boolean fits = n >= 2 && k.length == n && v.length == n;
        for (int d = 0; fits && d < n - 2; d++) {
            boolean heads = grouped && d == n - 3;
            fits = k[d] == v[d] && (heads ? k[d] > 0 && q[d] % k[d] == 0 : q[d] == k[d]);
        }
        fits = fits && q[n - 1] == k[n - 1] && k[n - 2] == v[n - 2];
        if (!fits) {
            throw m.error(
                    "query "
                            + Arrays.toString(q)
                            + ", key "
                            + Arrays.toString(k)
                            + " and value "
                            + Arrays.toString(v)
                            + " don't fit; expected [..., queries, e], [..., keys, e] and"
                            + " [..., keys, ev]");
        }
        checkMask(m, mask, dtype, q, k[n - 2]);
        long[] out = q.clone();
        out[n - 1] = v[n - 1];
        return out;
    }

    private static void checkMask(MetaContext m, int input, DType dtype, long[] q, long keys) {
        Tensor mask = m.inputOrNull(input);
        if (mask == null) {
            return;
        }
        if (mask.dtype() != DType.BOOL) {
            Checks.dtype(m, input, "attn_mask", dtype);
        }
        long[] scores = q.clone();
        scores[scores.length - 1] = keys;
        boolean fits = mask.dim() >= 1 && mask.dim() <= scores.length;
        for (int d = 1; fits && d <= mask.dim(); d++) {
            long size = mask.size(mask.dim() - d);
            fits = size == 1 || size == scores[scores.length - d];
        }
        if (!fits) {
            throw m.error(
                    "argument 'attn_mask' with shape "
                            + Arrays.toString(mask.sizes())
                            + " does not broadcast to the scores "
                            + Arrays.toString(scores));
        }
    }

    /** The scale that is given, or {@code 1 / sqrt(features)}. */
    static double scale(@Nullable Double given, Tensor query) {
        return given == null ? 1 / Math.sqrt(query.size(-1)) : given;
    }
}
