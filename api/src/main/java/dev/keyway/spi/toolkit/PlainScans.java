// SPDX-License-Identifier: Apache-2.0
package dev.keyway.spi.toolkit;

import dev.keyway.DType;
import dev.keyway.spi.Kernel.Kernel1;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;
import dev.keyway.spi.ScanOp;
import dev.keyway.spi.toolkit.PlainKernels.Access;
import org.jspecify.annotations.Nullable;

/** Plain running reductions along dimension 1 of {@code [outer, n, inner]}. */
final class PlainScans {
    private PlainScans() {}

    static void register(KernelRegistry registry, Access access) {
        registry.scan(Layout.STRIDED, (op, dtype) -> scan(access, op, dtype));
    }

    private static @Nullable Kernel1 scan(Access access, ScanOp op, DType dtype) {
        boolean known = dtype.isFloating() || op != ScanOp.LOGSUMEXP;
        if (!access.computes(dtype) || dtype == DType.BOOL || !known) {
            return null;
        }
        return (call, out, self) -> {
            long[] sizes = self.sizes();
            long[] steps = self.strides();
            Elements to = PlainKernels.elements(access, out);
            Elements from = PlainKernels.elements(access, self);
            access.submit(
                    call,
                    () -> {
                        for (long o = 0; o < sizes[0]; o++) {
                            for (long i = 0; i < sizes[2]; i++) {
                                long start = o * steps[0] + i * steps[2];
                                long first = o * sizes[1] * sizes[2] + i;
                                if (dtype.isFloating()) {
                                    reals(op, from, start, steps[1], to, first, sizes);
                                } else {
                                    integers(op, from, start, steps[1], to, first, sizes);
                                }
                            }
                        }
                    });
        };
    }

    private static void reals(
            ScanOp op, Elements from, long start, long step, Elements to, long first, long[] size) {
        double result = op.identity();
        for (long j = 0; j < size[1]; j++) {
            double x = from.getDouble(start + j * step);
            result = op.apply(result, x);
            to.setDouble(first + j * size[2], result);
        }
    }

    private static void integers(
            ScanOp op, Elements from, long start, long step, Elements to, long first, long[] size) {
        long result = op.integerIdentity();
        for (long j = 0; j < size[1]; j++) {
            long x = from.getLong(start + j * step);
            result = op.apply(result, x);
            to.setLong(first + j * size[2], result);
        }
    }
}
