// SPDX-License-Identifier: Apache-2.0
package dev.keyway.spi.toolkit;

import dev.keyway.DType;
import dev.keyway.spi.ArgReduceOp;
import dev.keyway.spi.Kernel.Kernel1;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;
import dev.keyway.spi.ReduceOp;
import dev.keyway.spi.toolkit.PlainKernels.Access;
import org.jspecify.annotations.Nullable;

/** Plain reductions of {@code [outer, n, inner]}. */
final class PlainReductions {
    private PlainReductions() {}

    static void register(KernelRegistry registry, Access access) {
        registry.reduce(Layout.STRIDED, (op, dtype) -> reduce(access, op, dtype));
        registry.argReduce(
                Layout.STRIDED,
                (op, dtype) -> access.computes(dtype) ? position(access, op, dtype) : null);
    }

    private static @Nullable Kernel1 reduce(Access access, ReduceOp op, DType dtype) {
        boolean truth = op == ReduceOp.ANY || op == ReduceOp.ALL;
        if (!access.computes(dtype) || truth != (dtype == DType.BOOL)) {
            return null;
        }
        return along(
                access,
                (self, start, step, n, out, o) -> {
                    if (dtype.isFloating()) {
                        out.setDouble(o, floating(op, self, start, step, n));
                    } else {
                        out.setLong(o, integral(op, self, start, step, n));
                    }
                });
    }

    private static double floating(ReduceOp op, Elements self, long start, long step, long n) {
        double result =
                switch (op) {
                    case SUM -> 0;
                    case PROD -> 1;
                    case AMAX -> Double.NEGATIVE_INFINITY;
                    default -> Double.POSITIVE_INFINITY;
                };
        for (long i = 0; i < n; i++) {
            double x = self.getDouble(start + i * step);
            result =
                    switch (op) {
                        case SUM -> result + x;
                        case PROD -> result * x;
                        case AMAX -> Math.max(result, x);
                        default -> Math.min(result, x);
                    };
        }
        return result;
    }

    private static long integral(ReduceOp op, Elements self, long start, long step, long n) {
        long result =
                switch (op) {
                    case SUM, ANY -> 0;
                    case PROD, ALL -> 1;
                    case AMAX -> Long.MIN_VALUE;
                    case AMIN -> Long.MAX_VALUE;
                };
        for (long i = 0; i < n; i++) {
            long x = self.getLong(start + i * step);
            result =
                    switch (op) {
                        case SUM -> result + x;
                        case PROD -> result * x;
                        case AMAX -> Math.max(result, x);
                        case AMIN -> Math.min(result, x);
                        case ANY -> result | x;
                        case ALL -> result & x;
                    };
        }
        return result;
    }

    private static Kernel1 position(Access access, ArgReduceOp op, DType dtype) {
        boolean largest = op == ArgReduceOp.ARGMAX;
        return along(
                access,
                (self, start, step, n, out, o) -> {
                    long best = 0;
                    for (long i = 1; i < n; i++) {
                        boolean better =
                                dtype.isFloating()
                                        ? better(
                                                self.getDouble(start + i * step),
                                                self.getDouble(start + best * step),
                                                largest)
                                        : better(
                                                self.getLong(start + i * step),
                                                self.getLong(start + best * step),
                                                largest);
                        best = better ? i : best;
                    }
                    out.setLong(o, best);
                });
    }

    private static boolean better(double x, double best, boolean largest) {
        if (Double.isNaN(best)) {
            return false;
        }
        return Double.isNaN(x) || (largest ? x > best : x < best);
    }

    private static boolean better(long x, long best, boolean largest) {
        return largest ? x > best : x < best;
    }

    private static Kernel1 along(Access access, Line line) {
        return (call, out, self) -> {
            long n = self.size(1);
            long[] steps = self.strides();
            long outer = self.size(0);
            long inner = self.size(2);
            Elements to = PlainKernels.elements(access, out);
            Elements from = PlainKernels.elements(access, self);
            access.submit(
                    call,
                    () -> {
                        for (long o = 0; o < outer; o++) {
                            for (long i = 0; i < inner; i++) {
                                long start = o * steps[0] + i * steps[2];
                                line.run(from, start, steps[1], n, to, o * inner + i);
                            }
                        }
                    });
        };
    }

    private interface Line {
        void run(Elements self, long start, long step, long n, Elements out, long o);
    }
}
