// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import com.google.auto.service.AutoService;

import java.util.function.DoubleUnaryOperator;

/**
 * Functions of one tensor. Correctly rounded ones (neg, abs, sqrt, reciprocal ...) must be exact.
 * For the others 4 ulp are allowed: a good implementation stays within 1, PyTorch's vector library
 * documents 1, and the double that this oracle computes is itself within 1 ulp for f64.
 */
@AutoService(OracleFamily.class)
public final class PointwiseOracles implements OracleFamily {
    private static final double EXACT = 0;
    private static final double TRANSCENDENTAL = 4;

    /** For {@code ServiceLoader}. */
    public PointwiseOracles() {}

    @Override
    public void register(Oracles.Table table) {
        Elementwise.keeping(table, "neg", x -> -x, x -> -x);
        Elementwise.keeping(table, "abs", Math::abs, Math::abs);
        table.add("square", Oracle.single(PointwiseOracles::square));
        Elementwise.keeping(table, "sign", x -> x > 0 ? 1 : x < 0 ? -1 : 0, x -> Long.signum(x));
        Elementwise.keeping(
                table, "relu", x -> x > 0 || Double.isNaN(x) ? x : 0, x -> Math.max(x, 0));
        Elementwise.keeping(table, "floor", Math::floor, x -> x);
        Elementwise.keeping(table, "ceil", Math::ceil, x -> x);
        Elementwise.keeping(table, "round", Math::rint, x -> x);
        Elementwise.floating(table, "sqrt", EXACT, Math::sqrt);
        Elementwise.floating(table, "reciprocal", EXACT, x -> 1 / x);
        Elementwise.floating(table, "rsqrt", TRANSCENDENTAL, x -> 1 / Math.sqrt(x));
        Elementwise.floating(table, "exp", TRANSCENDENTAL, StrictMath::exp);
        Elementwise.floating(table, "log", TRANSCENDENTAL, StrictMath::log);
        Elementwise.floating(table, "sin", TRANSCENDENTAL, StrictMath::sin);
        Elementwise.floating(table, "cos", TRANSCENDENTAL, StrictMath::cos);
        Elementwise.floating(table, "tanh", TRANSCENDENTAL, StrictMath::tanh);
        table.add("sigmoid", Oracle.single(PointwiseOracles::sigmoid));
        table.add("logical_not", Oracle.single(PointwiseOracles::logicalNot));
        table.add("bitwise_not", Oracle.single(PointwiseOracles::bitwiseNot));
        table.add("clamp", Oracle.single(PointwiseOracles::clamp));
    }

    /**
     * {@code 1 / (1 + exp(-x))}. Where exp(-x) overflows that formula gives 0 for a result below
     * the smallest normal number; both are right.
     */
    private static Expected sigmoid(Arguments arguments) {
        ElementType type = new Promotion().tensor(arguments.array("self")).floatingResult();
        HostArray self = arguments.array("self").cast(type);
        DoubleUnaryOperator exact =
                x ->
                        x < 0
                                ? StrictMath.exp(x) / (1 + StrictMath.exp(x))
                                : 1 / (1 + StrictMath.exp(-x));
        return Expected.within(
                type,
                self.shape(),
                i -> exact.applyAsDouble(self.real(i)),
                i -> {
                    double value = exact.applyAsDouble(self.real(i));
                    double flushed = value < 2 * type.smallestNormal() ? value : 0;
                    return type.error(value, TRANSCENDENTAL) + flushed;
                });
    }

    /** To the power of 2: the square of a truth value is a whole number. */
    private static Expected square(Arguments arguments) {
        HostArray self = arguments.array("self");
        ElementType type = new Promotion().tensor(self).number(2L).result();
        return Elementwise.map(
                self.cast(type), type, Elementwise.Bound.ulps(0), x -> x * x, x -> x * x);
    }

    private static Expected logicalNot(Arguments arguments) {
        HostArray self = arguments.array("self");
        return Expected.exactly(
                HostArray.ofIntegers(
                        ElementType.BOOL, self.shape(), i -> self.real(i) == 0 ? 1 : 0));
    }

    private static Expected bitwiseNot(Arguments arguments) {
        HostArray self = arguments.array("self");
        boolean bool = self.type() == ElementType.BOOL;
        return Expected.exactly(
                HostArray.ofIntegers(
                        self.type(),
                        self.shape(),
                        i -> bool ? 1 - self.integer(i) : ~self.integer(i)));
    }

    /** {@code min(max(x, min), max)}; NaN stays. */
    private static Expected clamp(Arguments arguments) {
        Object min = arguments.get("min");
        Object max = arguments.get("max");
        Promotion promotion = new Promotion().tensor(arguments.array("self"));
        if (min != null) {
            promotion.number(min);
        }
        if (max != null) {
            promotion.number(max);
        }
        ElementType type = promotion.result();
        HostArray self = arguments.array("self").cast(type);
        HostArray low = min == null ? null : Arguments.asArray(min, type);
        HostArray high = max == null ? null : Arguments.asArray(max, type);
        if (!type.isFloating()) {
            return Expected.exactly(
                    HostArray.ofIntegers(
                            type,
                            self.shape(),
                            i -> {
                                long x = self.integer(i);
                                long raised = low == null ? x : Math.max(x, low.integer(0));
                                return high == null ? raised : Math.min(raised, high.integer(0));
                            }));
        }
        return Expected.within(
                type,
                self.shape(),
                i -> {
                    double x = self.real(i);
                    double raised = low == null ? x : Math.max(x, low.real(0));
                    return high == null ? raised : Math.min(raised, high.real(0));
                },
                i -> 0);
    }
}
