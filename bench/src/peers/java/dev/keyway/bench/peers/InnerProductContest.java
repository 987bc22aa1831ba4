// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.peers;

import dev.keyway.Ops;
import dev.keyway.Tensor;
import java.lang.foreign.ValueLayout;
import java.util.List;

/** {@code linear} of {@code [m, k]} with weights {@code [n, k]} that stay, and a bias. */
final class InnerProductContest extends OneDnnContest {
    private final int k;
    private final Tensor input;
    private final Tensor weight;
    private final Tensor bias;

    InnerProductContest(int m, int k, int n, int threads) {
        super(threads, m, n);
        this.k = k;
        input = tensor(1, m, k);
        weight = tensor(2, n, k);
        bias = tensor(3, n);
        prepare(describe(m, n), input, weight, weight.sizes(), bias);
    }

    private long describe(int m, int n) {
        ValueLayout p = ValueLayout.JAVA_LONG;
        ValueLayout i = ValueLayout.JAVA_INT;
        return library.make(
                "dnnl_inner_product_forward_primitive_desc_create",
                List.of(p, i, p, p, p, p, p),
                library.engine(),
                INFERENCE,
                library.description(false, m, k),
                library.description(false, n, k),
                library.description(true, n),
                library.description(false, m, n),
                0L);
    }

    @Override
    Tensor compute() {
        return Ops.linear(input, weight, bias);
    }

    @Override
    double terms() {
        return k;
    }

    @Override
    String flags() {
        return "inner product with bias, its own layouts";
    }
}
