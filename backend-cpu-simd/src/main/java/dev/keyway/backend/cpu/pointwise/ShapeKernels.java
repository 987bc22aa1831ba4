// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import com.google.auto.service.AutoService;
import dev.keyway.Attributes;
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
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** Registers functions whose composites would go over the elements several times. */
@AutoService(KernelFamily.class)
public final class ShapeKernels implements KernelFamily {
    /** For {@code ServiceLoader}. */
    public ShapeKernels() {}

    @Override
    public void register(KernelRegistry registry, PlainFallback plain) {
        both(registry, "square", FloatShapes::square, DoubleShapes::square);
        both(registry, "frac", FloatShapes::frac, DoubleShapes::frac);
        both(registry, "hardsigmoid", FloatShapes::hardsigmoid, DoubleShapes::hardsigmoid);
        both(registry, "hardswish", FloatShapes::hardswish, DoubleShapes::hardswish);
        single(
                registry,
                "mish",
                (call, out, self) -> run(call, out, self, 0, 0, FloatShapes::mish));
        single(
                registry,
                "log_sigmoid",
                (call, out, self) -> run(call, out, self, 0, 0, FloatShapes::logSigmoid));
        single(registry, "softplus", ShapeKernels::softplus);
        bounds(
                registry,
                "hardtanh",
                a -> ((HardtanhAttributes) a).minVal().doubleValue(),
                a -> ((HardtanhAttributes) a).maxVal().doubleValue());
        bounds(
                registry,
                "clamp",
                a -> number(((ClampAttributes) a).min(), Double.NEGATIVE_INFINITY),
                a -> number(((ClampAttributes) a).max(), Double.POSITIVE_INFINITY));
    }

    private static void single(KernelRegistry registry, String name, Kernel1 kernel) {
        registry.operator(name, Layout.CONTIGUOUS, dtype -> dtype == DType.F32 ? kernel : null);
    }

    private static void both(
            KernelRegistry registry, String name, Kernel1 single, Kernel1 twofold) {
        registry.operator(
                name,
                Layout.CONTIGUOUS,
                dtype ->
                        switch (dtype) {
                            case F32 -> single;
                            case F64 -> twofold;
                            default -> null;
                        });
    }

    private static void both(
            KernelRegistry registry,
            String name,
            FloatShapes.Row single,
            DoubleShapes.Row twofold) {
        Kernel1 first = (call, out, self) -> run(call, out, self, 0, 0, single);
        Kernel1 second = (call, out, self) -> run64(call, out, self, 0, 0, twofold);
        both(registry, name, first, second);
    }

    private static void bounds(
            KernelRegistry registry,
            String name,
            ToDoubleFunction<Attributes> low,
            ToDoubleFunction<Attributes> high) {
        Kernel1 single =
                (call, out, self) -> {
                    Attributes a = call.attributes(Attributes.class);
                    double p = low.applyAsDouble(a);
                    run(call, out, self, p, high.applyAsDouble(a), FloatShapes::clamp);
                };
        Kernel1 twofold =
                (call, out, self) -> {
                    Attributes a = call.attributes(Attributes.class);
                    double p = low.applyAsDouble(a);
                    run64(call, out, self, p, high.applyAsDouble(a), DoubleShapes::clamp);
                };
        both(registry, name, single, twofold);
    }

    private static double number(@Nullable Scalar scalar, double other) {
        return scalar == null ? other : scalar.doubleValue();
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

    private static void run64(
            KernelCall call, Tensor out, Tensor self, double p, double q, DoubleShapes.Row row) {
        long to = out.address();
        long a = self.address();
        call.workers()
                .parallel(
                        out.numel(),
                        Rows.CHUNK,
                        (start, end) -> row.run(to + 8 * start, a + 8 * start, p, q, end - start));
    }

    private static void softplus(KernelCall call, Tensor out, Tensor self) {
        SoftplusAttributes a = call.attributes(SoftplusAttributes.class);
        double threshold = a.threshold().doubleValue();
        run(call, out, self, a.beta().doubleValue(), threshold, FloatShapes::softplus);
    }
}
