// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import dev.keyway.Ops;
import dev.keyway.Scalar;
import dev.keyway.Tensor;
import java.util.Arrays;

/**
 * Two-dimensional convolution and its adjoints as products with unfolded windows, for devices
 * without kernels of their own.
 */
record Unfolded(Windows windows, long groups) {
    private static long[] kernel(long[] weight) {
        return Arrays.copyOfRange(weight, 2, weight.length);
    }

    /** {@code [n, groups, channels * kernel, positions]}. */
    private Tensor columns(Tensor input, long[] weight, long[] out) {
        long taps = Metas.product(kernel(weight));
        try (Tensor padded = windows.padded(input, Scalar.ZERO, kernel(weight), out);
                Tensor parts = windows.windows(padded, kernel(weight), out)) {
            return parts.reshape(input.size(0), groups, weight[1] * taps, Metas.product(out));
        }
    }

    private Tensor grouped(Tensor weight) {
        long rows = weight.size(0) / groups;
        return weight.reshape(groups, rows, weight.numel() / weight.size(0));
    }

    /** The convolution without bias. */
    Tensor multiply(Tensor input, Tensor weight, long[] out) {
        if (Metas.product(out) == 0 || weight.numel() == 0) {
            return Matrix.zeros(input, out);
        }
        try (Tensor columns = columns(input, weight.sizes(), kernel(out));
                Tensor matrices = grouped(weight);
                Tensor product = matrices.matmul(columns)) {
            return product.reshape(out);
        }
    }

    /**
     * The gradient of the input: products with the transposed weight, added where windows overlap.
     */
    Tensor multiplyTransposed(Tensor grad, Tensor weight, long[] inputSize) {
        if (grad.numel() == 0 || weight.numel() == 0) {
            return Matrix.zeros(grad, inputSize);
        }
        long[] out = kernel(grad.sizes());
        int rank = out.length;
        long[] places = new long[2 + 2 * rank];
        places[0] = grad.size(0);
        places[1] = inputSize[1];
        System.arraycopy(weight.sizes(), 2, places, 2, rank);
        System.arraycopy(out, 0, places, 2 + rank, rank);
        long[] fullSize = inputSize.clone();
        for (int d = 0; d < rank; d++) {
            long needed = (out[d] - 1) * windows.stride()[d] + windows.reach(weight.size(2 + d), d);
            fullSize[2 + d] = Math.max(inputSize[2 + d] + 2 * windows.padding()[d], needed);
        }
        long perGroup = weight.size(0) / groups;
        try (Tensor matrices = grouped(weight);
                Tensor transposed = matrices.transpose(1, 2);
                Tensor rows = grad.reshape(grad.size(0), groups, perGroup, Metas.product(out));
                Tensor product = transposed.matmul(rows);
                Tensor parts = product.reshape(places);
                Tensor full = Ops.zeros(grad.device(), grad.dtype(), fullSize)) {
            windows.fold(full, parts);
            try (Tensor inside = windows.inside(full, kernel(inputSize))) {
                return inside.clone();
            }
        }
    }

    /** The gradient of the weight. */
    Tensor correlate(Tensor grad, Tensor input, long[] weightSize) {
        if (grad.numel() == 0 || Metas.product(weightSize) == 0) {
            return Matrix.zeros(grad, weightSize);
        }
        long[] out = kernel(grad.sizes());
        long outputs = weightSize[0] / groups;
        try (Tensor columns = columns(input, weightSize, out);
                Tensor transposed = columns.transpose(2, 3);
                Tensor rows = grad.reshape(grad.size(0), groups, outputs, Metas.product(out));
                Tensor products = rows.matmul(transposed);
                Tensor sum = products.sum(0)) {
            return sum.reshape(weightSize);
        }
    }
}
