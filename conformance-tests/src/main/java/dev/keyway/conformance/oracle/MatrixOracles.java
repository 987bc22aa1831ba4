// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import com.google.auto.service.AutoService;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/**
 * Matrix products. An element is a sum of k products: wrong by at most k u times the sum of their
 * magnitudes, whatever the order and whether multiply-add is fused. Integers wrap around.
 */
@AutoService(OracleFamily.class)
public final class MatrixOracles implements OracleFamily {
    /** For {@code ServiceLoader}. */
    public MatrixOracles() {}

    @Override
    public void register(Oracles.Table table) {
        table.add("mm", Oracle.single(a -> matmul(a.array("self"), a.array("mat2"))));
        table.add("bmm", Oracle.single(a -> matmul(a.array("self"), a.array("mat2"))));
        table.add("matmul", Oracle.single(a -> matmul(a.array("self"), a.array("other"))));
        table.add("addmm", Oracle.single(MatrixOracles::addmm));
        table.add("linear", Oracle.single(MatrixOracles::linear));
    }

    private static Expected matmul(HostArray left, HostArray right) {
        HostArray a = left.rank() == 1 ? left.reshape(1, left.size(0)) : left;
        HostArray b = right.rank() == 1 ? right.reshape(right.size(0), 1) : right;
        long[] aBatch = Arrays.copyOf(a.shape(), a.rank() - 2);
        long[] bBatch = Arrays.copyOf(b.shape(), b.rank() - 2);
        long[] batch = Shapes.broadcast(aBatch, bBatch);
        long[] full = Arrays.copyOf(batch, batch.length + 2);
        full[batch.length] = a.size(a.rank() - 2);
        full[batch.length + 1] = b.size(b.rank() - 1);
        long[] shape = full;
        if (left.rank() == 1) {
            shape = without(shape, shape.length - 2);
        }
        if (right.rank() == 1) {
            shape = without(shape, shape.length - 1);
        }
        return products(
                a.type(),
                shape,
                a.size(a.rank() - 1),
                new Factor(a, i -> start(a, full, i, -2), 1),
                new Factor(b, i -> start(b, full, i, -1), b.size(b.rank() - 1)),
                1,
                null);
    }

    /** Where a factor's terms begin: its batch, and the row or column of the result. */
    private static int start(HostArray factor, long[] full, int i, int kept) {
        long[] result = Shapes.coordinates(i, full);
        long[] own = new long[factor.rank()];
        int skipped = full.length - factor.rank();
        for (int d = 0; d < factor.rank() - 2; d++) {
            own[d] = factor.size(d) == 1 ? 0 : result[skipped + d];
        }
        own[factor.rank() + kept] = result[full.length + kept];
        return Shapes.linear(own, factor.shape());
    }

    private static long[] without(long[] shape, int dim) {
        long[] result = new long[shape.length - 1];
        for (int d = 0; d < result.length; d++) {
            result[d] = shape[d < dim ? d : d + 1];
        }
        return result;
    }

    /** An array, where its terms for result i begin, and how far they are apart. */
    private record Factor(HostArray array, IntUnaryOperator start, int apart) {}

    /** A term added to each result, already scaled. */
    private interface Addend {
        double of(int i);
    }

    private static Expected products(
            ElementType type,
            long[] shape,
            int steps,
            Factor left,
            Factor right,
            double alpha,
            @Nullable Addend addend) {
        int numel = Shapes.numel(shape);
        double[] values = new double[numel];
        double[] bounds = new double[numel];
        long[] integers = new long[numel];
        long factor = (long) alpha;
        HostArray a = left.array;
        HostArray b = right.array;
        for (int i = 0; i < numel; i++) {
            Accumulator sum = new Accumulator();
            double start = addend == null ? 0 : addend.of(i);
            sum.add(start);
            long whole = (long) start;
            int l = left.start.applyAsInt(i);
            int r = right.start.applyAsInt(i);
            for (int k = 0; k < steps; k++) {
                if (type.isFloating()) {
                    sum.addProduct(alpha * a.real(l), b.real(r));
                } else {
                    whole += factor * a.integer(l) * b.integer(r);
                }
                l += left.apart;
                r += right.apart;
            }
            values[i] = sum.value();
            bounds[i] = type.isFloating() ? bound(sum, type, addend) : 0;
            integers[i] = whole;
        }
        return type.isFloating()
                ? Expected.within(type, shape, i -> values[i], i -> bounds[i])
                : Expected.exactly(HostArray.ofIntegers(type, shape, i -> integers[i]));
    }

    /** Scaling by alpha and beta rounds products and addend once more each. */
    private static double bound(Accumulator sum, ElementType type, @Nullable Addend addend) {
        if (addend == null || sum.bound(type) == 0) {
            return sum.bound(type);
        }
        return 2 * sum.bound(type) + 4 * type.unitRoundoff() * sum.magnitude();
    }

    private static Expected addmm(Arguments arguments) {
        HostArray self = arguments.array("self");
        HostArray a = arguments.array("mat1");
        HostArray b = arguments.array("mat2");
        double alpha = Arguments.asArray(arguments.scalar("alpha"), a.type()).real(0);
        double beta = Arguments.asArray(arguments.scalar("beta"), a.type()).real(0);
        long[] shape = {a.size(0), b.size(1)};
        return products(
                a.type(),
                shape,
                a.size(1),
                new Factor(a, i -> start(a, shape, i, -2), 1),
                new Factor(b, i -> start(b, shape, i, -1), b.size(1)),
                alpha,
                // PyTorch: beta 0 ignores self, NaN and all.
                i ->
                        beta == 0
                                ? 0
                                : beta
                                        * self.real(
                                                Shapes.broadcastLinear(
                                                        Shapes.coordinates(i, shape),
                                                        self.shape())));
    }

    private static Expected linear(Arguments arguments) {
        HostArray input = arguments.array("input");
        HostArray weight = arguments.array("weight");
        HostArray bias = arguments.optionalArray("bias");
        int in = weight.size(1);
        int out = weight.size(0);
        long[] shape = Shapes.with(input.shape(), input.rank() - 1, out);
        return products(
                input.type(),
                shape,
                in,
                new Factor(input, i -> i / out * in, 1),
                new Factor(weight, i -> i % out * in, 1),
                1,
                bias == null ? null : i -> bias.real(i % out));
    }
}
