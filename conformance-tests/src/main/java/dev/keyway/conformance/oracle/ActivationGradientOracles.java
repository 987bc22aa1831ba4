// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import com.google.auto.service.AutoService;

import java.util.function.DoubleBinaryOperator;

/**
 * Gradients of activation functions: a few units in the last place, and of what is added up in the
 * textbook formula.
 */
@AutoService(OracleFamily.class)
public final class ActivationGradientOracles implements OracleFamily {
    /** For {@code ServiceLoader}. */
    public ActivationGradientOracles() {}

    @Override
    public void register(Oracles.Table table) {
        table.add(
                "gelu_backward",
                Oracle.single(
                        a -> {
                            boolean tanh = "tanh".equals(a.scalar("approximate"));
                            double largest = a.array("self").type().computeType().largest();
                            return of(
                                    a,
                                    "self",
                                    (g, x) -> g * (tanh ? approximate(x, largest) : normal(x)),
                                    (g, x) -> 8 * Math.abs(g) * (1 + Math.abs(x)));
                        }));
        table.add(
                "silu_backward",
                Oracle.single(
                        a ->
                                of(
                                        a,
                                        "self",
                                        (g, x) -> g * sigmoid(x) * (1 + x * (1 - sigmoid(x))),
                                        (g, x) -> 4 * Math.abs(g))));
        table.add(
                "sigmoid_backward",
                Oracle.single(a -> of(a, "output", (g, y) -> g * (1 - y) * y, (g, y) -> 0)));
        table.add(
                "tanh_backward",
                Oracle.single(
                        a ->
                                of(
                                        a,
                                        "output",
                                        (g, y) -> g * (1 - y * y),
                                        (g, y) -> 2 * Math.abs(g) * y * y)));
    }

    private static Expected of(
            Arguments arguments,
            String second,
            DoubleBinaryOperator value,
            DoubleBinaryOperator added) {
        Operands operands = new Operands(arguments.array("grad_output"), arguments.array(second));
        ElementType type = operands.common();
        double roundoff = type.computeType().unitRoundoff();
        return operands.reals(
                type,
                value,
                (a, b) -> {
                    double error = type.error(value.applyAsDouble(a, b), 4);
                    double sum = added.applyAsDouble(a, b) * roundoff;
                    double bound = error + (Double.isFinite(sum) ? sum : 0);
                    return Double.isNaN(bound) ? 0 : bound;
                });
    }

    private static double sigmoid(double x) {
        return 1 / (1 + StrictMath.exp(-x));
    }

    private static double normal(double x) {
        double below = ErrorFunctions.erfc(-x / Math.sqrt(2)) / 2;
        return below + x * StrictMath.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
    }

    /** Where the square of x overflows, its product with nothing is NaN, as in PyTorch. */
    private static double approximate(double x, double largest) {
        if (x * x > largest) {
            return Double.NaN;
        }
        double k = Math.sqrt(2 / Math.PI);
        double s = sigmoid(2 * k * (x + 0.044715 * x * x * x));
        return s + x * 2 * k * (1 + 3 * 0.044715 * x * x) * s * (1 - s);
    }
}
