// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import com.google.auto.service.AutoService;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** {@code softmax(q k^T scale + mask) v}; a query that sees no key gets zeros. */
@AutoService(OracleFamily.class)
public final class AttentionOracles implements OracleFamily {
    /** For {@code ServiceLoader}. */
    public AttentionOracles() {}

    @Override
    public void register(Oracles.Table table) {
        table.add("scaled_dot_product_attention", a -> attention(a).subList(0, 1));
        table.add("_scaled_dot_product_flash_attention_for_cpu", AttentionOracles::attention);
        table.add(
                "_scaled_dot_product_flash_attention_for_cpu_backward",
                AttentionGradientOracle::compute);
    }

    /** The score of a query and a key, with its mask; null where the key is hidden. */
    static @Nullable Approx score(
            Arguments arguments, long[] at, long key, HostArray query, HostArray keys, double u) {
        if (arguments.flag("is_causal") && key > at[at.length - 2]) {
            return null;
        }
        long[] q = at.clone();
        long[] k = group(at, query, keys);
        k[k.length - 2] = key;
        List<Approx> terms = new ArrayList<>();
        int features = query.size(query.rank() - 1);
        for (int e = 0; e < features; e++) {
            q[q.length - 1] = e;
            k[k.length - 1] = e;
            terms.add(Approx.of(query.realAt(q), u).times(keys.realAt(k)));
        }
        Object scale = arguments.get("scale");
        double factor = scale == null ? 1 / Math.sqrt(features) : (double) (Double) scale;
        Approx score = Approx.sum(terms, u).times(factor);
        HostArray mask = arguments.optionalArray("attn_mask");
        if (mask == null) {
            return score;
        }
        long[] place = at.clone();
        place[place.length - 1] = key;
        int i = Shapes.broadcastLinear(place, mask.shape());
        if (!mask.type().isFloating()) {
            return mask.integer(i) != 0 ? score : null;
        }
        return mask.real(i) == Double.NEGATIVE_INFINITY ? null : score.plus(mask.real(i));
    }

    /** The coordinates of the keys' head that serves the query's. */
    static long[] group(long[] at, HostArray query, HostArray keys) {
        long[] result = at.clone();
        int head = at.length - 3;
        if (head >= 0) {
            result[head] = at[head] / (query.size(head) / keys.size(head));
        }
        return result;
    }

    private static List<Expected> attention(Arguments arguments) {
        HostArray query = arguments.array("query");
        HostArray keys = arguments.array("key");
        HostArray values = arguments.array("value");
        double u = Rounded.unit(query.type());
        int n = query.rank();
        long[] shape = query.shape();
        shape[n - 1] = values.size(n - 1);
        long[] rows = Arrays.copyOf(shape, n - 1);
        List<Approx> results = new ArrayList<>();
        List<Approx> sums = new ArrayList<>();
        for (int row = 0; row < Shapes.numel(rows); row++) {
            long[] at = Arrays.copyOf(Shapes.coordinates(row, rows), n);
            List<Approx> scores = new ArrayList<>();
            List<Long> seen = new ArrayList<>();
            double largest = Double.NEGATIVE_INFINITY;
            for (long key = 0; key < keys.size(n - 2); key++) {
                Approx score = score(arguments, at, key, query, keys, u);
                if (score != null) {
                    scores.add(score);
                    seen.add(key);
                    largest = Math.max(largest, score.value());
                }
            }
            Approx shift = Approx.of(largest, u);
            List<Approx> weights = scores.stream().map(s -> s.minus(shift).exp()).toList();
            Approx sum = Approx.sum(weights, u);
            sums.add(
                    scores.isEmpty()
                            ? Approx.of(Double.POSITIVE_INFINITY, u)
                            : sum.log().plus(shift));
            for (long e = 0; e < shape[n - 1]; e++) {
                List<Approx> terms = new ArrayList<>();
                for (int i = 0; i < weights.size(); i++) {
                    long[] place = group(at, query, values);
                    place[n - 2] = seen.get(i);
                    place[n - 1] = e;
                    terms.add(weights.get(i).times(values.realAt(place)));
                }
                results.add(scores.isEmpty() ? Approx.of(0, u) : Approx.sum(terms, u).over(sum));
            }
        }
        return List.of(
                Approx.expected(query.type(), shape, results),
                Approx.expected(query.type().computeType(), rows, sums));
    }
}
