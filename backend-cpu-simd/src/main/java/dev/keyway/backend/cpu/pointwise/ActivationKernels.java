// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import com.google.auto.service.AutoService;
import dev.keyway.DType;
import dev.keyway.attributes.EluAttributes;
import dev.keyway.attributes.GeluAttributes;
import dev.keyway.attributes.GeluBackwardAttributes;
import dev.keyway.attributes.LeakyReluAttributes;
import dev.keyway.backend.cpu.KernelFamily;
import dev.keyway.backend.cpu.PlainFallback;
import dev.keyway.spi.Kernel.Kernel1;
import dev.keyway.spi.Kernel.Kernel2;
import dev.keyway.spi.KernelCall;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;
import dev.keyway.spi.UnaryOp;
import dev.keyway.Tensor;
import java.util.Objects;

/** Registers activation functions with attributes; what has no kernel here runs composites. */
@AutoService(KernelFamily.class)
public final class ActivationKernels implements KernelFamily {
    private static final UnaryRow EXACT =
            Objects.requireNonNull(FloatActivations.row(UnaryOp.GELU));

    /** For {@code ServiceLoader}. */
    public ActivationKernels() {}

    @Override
    public void register(KernelRegistry registry, PlainFallback plain) {
        whole(registry, "gelu", ActivationKernels::gelu);
        both(registry, "leaky_relu", ActivationKernels::leakyRelu, ActivationKernels::leakyRelu64);
        both(registry, "elu", ActivationKernels::elu, ActivationKernels::elu64);
        gradient(registry, "silu_backward", FloatActivationGradients::siluBackward);
        gradient(registry, "sigmoid_backward", FloatActivationGradients::sigmoidBackward);
        gradient(registry, "tanh_backward", FloatActivationGradients::tanhBackward);
        Kernel2 gelu =
                (call, out, grad, self) -> {
                    boolean exact =
                            call.attributes(GeluBackwardAttributes.class)
                                    .approximate()
                                    .equals("none");
                    GradientRow row =
                            exact
                                    ? FloatGeluGradient::run
                                    : FloatActivationGradients::geluTanhBackward;
                    run(call, out, grad, self, row);
                };
        registry.operator(
                "gelu_backward", Layout.CONTIGUOUS, dtype -> dtype == DType.F32 ? gelu : null);
    }

    private static void whole(KernelRegistry registry, String name, Kernel1 kernel) {
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

    /** A gradient times a slope, all contiguous. */
    @FunctionalInterface
    private interface GradientRow {
        void run(long out, long grad, long a, long count);
    }

    private static void gradient(KernelRegistry registry, String name, GradientRow row) {
        Kernel2 kernel = (call, out, grad, self) -> run(call, out, grad, self, row);
        registry.operator(name, Layout.CONTIGUOUS, dtype -> dtype == DType.F32 ? kernel : null);
    }

    private static void run(
            KernelCall call, Tensor out, Tensor grad, Tensor self, GradientRow row) {
        long to = out.address();
        long g = grad.address();
        long a = self.address();
        call.workers()
                .parallel(
                        out.numel(),
                        Rows.CHUNK,
                        (start, end) ->
                                row.run(to + 4 * start, g + 4 * start, a + 4 * start, end - start));
    }

    private static void run(KernelCall call, Tensor out, Tensor self, long size, UnaryRow row) {
        long to = out.address();
        long a = self.address();
        call.workers()
                .parallel(
                        out.numel(),
                        Rows.CHUNK,
                        (start, end) -> row.run(to + size * start, a + size * start, end - start));
    }

    private static void gelu(KernelCall call, Tensor out, Tensor self) {
        boolean exact = call.attributes(GeluAttributes.class).approximate().equals("none");
        run(call, out, self, 4, exact ? EXACT : FloatScaledActivations::geluTanh);
    }

    private static void leakyRelu(KernelCall call, Tensor out, Tensor self) {
        float slope =
                (float) call.attributes(LeakyReluAttributes.class).negativeSlope().doubleValue();
        run(
                call,
                out,
                self,
                4,
                (to, a, count) -> FloatScaledActivations.leakyRelu(to, a, slope, count));
    }

    private static void elu(KernelCall call, Tensor out, Tensor self) {
        EluAttributes given = call.attributes(EluAttributes.class);
        double scale = given.scale().doubleValue();
        float above = (float) scale;
        float below = (float) (given.alpha().doubleValue() * scale);
        float inner = (float) given.inputScale().doubleValue();
        run(
                call,
                out,
                self,
                4,
                (to, a, count) -> FloatScaledActivations.elu(to, a, above, below, inner, count));
    }

    private static void leakyRelu64(KernelCall call, Tensor out, Tensor self) {
        double slope = call.attributes(LeakyReluAttributes.class).negativeSlope().doubleValue();
        run(call, out, self, 8, (to, a, count) -> DoubleShapes.leakyRelu(to, a, slope, 0, count));
    }

    private static void elu64(KernelCall call, Tensor out, Tensor self) {
        EluAttributes given = call.attributes(EluAttributes.class);
        double above = given.scale().doubleValue();
        double below = given.alpha().doubleValue() * above;
        double inner = given.inputScale().doubleValue();
        run(
                call,
                out,
                self,
                8,
                (to, a, count) -> DoubleShapes.elu(to, a, above, below, inner, count));
    }
}
