// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import com.google.auto.service.AutoService;

import java.util.Arrays;

/** Rows of a table, and what the table gets back. */
@AutoService(OracleFamily.class)
public final class EmbeddingOracles implements OracleFamily {
    /** For {@code ServiceLoader}. */
    public EmbeddingOracles() {}

    @Override
    public void register(Oracles.Table table) {
        table.add("embedding", Oracle.single(EmbeddingOracles::embedding));
        table.add("embedding_dense_backward", Oracle.single(EmbeddingOracles::backward));
    }

    private static Expected embedding(Arguments arguments) {
        HostArray weight = arguments.array("weight");
        HostArray indices = arguments.array("indices");
        int width = weight.size(1);
        long[] shape = Arrays.copyOf(indices.shape(), indices.rank() + 1);
        shape[indices.rank()] = width;
        return Expected.exactly(
                weight.pick(shape, i -> (int) indices.integer(i / width) * width + i % width));
    }

    private static Expected backward(Arguments arguments) {
        HostArray grad = arguments.array("grad_output");
        HostArray indices = arguments.array("indices");
        int rows = (int) arguments.integer("num_weights");
        int width = grad.size(grad.rank() - 1);
        long padding = arguments.integer("padding_idx");
        int[] counts = new int[rows];
        for (int i = 0; i < indices.numel(); i++) {
            counts[(int) indices.integer(i)]++;
        }
        Accumulator[] sums = Rounded.accumulators(rows * width);
        for (int i = 0; i < grad.numel(); i++) {
            int row = (int) indices.integer(i / width);
            double share = arguments.flag("scale_grad_by_freq") ? counts[row] : 1;
            if (row != padding) {
                sums[row * width + i % width].add(grad.real(i) / share);
            }
        }
        double[] values = new double[sums.length];
        double[] bounds = new double[sums.length];
        for (int i = 0; i < sums.length; i++) {
            values[i] = sums[i].value();
            double roundings = 2 * Rounded.unit(grad.type()) * sums[i].magnitude();
            bounds[i] = sums[i].bound(grad.type().computeType()) + roundings;
        }
        return Rounded.of(grad.type(), new long[] {rows, width}, values, bounds);
    }
}
