// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.operator.OperatorFamily;
import dev.keyway.schema.Schemas;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The product of several matrices in the order with the fewest multiplications (Cormen and others,
 * "Introduction to Algorithms", matrix-chain multiplication). The first may be a row and the last a
 * column, each of one dimension.
 */
@AutoService(OperatorFamily.class)
public final class MatrixChains implements OperatorFamily {
    @Override
    public List<OperatorDefinition> definitions() {
        return List.of(
                Wide.single(
                        OperatorDefinition.of(Schemas.LINALG_MULTI_DOT, MatrixChains::meta),
                        (c, inputs) -> {
                            try (Temporaries t = new Temporaries()) {
                                Tensor[] chain = matrices(t, inputs);
                                int[][] cuts = cuts(chain);
                                Tensor all = product(t, chain, cuts, 0, chain.length - 1);
                                return all.reshape(c.outputSizes(0));
                            }
                        }));
    }

    private static void meta(MetaContext m) {
        int last = m.inputCount() - 1;
        if (last < 1) {
            throw m.error("argument 'tensors' has " + (last + 1) + " tensors, expected 2 or more");
        }
        DType dtype = m.input(0).dtype();
        for (int i = 0; i <= last; i++) {
            Tensor next = m.input(i);
            boolean end = i == 0 || i == last;
            if (next.dim() != 2 && !(end && next.dim() == 1)) {
                throw m.error(
                        "tensor "
                                + i
                                + " has shape "
                                + Arrays.toString(next.sizes())
                                + ", expected a matrix"
                                + (end ? " or a vector" : ""));
            }
            if (i > 0) {
                Matrix.sameDType(m, 0, i);
                long before = m.input(i - 1).size(-1);
                if (before != next.size(0)) {
                    throw m.error(
                            "tensor "
                                    + i
                                    + " has shape "
                                    + Arrays.toString(next.sizes())
                                    + ", whose rows must be the "
                                    + before
                                    + " columns of the tensor before");
                }
            }
        }
        boolean row = m.input(0).dim() == 1;
        boolean column = m.input(last).dim() == 1;
        m.compute(Metas.wide(dtype));
        m.output(dtype, sizes(m.input(0), m.input(last), row, column));
    }

    private static long[] sizes(Tensor first, Tensor last, boolean row, boolean column) {
        if (row) {
            return column ? new long[0] : new long[] {last.size(1)};
        }
        return column ? new long[] {first.size(0)} : new long[] {first.size(0), last.size(1)};
    }

    private static Tensor[] matrices(Temporaries t, @Nullable Tensor[] inputs) {
        Tensor[] chain = new Tensor[inputs.length];
        for (int i = 0; i < chain.length; i++) {
            Tensor next = Inputs.get(inputs, i);
            chain[i] = next.dim() == 2 ? next : t.keep(next.unsqueeze(i == 0 ? 0 : 1));
        }
        return chain;
    }

    /** Where the product of the matrices from i to j is best cut in two. */
    private static int[][] cuts(Tensor[] chain) {
        int n = chain.length;
        double[][] costs = new double[n][n];
        int[][] cuts = new int[n][n];
        for (int length = 1; length < n; length++) {
            for (int i = 0; i + length < n; i++) {
                int j = i + length;
                costs[i][j] = Double.POSITIVE_INFINITY;
                for (int k = i; k < j; k++) {
                    double own = (double) chain[i].size(0) * chain[k].size(1) * chain[j].size(1);
                    double cost = costs[i][k] + costs[k + 1][j] + own;
                    if (cost < costs[i][j]) {
                        costs[i][j] = cost;
                        cuts[i][j] = k;
                    }
                }
            }
        }
        return cuts;
    }

    private static Tensor product(Temporaries t, Tensor[] chain, int[][] cuts, int i, int j) {
        if (i == j) {
            return chain[i];
        }
        Tensor left = product(t, chain, cuts, i, cuts[i][j]);
        return t.keep(left.mm(product(t, chain, cuts, cuts[i][j] + 1, j)));
    }
}
