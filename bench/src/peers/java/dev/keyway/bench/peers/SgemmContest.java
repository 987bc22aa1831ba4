// SPDX-License-Identifier: Apache-2.0
package dev.keyway.bench.peers;

import dev.keyway.Ops;
import dev.keyway.Tensor;
import dev.keyway.bench.compare.Contest;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** {@code [m, k]} by {@code [k, n]} into a matrix that is there, by {@code cblas_sgemm}. */
final class SgemmContest implements Contest {
    private static final int ROW_MAJOR = 101;
    private static final int PLAIN = 111;

    private final int m;
    private final int n;
    private final int k;
    private final int threads;
    private final KeywaySide side;
    private final Tensor a;
    private final Tensor b;
    private final Tensor ours;
    private final Tensor theirs;
    private final MethodHandle sgemm;

    SgemmContest(int m, int n, int k, int threads) {
        this.m = m;
        this.n = n;
        this.k = k;
        this.threads = threads;
        side = new KeywaySide(threads);
        a = side.tensor(Numbers.normal(m * k, 1), m, k);
        b = side.tensor(Numbers.normal(k * n, 2), k, n);
        ours = side.tensor(new float[m * n], m, n);
        theirs = side.tensor(new float[m * n], m, n);
        sgemm = OpenBlas.load("cblas_sgemm", threads, descriptor());
    }

    private static FunctionDescriptor descriptor() {
        ValueLayout number = ValueLayout.JAVA_INT;
        ValueLayout scalar = ValueLayout.JAVA_FLOAT;
        ValueLayout pointer = ValueLayout.JAVA_LONG;
        return FunctionDescriptor.ofVoid(
                number, number, number, number, number, number, scalar, pointer, number, pointer,
                number, scalar, pointer, number);
    }

    @Override
    public void ours() {
        Ops.mmOut(ours, a, b);
    }

    @Override
    public void peer() {
        try {
            sgemm.invokeExact(
                    ROW_MAJOR,
                    PLAIN,
                    PLAIN,
                    m,
                    n,
                    k,
                    1f,
                    address(a),
                    k,
                    address(b),
                    n,
                    0f,
                    address(theirs),
                    n);
        } catch (Throwable e) {
            throw new IllegalStateException("cblas_sgemm failed", e);
        }
    }

    private static long address(Tensor tensor) {
        return tensor.storage().address();
    }

    @Override
    public double difference() {
        double scale = Math.sqrt(k);
        return Numbers.difference(
                ours.toFloatArray(), theirs.toFloatArray(), 1e-6 * Math.sqrt(k), scale);
    }

    @Override
    public String description() {
        return OpenBlas.description(threads) + ", " + threads + " threads";
    }

    @Override
    public double amount() {
        return 2.0 * m * n * k;
    }

    @Override
    public String unit() {
        return "GFLOP/s";
    }

    @Override
    public void close() {
        side.close();
    }
}
