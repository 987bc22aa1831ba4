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

    /** Fails for what does not fit. */
    static void check(MetaContext m, int mask, boolean grouped) {
        DType dtype = Checks.floating(m, 0, "query");
        Checks.dtype(m, 1, "key", dtype);
        Checks.dtype(m, 2, "value", dtype);
        Tensor q = m.input(0);
        Tensor k = m.input(1);
        Tensor v = m.input(2);
        int n = q.dim();
        boolean fits = n >= 2 && k.dim() == n && v.dim() == n;
        for (int d = 0; fits && d < n - 2; d++) {
            boolean heads = grouped && d == n - 3;
            boolean divides = k.size(d) > 0 && q.size(d) % k.size(d) == 0;
            fits = k.size(d) == v.size(d) && (heads ? divides : q.size(d) == k.size(d));
        }
        fits = fits && q.size(n - 1) == k.size(n - 1) && k.size(n - 2) == v.size(n - 2);
        if (!fits) {
            throw m.error(
                    "query "
                            + Arrays.toString(q.sizes())
                            + ", key "
                            + Arrays.toString(k.sizes())
                            + " and value "
                            + Arrays.toString(v.sizes())
                            + " don't fit; expected [..., queries, e], [..., keys, e] and"
                            + " [..., keys, ev]");
        }
        checkMask(m, mask, dtype, q, k.size(n - 2));
    }

    /** The output is {@code [..., queries, features of value]}. */
    static void output(MetaContext m) {
        Tensor q = m.input(0);
        long features = m.input(2).size(-1);
        if (features == q.size(-1)) {
            m.outputLike(0, q.dtype());
            return;
        }
        long[] out = q.sizes();
        out[out.length - 1] = features;
        m.output(0, q.dtype(), out);
    }

    private static void checkMask(MetaContext m, int input, DType dtype, Tensor q, long keys) {
        Tensor mask = m.inputOrNull(input);
        if (mask == null) {
            return;
        }
        if (mask.dtype() != DType.BOOL) {
            Checks.dtype(m, input, "attn_mask", dtype);
        }
        boolean fits = mask.dim() >= 1 && mask.dim() <= q.dim();
        for (int d = 1; fits && d <= mask.dim(); d++) {
            long size = mask.size(-d);
            fits = size == 1 || size == (d == 1 ? keys : q.size(-d));
        }
        if (!fits) {
            long[] scores = q.sizes();
            scores[scores.length - 1] = keys;
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
