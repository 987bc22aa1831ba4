// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import dev.keyway.DType;
import dev.keyway.Scalar;
import dev.keyway.attributes.AddTensorAttributes;
import dev.keyway.attributes.ClampAttributes;
import dev.keyway.attributes.EluAttributes;
import dev.keyway.attributes.GeluAttributes;
import dev.keyway.attributes.HardtanhAttributes;
import dev.keyway.attributes.LeakyReluAttributes;
import dev.keyway.attributes.SoftplusAttributes;
import dev.keyway.attributes.ThresholdBackwardAttributes;
import dev.keyway.spi.BinaryOp;
import dev.keyway.spi.PointwiseStep.Whole;
import dev.keyway.spi.UnaryOp;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The loops of f32 operators that have a kernel of their own, for chains. */
final class WholeRows {
    private static final UnaryRow GELU = Objects.requireNonNull(FloatActivations.row(UnaryOp.GELU));

    private WholeRows() {}

    /** The loop that computes value {@code to}; null where the operator has none. */
    static @Nullable BlockStep of(Whole step, int to) {
        if (step.dtype() != DType.F32) {
            return null;
        }
        return switch (step.operator()) {
            case "add.Tensor" -> add(step, to);
            case "gelu", "leaky_relu", "elu" -> activation(step, to);
            case "square" -> shape(step, to, 0, 0, FloatShapes::square);
            case "frac" -> shape(step, to, 0, 0, FloatShapes::frac);
            case "hardsigmoid" -> shape(step, to, 0, 0, FloatShapes::hardsigmoid);
            case "hardswish" -> shape(step, to, 0, 0, FloatShapes::hardswish);
            case "mish" -> shape(step, to, 0, 0, FloatShapes::mish);
            case "log_sigmoid" -> shape(step, to, 0, 0, FloatShapes::logSigmoid);
            case "hardtanh", "clamp", "softplus" -> shape(step, to);
            case "silu_backward" -> dense(step, to, FloatActivationGradients::siluBackward);
            case "sigmoid_backward" -> dense(step, to, FloatActivationGradients::sigmoidBackward);
            case "tanh_backward" -> dense(step, to, FloatActivationGradients::tanhBackward);
            case "threshold_backward" -> threshold(step, to);
            default -> null;
        };
    }

    private static BlockStep add(Whole step, int to) {
        float alpha = (float) ((AddTensorAttributes) step.attributes()).alpha().doubleValue();
        int a = step.operands().get(0);
        int b = step.operands().get(1);
        return alpha == 1
                ? Objects.requireNonNull(FusedRows.binary(BinaryOp.ADD, DType.F32, to, a, b))
                : dense(step, to, (out, x, y, n) -> FloatScaledAdd.run(out, x, y, alpha, n));
    }

    private static BlockStep dense(Whole step, int to, DenseRow row) {
        return new BlockStep.Dense(row, to, step.operands().get(0), step.operands().get(1));
    }

    private static BlockStep unary(Whole step, int to, UnaryRow row) {
        return new BlockStep.Unary(row, to, step.operands().get(0));
    }

    private static BlockStep shape(Whole step, int to, double p, double q, FloatShapes.Row row) {
        float first = (float) p;
        float second = (float) q;
        return unary(step, to, (out, a, n) -> row.run(out, a, first, second, n));
    }

    private static BlockStep shape(Whole step, int to) {
        return switch (step.attributes()) {
            case HardtanhAttributes a -> {
                double low = a.minVal().doubleValue();
                yield shape(step, to, low, a.maxVal().doubleValue(), FloatShapes::clamp);
            }
            case ClampAttributes a -> {
                double low = number(a.min(), Double.NEGATIVE_INFINITY);
                double high = number(a.max(), Double.POSITIVE_INFINITY);
                yield shape(step, to, low, high, FloatShapes::clamp);
            }
            default -> {
                SoftplusAttributes a = (SoftplusAttributes) step.attributes();
                double threshold = a.threshold().doubleValue();
                yield shape(step, to, a.beta().doubleValue(), threshold, FloatShapes::softplus);
            }
        };
    }

    private static double number(@Nullable Scalar scalar, double other) {
        return scalar == null ? other : scalar.doubleValue();
    }

    private static BlockStep activation(Whole step, int to) {
        return switch (step.attributes()) {
            case GeluAttributes a ->
                    unary(
                            step,
                            to,
                            a.approximate().equals("none")
                                    ? GELU
                                    : FloatScaledActivations::geluTanh);
            case LeakyReluAttributes a -> {
                float slope = (float) a.negativeSlope().doubleValue();
                yield unary(
                        step,
                        to,
                        (out, x, n) -> FloatScaledActivations.leakyRelu(out, x, slope, n));
            }
            default -> elu(step, to);
        };
    }

    private static BlockStep elu(Whole step, int to) {
        EluAttributes a = (EluAttributes) step.attributes();
        double scale = a.scale().doubleValue();
        float above = (float) scale;
        float below = (float) (a.alpha().doubleValue() * scale);
        float inner = (float) a.inputScale().doubleValue();
        return unary(
                step,
                to,
                (out, x, n) -> FloatScaledActivations.elu(out, x, above, below, inner, n));
    }

    private static BlockStep threshold(Whole step, int to) {
        ThresholdBackwardAttributes a = (ThresholdBackwardAttributes) step.attributes();
        float threshold = (float) a.threshold().doubleValue();
        return dense(
                step, to, (out, grad, x, n) -> FloatThreshold.backward(out, grad, x, threshold, n));
    }
}
