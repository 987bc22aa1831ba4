// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.operator.MetaContext;
import dev.keyway.operator.OperatorDefinition;
import dev.keyway.schema.Schemas;
import java.util.Arrays;

/** {@code matmul}: vectors become matrices, batch dimensions broadcast, then {@code bmm}. */
final class MatmulDefinition {
    private MatmulDefinition() {}

    static OperatorDefinition define() {
        return OperatorDefinition.of(
                        Schemas.MATMUL,
                        m -> {
                            Tensor a = m.input(0);
                            Tensor b = m.input(1);
                            DType dtype = Matrix.sameDType(m, 0, 1);
                            if (a.dim() == 0 || b.dim() == 0) {
                                throw m.error(
                                        "both arguments need at least one dimension; multiply with"
                                                + " mul");
                            }
                            m.compute(Metas.wide(dtype));
                            m.output(dtype, shape(m, a, b));
                        })
                .compositeSingle(
                        (c, inputs) ->
                                multiply(
                                        Inputs.get(inputs, 0),
                                        Inputs.get(inputs, 1),
                                        c.outputSizes(0)));
    }

    private static long[] matrix(Tensor tensor, boolean left) {
        if (tensor.dim() > 1) {
            return tensor.sizes();
        }
        return left ? new long[] {1, tensor.size(0)} : new long[] {tensor.size(0), 1};
    }

    private static long[] batch(MetaContext m, long[] a, long[] b) {
        int dims = Math.max(a.length, b.length) - 2;
        long[] batch = new long[dims];
        for (int i = 1; i <= dims; i++) {
            long x = i <= a.length - 2 ? a[a.length - 2 - i] : 1;
            long y = i <= b.length - 2 ? b[b.length - 2 - i] : 1;
            if (x != y && x != 1 && y != 1) {
                throw m.error(
                        "batch dimensions of "
                                + Arrays.toString(a)
                                + " and "
                                + Arrays.toString(b)
                                + " do not broadcast");
            }
            batch[dims - i] = x == 1 ? y : x;
        }
        return batch;
    }

    private static long[] shape(MetaContext m, Tensor a, Tensor b) {
        long[] x = matrix(a, true);
        long[] y = matrix(b, false);
        if (x[x.length - 1] != y[y.length - 2]) {
            throw m.error(
                    "shapes "
                            + Arrays.toString(a.sizes())
                            + " and "
                            + Arrays.toString(b.sizes())
                            + " can't be multiplied: "
                            + x[x.length - 1]
                            + " columns, "
                            + y[y.length - 2]
                            + " rows");
        }
        long[] batch = batch(m, x, y);
        int tail = (a.dim() > 1 ? 1 : 0) + (b.dim() > 1 ? 1 : 0);
        long[] sizes = Arrays.copyOf(batch, batch.length + tail);
        int at = batch.length;
        if (a.dim() > 1) {
            sizes[at++] = x[x.length - 2];
        }
        if (b.dim() > 1) {
            sizes[at] = y[y.length - 1];
        }
        return sizes;
    }

    private static Tensor multiply(Tensor a, Tensor b, long[] sizes) {
        if (a.dim() == 2 && b.dim() == 2) {
            return a.mm(b);
        }
        long[] x = matrix(a, true);
        long[] y = matrix(b, false);
        int dims = Math.max(x.length, y.length) - 2;
        long[] batch = Arrays.copyOf(sizes, dims);
        try (Tensor left = batched(a, x, batch);
                Tensor right = batched(b, y, batch);
                Tensor product = left.bmm(right)) {
            return product.reshape(sizes);
        }
    }

    private static Tensor batched(Tensor tensor, long[] matrix, long[] batch) {
        long[] full = Arrays.copyOf(batch, batch.length + 2);
        full[batch.length] = matrix[matrix.length - 2];
        full[batch.length + 1] = matrix[matrix.length - 1];
        long count = Metas.product(batch);
        try (Tensor shaped = tensor.reshape(matrix);
                Tensor expanded = shaped.expand(full)) {
            return expanded.reshape(count, full[batch.length], full[batch.length + 1]);
        }
    }
}
