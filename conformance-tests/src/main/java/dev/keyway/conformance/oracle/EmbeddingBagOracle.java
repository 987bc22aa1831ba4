// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import com.google.auto.service.AutoService;

import java.util.ArrayList;
import java.util.List;

/** Sums, means and largest elements of bags of rows. */
@AutoService(OracleFamily.class)
public final class EmbeddingBagOracle implements OracleFamily {
    /** For {@code ServiceLoader}. */
    public EmbeddingBagOracle() {}

    @Override
    public void register(Oracles.Table table) {
        table.add("embedding_bag", Oracle.single(EmbeddingBagOracle::compute));
    }

    private static Expected compute(Arguments arguments) {
        HostArray weight = arguments.array("weight");
        HostArray indices = arguments.array("indices");
        HostArray offsets = arguments.array("offsets");
        HostArray factors = arguments.optionalArray("per_sample_weights");
        Long padding = (Long) arguments.get("padding_idx");
        long mode = arguments.integer("mode");
        int bags = offsets.numel() - (arguments.flag("include_last_offset") ? 1 : 0);
        int width = weight.size(1);
        double u = Rounded.unit(weight.type());
        List<Approx> results = new ArrayList<>();
        for (int i = 0; i < bags * width; i++) {
            int bag = i / width;
            long end = bag + 1 < offsets.numel() ? offsets.integer(bag + 1) : indices.numel();
            List<Approx> terms = new ArrayList<>();
            double largest = Double.NEGATIVE_INFINITY;
            for (long at = offsets.integer(bag); at < end; at++) {
                long row = indices.integer((int) at);
                if (padding != null && row == Math.floorMod(padding, weight.size(0))) {
                    continue;
                }
                Approx x = Approx.of(weight.real((int) row * width + i % width), u);
                terms.add(factors == null ? x : x.times(factors.real((int) at)));
                largest = Math.max(largest, x.value());
            }
            Approx sum = Approx.sum(terms, u);
            results.add(
                    terms.isEmpty()
                            ? Approx.of(0, u)
                            : mode == 2
                                    ? Approx.of(largest, u)
                                    : mode == 1 ? sum.over(terms.size()) : sum);
        }
        return Approx.expected(weight.type(), new long[] {bags, width}, results);
    }
}
