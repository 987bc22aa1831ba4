// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl.kernel;

import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.plugins.opencl.device.Arguments;
import dev.keyway.plugins.opencl.device.KernelSource;
import dev.keyway.plugins.opencl.device.OpenClDevice;
import dev.keyway.plugins.opencl.device.OpenClStream;
import dev.keyway.plugins.opencl.device.WorkSize;
import dev.keyway.spi.Kernel.Kernel1;
import dev.keyway.spi.KernelCall;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;
import dev.keyway.spi.ScanOp;
import dev.keyway.spi.toolkit.Elements;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Running reductions: a work-item for each line. */
public final class ScanKernels {
    private ScanKernels() {}

    /** Registers them. */
    public static void register(KernelRegistry registry) {
        registry.scan(Layout.STRIDED, ScanKernels::scan);
    }

    private static @Nullable Kernel1 scan(ScanOp op, DType dtype) {
        if (!Types.isNumber(dtype) || op == ScanOp.LOGSUMEXP && !dtype.isFloating()) {
            return null;
        }
        boolean sums = op != ScanOp.MAX && op != ScanOp.MIN;
        boolean wide = sums && dtype == DType.F32;
        String type = sums && dtype.isIntegral() ? Types.unsigned(dtype) : Types.stored(dtype);
        KernelSource source =
                KernelSource.of(
                        Map.of(
                                "T",
                                type,
                                "S",
                                wide ? "double" : type,
                                "INITIAL",
                                initial(op, dtype),
                                "COMBINE(x, y)",
                                combine(op, dtype)),
                        "scan");
        return (call, out, self) -> {
            if (wide && !OpenClDevice.of(call).info().fp64()) {
                HostComputed.map(call, out, self, (to, from) -> onHost(op, to, from, self));
            } else {
                submit(call, source, out, self);
            }
        };
    }

    private static String initial(ScanOp op, DType dtype) {
        boolean floating = dtype.isFloating();
        String limits = dtype == DType.I32 ? "INT_" : "LONG_";
        return switch (op) {
            case SUM -> "0";
            case PROD -> "1";
            case MAX, LOGSUMEXP -> floating ? "-INFINITY" : limits + "MIN";
            case MIN -> floating ? "INFINITY" : limits + "MAX";
        };
    }

    private static String combine(ScanOp op, DType dtype) {
        boolean floating = dtype.isFloating();
        return switch (op) {
            case SUM -> "(x) + (y)";
            case PROD -> "(x) * (y)";
            case MAX -> floating ? "LARGER(x, y)" : "max(x, y)";
            case MIN -> floating ? "SMALLER(x, y)" : "min(x, y)";
            case LOGSUMEXP -> "LOG_SUM_EXP(x, y)";
        };
    }

    private static void submit(KernelCall call, KernelSource source, Tensor out, Tensor self) {
        long lines = self.size(0) * self.size(2);
        Arguments args = new Arguments().tensor(out).tensor(self);
        args.number(lines).number(self.size(2)).number(self.size(1));
        args.number(self.stride(0)).number(self.stride(1)).number(self.stride(2));
        OpenClStream.of(call).launch(call.operatorName(), source, "scan", WorkSize.of(lines), args);
    }

    /** The same in f64 of the host, for f32 on a device without f64; indices are into the spans. */
    private static void onHost(ScanOp op, Elements to, Elements from, Tensor self) {
        long n = self.size(1);
        long inner = self.size(2);
        for (long o = 0; o < self.size(0); o++) {
            for (long i = 0; i < inner; i++) {
                double result = op.identity();
                for (long j = 0; j < n; j++) {
                    double x =
                            from.getDouble(
                                    o * self.stride(0) + j * self.stride(1) + i * self.stride(2));
                    result = op.apply(result, x);
                    to.setDouble((o * n + j) * inner + i, result);
                }
            }
        }
    }
}
