// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.Scalar;
import dev.keyway.Tensor;
import dev.keyway.attributes.ClampAttributes;
import dev.keyway.attributes.HardtanhAttributes;
import dev.keyway.attributes.SoftplusAttributes;
import dev.keyway.backend.cpu.KernelFamily;
import dev.keyway.backend.cpu.PlainFallback;
import dev.keyway.spi.Kernel.Kernel1;
import dev.keyway.spi.KernelCall;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;
import org.jspecify.annotations.Nullable;

/** Registers functions for f32 whose composites would go over the elements several times. */
@AutoService(KernelFamily.class)
public final class ShapeKernels implements KernelFamily {
    /** For {@code ServiceLoader}. */
    public ShapeKernels() {}

    @Override
    public void register(KernelRegistry registry, PlainFallback plain) {
        plain(registry, "square", FloatShapes::square);
        plain(registry, "frac", FloatShapes::frac);
        plain(registry, "hardsigmoid", FloatShapes::hardsigmoid);
        plain(registry, "hardswish", FloatShapes::hardswish);
        plain(registry, "mish", FloatShapes::mish);
        plain(registry, "log_sigmoid", FloatShapes::logSigmoid);
        whole(registry, "hardtanh", ShapeKernels::hardtanh);
        whole(registry, "clamp", ShapeKernels::clamp);
        whole(registry, "softplus", ShapeKernels::softplus);
    }

    private static void plain(KernelRegistry registry, String name, FloatShapes.Row row) {
        whole(registry, name, (call, out, self) -> run(call, out, self, 0, 0, row));
    }

    private static void whole(KernelRegistry registry, String name, Kernel1 kernel) {
        registry.operator(name, Layout.CONTIGUOUS, dtype -> dtype == DType.F32 ? kernel : null);
    }

    private static void run(
            KernelCall call, Tensor out, Tensor self, double p, double q, FloatShapes.Row row) {
        long to = out.address();
        long a = self.address();
        float first = (float) p;
        float second = (float) q;
        call.workers()
                .parallel(
                        out.numel(),
                        Rows.CHUNK,
                        (start, end) ->
                                row.run(to + 4 * start, a + 4 * start, first, second, end - start));
    }

    private static void hardtanh(KernelCall call, Tensor out, Tensor self) {
        HardtanhAttributes a = call.attributes(HardtanhAttributes.class);
        double low = a.minVal().doubleValue();
        run(call, out, self, low, a.maxVal().doubleValue(), FloatShapes::clamp);
    }

    private static void clamp(KernelCall call, Tensor out, Tensor self) {
        ClampAttributes a = call.attributes(ClampAttributes.class);
        double low = number(a.min(), Double.NEGATIVE_INFINITY);
        double high = number(a.max(), Double.POSITIVE_INFINITY);
        run(call, out, self, low, high, FloatShapes::clamp);
    }

    private static double number(@Nullable Scalar scalar, double other) {
        return scalar == null ? other : scalar.doubleValue();
    }

    private static void softplus(KernelCall call, Tensor out, Tensor self) {
        SoftplusAttributes a = call.attributes(SoftplusAttributes.class);
        double threshold = a.threshold().doubleValue();
        run(call, out, self, a.beta().doubleValue(), threshold, FloatShapes::softplus);
    }
}
