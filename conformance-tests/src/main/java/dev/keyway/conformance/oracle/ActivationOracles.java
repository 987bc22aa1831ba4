// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import com.google.auto.service.AutoService;

import java.util.function.DoubleUnaryOperator;

/** Activation functions; each bound counts the roundings of the textbook formula. */
@AutoService(OracleFamily.class)
public final class ActivationOracles implements OracleFamily {
    private static final double ALPHA = 1.6732632423543772;
    private static final double SCALE = 1.0507009873554805;

    /** For {@code ServiceLoader}. */
    public ActivationOracles() {}

    @Override
    public void register(Oracles.Table table) {
        table.add("leaky_relu", Oracle.single(ActivationOracles::leakyRelu));
        table.add("prelu", Oracle.single(ActivationOracles::prelu));
        table.add(
                "elu",
                Oracle.single(
                        a -> elu(a, a.real("alpha"), a.real("scale"), a.real("input_scale"))));
        table.add("celu", Oracle.single(a -> elu(a, a.real("alpha"), 1, 1 / a.real("alpha"))));
        table.add("selu", Oracle.single(a -> elu(a, ALPHA, SCALE, 1)));
        table.add("gelu", Oracle.single(ActivationOracles::gelu));
        Elementwise.floating(
                table,
                "silu",
                (type, x, value) -> type.error(value, 4) + flushed(type, x, value),
                x -> x / (1 + StrictMath.exp(-x)));
        Elementwise.floating(
                table,
                "mish",
                // Where the exponential is denormal it has lost digits.
                (type, x, value) -> type.error(value, 8) + Math.abs(x) * type.computeType().ulp(0),
                x -> x * StrictMath.tanh(StrictMath.log1p(StrictMath.exp(x))));
        Elementwise.floating(table, "hardsigmoid", 4, x -> ramp(x) / 6);
        Elementwise.floating(table, "hardswish", 4, x -> x * ramp(x) / 6);
        Elementwise.floating(table, "softsign", 2, x -> x / (1 + Math.abs(x)));
        Elementwise.floating(
                table,
                "log_sigmoid",
                6,
                x -> Math.min(x, 0) - StrictMath.log1p(StrictMath.exp(-Math.abs(x))));
        Elementwise.keeping(
                table, "relu6", x -> Math.clamp(x, 0.0, 6.0), x -> Math.clamp(x, 0L, 6L));
        table.add("softplus", Oracle.single(ActivationOracles::softplus));
        table.add("hardtanh", Oracle.single(ActivationOracles::hardtanh));
        table.add("threshold", Oracle.single(ActivationOracles::threshold));
        table.add("glu", Oracle.single(ActivationOracles::glu));
    }

    /** Where exp(-x) overflows the textbook formula gives 0. */
    private static double flushed(ElementType type, double x, double value) {
        return StrictMath.exp(-x) > type.computeType().largest() ? Math.abs(value) : 0;
    }

    private static double ramp(double x) {
        return Math.min(Math.max(x + 3, 0), 6);
    }

    private static Expected leakyRelu(Arguments arguments) {
        double slope = arguments.real("negative_slope");
        return Elementwise.floating(
                arguments, Elementwise.Bound.ulps(2), x -> x > 0 ? x : x * slope);
    }

    /** The weight is one number, or one for each element of dimension 1. */
    private static Expected prelu(Arguments arguments) {
        HostArray self = arguments.array("self");
        HostArray weight = arguments.array("weight");
        long[] shape = self.shape();
        return Expected.within(
                self.type(),
                shape,
                i -> {
                    int channel = weight.numel() == 1 ? 0 : (int) Shapes.coordinates(i, shape)[1];
                    double x = self.real(i);
                    return x > 0 ? x : x * weight.real(channel);
                },
                i -> 0);
    }

    private static Expected elu(Arguments arguments, double alpha, double scale, double inner) {
        DoubleUnaryOperator exact =
                x -> x > 0 ? scale * x : alpha * scale * StrictMath.expm1(inner * x);
        return Elementwise.floating(arguments, Elementwise.Bound.ulps(8), exact);
    }

    /** {@code x (1 + erf(x / sqrt(2))) / 2} or tanh's approximation; 1 plus -1 loses digits. */
    private static Expected gelu(Arguments arguments) {
        boolean approximate = "tanh".equals(arguments.scalar("approximate"));
        Elementwise.Bound bound =
                (type, x, value) ->
                        type.error(value, 8)
                                + (Double.isFinite(x)
                                        ? 4 * type.computeType().unitRoundoff() * Math.abs(x)
                                        : 0);
        return Elementwise.floating(
                arguments,
                bound,
                x -> {
                    if (approximate) {
                        double y = Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x);
                        return x / (1 + StrictMath.exp(-2 * y));
                    }
                    return x / 2 * ErrorFunctions.erfc(-x / Math.sqrt(2));
                });
    }

    /** {@code log(1 + e^(beta x)) / beta}; the rounded product moves the exponential. */
    private static Expected softplus(Arguments arguments) {
        double beta = arguments.real("beta");
        double threshold = arguments.real("threshold");
        return Elementwise.floating(
                arguments,
                (type, x, value) ->
                        beta * x > threshold ? 0 : type.error(value, 6 + Math.abs(beta * x)),
                x -> beta * x > threshold ? x : StrictMath.log1p(StrictMath.exp(beta * x)) / beta);
    }

    private static Expected hardtanh(Arguments arguments) {
        HostArray self = arguments.array("self");
        HostArray low = Arguments.asArray(arguments.scalar("min_val"), self.type());
        HostArray high = Arguments.asArray(arguments.scalar("max_val"), self.type());
        return Elementwise.map(
                self,
                self.type(),
                Elementwise.Bound.ulps(0),
                x -> Math.min(Math.max(x, low.real(0)), high.real(0)),
                x -> Math.min(Math.max(x, low.integer(0)), high.integer(0)));
    }

    private static Expected threshold(Arguments arguments) {
        HostArray self = arguments.array("self");
        double bound = arguments.real("threshold");
        HostArray value = Arguments.asArray(arguments.scalar("value"), self.type());
        return Elementwise.map(
                self,
                self.type(),
                Elementwise.Bound.ulps(0),
                x -> x <= bound ? value.real(0) : x,
                x -> x <= bound ? value.integer(0) : x);
    }

    /** The first half of a dimension times the sigmoid of the second. */
    private static Expected glu(Arguments arguments) {
        HostArray self = arguments.array("self");
        long[] from = self.shape();
        int dim = Math.floorMod(arguments.integer("dim"), from.length);
        long[] shape = Shapes.with(from, dim, from[dim] / 2);
        ElementType type = self.type();
        return Expected.within(
                type,
                shape,
                i -> half(self, i, shape, dim, 0) * sigmoid(half(self, i, shape, dim, 1)),
                i -> {
                    double gate = half(self, i, shape, dim, 1);
                    double value = half(self, i, shape, dim, 0) * sigmoid(gate);
                    return type.error(value, 6) + flushed(type, gate, value);
                });
    }

    private static double half(HostArray self, int i, long[] shape, int dim, int which) {
        long[] at = Shapes.coordinates(i, shape);
        at[dim] += which * shape[dim];
        return self.realAt(at);
    }

    private static double sigmoid(double x) {
        return 1 / (1 + StrictMath.exp(-x));
    }
}
