// SPDX-License-Identifier: Apache-2.0
package dev.keyway.spi.toolkit;

import dev.keyway.DType;
import dev.keyway.spi.Kernel.Kernel2;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;
import dev.keyway.spi.toolkit.PlainKernels.Access;

/**
 * Plain batched matrix products: each operand is read once into an array, then rows are combined.
 */
final class PlainMatmul {
    private PlainMatmul() {}

    static void register(KernelRegistry registry, Access access) {
        registry.matmul(
                Layout.STRIDED,
                dtype ->
                        access.computes(dtype) && dtype != DType.BOOL
                                ? matmul(access, dtype.isFloating())
                                : null);
    }

    private record Matrix(Elements elements, long batch, long row, long column) {}

    private static Kernel2 matmul(Access access, boolean floating) {
        return (call, out, self, other) -> {
            long[] s = self.strides();
            long[] t = other.strides();
            Matrix a = new Matrix(PlainKernels.elements(access, self), s[0], s[1], s[2]);
            Matrix b = new Matrix(PlainKernels.elements(access, other), t[0], t[1], t[2]);
            Elements to = PlainKernels.elements(access, out);
            long batches = out.size(0);
            int m = Math.toIntExact(out.size(1));
            int n = Math.toIntExact(out.size(2));
            int k = Math.toIntExact(self.size(2));
            access.submit(
                    call,
                    () -> {
                        for (long batch = 0; batch < batches; batch++) {
                            if (floating) {
                                doubles(a, b, to, batch, m, n, k);
                            } else {
                                longs(a, b, to, batch, m, n, k);
                            }
                        }
                    });
        };
    }

    private static void doubles(Matrix a, Matrix b, Elements to, long batch, int m, int n, int k) {
        double[] right = new double[Math.multiplyExact(k, n)];
        for (int p = 0; p < k; p++) {
            long start = batch * b.batch + p * b.row;
            for (int j = 0; j < n; j++) {
                right[p * n + j] = b.elements.getDouble(start + j * b.column);
            }
        }
        double[] line = new double[n];
        for (int i = 0; i < m; i++) {
            java.util.Arrays.fill(line, 0);
            for (int p = 0; p < k; p++) {
                double x = a.elements.getDouble(batch * a.batch + i * a.row + p * a.column);
                accumulate(line, x, right, p * n);
            }
            long start = (batch * m + i) * n;
            for (int j = 0; j < n; j++) {
                to.setDouble(start + j, line[j]);
            }
        }
    }

    private static void accumulate(double[] line, double x, double[] right, int from) {
        for (int j = 0; j < line.length; j++) {
            line[j] += x * right[from + j];
        }
    }

    private static void longs(Matrix a, Matrix b, Elements to, long batch, int m, int n, int k) {
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                long sum = 0;
                for (int p = 0; p < k; p++) {
                    sum +=
                            a.elements.getLong(batch * a.batch + i * a.row + p * a.column)
                                    * b.elements.getLong(
                                            batch * b.batch + p * b.row + j * b.column);
                }
                to.setLong((batch * m + i) * n + j, sum);
            }
        }
    }
}
