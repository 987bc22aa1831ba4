// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.fault;

import static dev.keyway.conformance.fault.Changes.attributes;
import static dev.keyway.conformance.fault.Changes.reduced;
import static dev.keyway.conformance.fault.Changes.scanned;
import static dev.keyway.conformance.fault.Mutant.kernel;

import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.conformance.fault.FaultyRegistry.Change;
import dev.keyway.spi.ArgReduceOp;
import dev.keyway.spi.Primitives;
import dev.keyway.spi.ReduceOp;
import dev.keyway.spi.ScanOp;

import java.util.Arrays;
import java.util.List;

/** Mistakes in reductions, scans, sorts and matrix products. */
final class ReductionMutants {
    private ReductionMutants() {}

    static List<Mutant> all() {
        return List.of(
                kernel(
                        "a sum leaves out the last",
                        "reduce",
                        ReduceOp.SUM,
                        DType.F32,
                        reduced(x -> Arrays.stream(x).limit(Math.max(0, x.length - 1)).sum()),
                        "sum",
                        "mean"),
                kernel(
                        "a sum takes neighbours instead of the dimension",
                        "reduce",
                        ReduceOp.SUM,
                        DType.I64,
                        neighbours(),
                        "sum"),
                kernel(
                        "the product of nothing is zero",
                        "reduce",
                        ReduceOp.PROD,
                        DType.F32,
                        reduced(x -> x.length == 0 ? 0 : product(x)),
                        "prod"),
                kernel(
                        "NaN is lost in the largest",
                        "reduce",
                        ReduceOp.AMAX,
                        DType.F32,
                        reduced(x -> largest(x)),
                        "amax"),
                kernel(
                        "the smallest starts from zero",
                        "reduce",
                        ReduceOp.AMIN,
                        DType.I64,
                        reduced(x -> Math.min(0, Arrays.stream(x).min().orElse(0))),
                        "amin"),
                kernel(
                        "any looks at the last",
                        "reduce",
                        ReduceOp.ANY,
                        DType.BOOL,
                        reduced(x -> x.length == 0 ? 0 : x[x.length - 1]),
                        "any"),
                kernel(
                        "all is any",
                        "reduce",
                        ReduceOp.ALL,
                        DType.BOOL,
                        reduced(x -> Arrays.stream(x).max().orElse(1)),
                        "all"),
                kernel(
                        "of equal ones the last is the largest",
                        "argReduce",
                        ArgReduceOp.ARGMAX,
                        DType.I32,
                        reduced(x -> last(x)),
                        "argmax"),
                kernel(
                        "NaN is not the smallest",
                        "argReduce",
                        ArgReduceOp.ARGMIN,
                        DType.F32,
                        reduced(x -> first(x)),
                        "argmin"),
                kernel(
                        "a running sum begins with zero",
                        "scan",
                        ScanOp.SUM,
                        DType.F32,
                        scanned(x -> exclusive(x)),
                        "cumsum"),
                kernel(
                        "a running largest loses NaN",
                        "scan",
                        ScanOp.MAX,
                        DType.F32,
                        scanned(x -> running(x)),
                        "cummax"),
                kernel(
                        "descending is ignored",
                        "sort",
                        "sort",
                        DType.F32,
                        attributes(a -> new Primitives.Sort(false)),
                        "sort"),
                kernel(
                        "equal elements change places",
                        "sort",
                        "sort",
                        DType.I32,
                        unstable(),
                        "sort",
                        "argsort"),
                kernel(
                        "a product leaves out the last of k",
                        "matmul",
                        "matmul",
                        DType.F32,
                        product(false),
                        "mm",
                        "bmm"),
                kernel(
                        "every batch has the first matrix",
                        "matmul",
                        "matmul",
                        DType.I32,
                        product(true),
                        "bmm"));
    }

    private static double product(double[] x) {
        float result = 1;
        for (double value : x) {
            result *= (float) value;
        }
        return result;
    }

    private static double largest(double[] x) {
        double result = Double.NEGATIVE_INFINITY;
        for (double value : x) {
            result = value > result ? value : result;
        }
        return result;
    }

    private static double last(double[] x) {
        int at = 0;
        for (int i = 1; i < x.length; i++) {
            at = x[i] >= x[at] ? i : at;
        }
        return at;
    }

    private static double first(double[] x) {
        int at = 0;
        for (int i = 1; i < x.length; i++) {
            at = x[i] < x[at] || Double.isNaN(x[at]) && !Double.isNaN(x[i]) ? i : at;
        }
        return at;
    }

    private static double[] exclusive(double[] x) {
        double[] sums = new double[x.length];
        for (int i = 1; i < x.length; i++) {
            sums[i] = sums[i - 1] + x[i - 1];
        }
        return sums;
    }

    private static double[] running(double[] x) {
        double[] results = x.clone();
        for (int i = 1; i < x.length; i++) {
            results[i] =
                    x[i] > results[i - 1] || Double.isNaN(results[i - 1]) ? x[i] : results[i - 1];
        }
        return results;
    }

    /** Reads {@code [outer, inner, n]} where {@code [outer, n, inner]} is. */
    private static Change neighbours() {
        return (call, right, out, in) -> {
            Tensor self = in.get(0);
            long[] x = new Elements(self).longs();
            right.run(call, out, in);
            Elements to = new Elements(out[0]);
            int n = (int) self.size(1);
            for (int at = 0; at < out[0].numel(); at++) {
                to.setLong(at, Arrays.stream(x, at * n, (at + 1) * n).sum());
            }
        };
    }

    /** Where neighbours are equal, the later one comes first. */
    private static Change unstable() {
        return (call, right, out, in) -> {
            right.run(call, out, in);
            Elements values = new Elements(out[0]);
            Elements indices = new Elements(out[1]);
            for (long i = 1; i < out[0].numel(); i++) {
                long inner = out[0].size(2);
                long before = i - inner;
                if (i / inner % out[0].size(1) != 0
                        && values.getLong(i) == values.getLong(before)) {
                    long later = indices.getLong(i);
                    indices.setLong(i, indices.getLong(before));
                    indices.setLong(before, later);
                }
            }
        };
    }

    private static Change product(boolean firstBatch) {
        return (call, right, out, in) -> {
            right.run(call, out, in);
            double[] a = new Elements(in.get(0)).doubles();
            double[] b = new Elements(in.get(1)).doubles();
            int m = (int) out[0].size(1);
            int n = (int) out[0].size(2);
            int k = (int) in.get(0).size(2);
            Elements to = new Elements(out[0]);
            for (int at = 0; at < out[0].numel(); at++) {
                int batch = at / (m * n);
                int row = at / n % m;
                double sum = 0;
                for (int j = 0; j < (firstBatch ? k : k - 1); j++) {
                    int from = (firstBatch ? 0 : batch) * k + j;
                    sum += a[(batch * m + row) * k + j] * b[from * n + at % n];
                }
                to.setDouble(at, sum);
            }
        };
    }
}
