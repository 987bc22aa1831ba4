// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The gradients of attention in four dimensions, from the given sums of the queries. */
final class AttentionGradientOracle {
    private AttentionGradientOracle() {}

    private static List<List<Approx>> lists(HostArray like) {
        List<List<Approx>> lists = new ArrayList<>();
        for (int i = 0; i < like.numel(); i++) {
            lists.add(new ArrayList<>());
        }
        return lists;
    }

    private static Expected sums(HostArray like, List<List<Approx>> terms, double u) {
        return Approx.expected(
                like.type(),
                like.shape(),
                terms.stream().map(list -> Approx.sum(list, u)).toList());
    }

    static List<Expected> compute(Arguments arguments) {
        HostArray grad = arguments.array("grad_out");
        HostArray query = arguments.array("query");
        HostArray keys = arguments.array("key");
        HostArray values = arguments.array("value");
        HostArray sums = arguments.array("logsumexp");
        double u = Rounded.unit(query.type());
        Object scale = arguments.get("scale");
        double factor = scale == null ? 1 / Math.sqrt(query.size(3)) : (double) (Double) scale;
        List<List<Approx>> toQuery = lists(query);
        List<List<Approx>> toKey = lists(keys);
        List<List<Approx>> toValue = lists(values);
        long[] rows = Arrays.copyOf(query.shape(), 3);
        for (int row = 0; row < Shapes.numel(rows); row++) {
            long[] at = Arrays.copyOf(Shapes.coordinates(row, rows), 4);
            List<Approx> weights = new ArrayList<>();
            List<Approx> products = new ArrayList<>();
            List<Approx> weighted = new ArrayList<>();
            for (long key = 0; key < keys.size(2); key++) {
                Approx score = AttentionOracles.score(arguments, at, key, query, keys, u);
                Approx weight =
                        score == null
                                ? Approx.of(0, u)
                                : score.minus(Approx.of(sums.real(row), u)).exp();
                List<Approx> terms = new ArrayList<>();
                for (long e = 0; e < values.size(3); e++) {
                    Approx g = Approx.of(grad.realAt(at[0], at[1], at[2], e), u);
                    terms.add(g.times(values.realAt(at[0], at[1], key, e)));
                    int to = Shapes.linear(new long[] {at[0], at[1], key, e}, values.shape());
                    toValue.get(to).add(g.times(weight));
                }
                weights.add(weight);
                products.add(Approx.sum(terms, u));
                weighted.add(products.getLast().times(weight));
            }
            Approx common = Approx.sum(weighted, u);
            for (int key = 0; key < weights.size(); key++) {
                Approx slope =
                        weights.get(key).times(products.get(key).minus(common)).times(factor);
                for (long e = 0; e < query.size(3); e++) {
                    int q = Shapes.linear(new long[] {at[0], at[1], at[2], e}, query.shape());
                    int k = Shapes.linear(new long[] {at[0], at[1], key, e}, keys.shape());
                    toQuery.get(q).add(slope.times(keys.real(k)));
                    toKey.get(k).add(slope.times(query.real(q)));
                }
            }
        }
        return List.of(sums(query, toQuery, u), sums(keys, toKey, u), sums(values, toValue, u));
    }
}
