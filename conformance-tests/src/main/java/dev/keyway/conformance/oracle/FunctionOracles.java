// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import com.google.auto.service.AutoService;

/**
 * Exponentials, logarithms, trigonometric and hyperbolic functions and their inverses: 4 ulp as in
 * {@link PointwiseOracles}, 8 where the double that this oracle computes is itself off by a few.
 */
@AutoService(OracleFamily.class)
public final class FunctionOracles implements OracleFamily {
    private static final double LN_2 = StrictMath.log(2);

    /** For {@code ServiceLoader}. */
    public FunctionOracles() {}

    @Override
    public void register(Oracles.Table table) {
        Elementwise.floating(table, "exp2", 4, x -> StrictMath.pow(2, x));
        Elementwise.floating(table, "expm1", 4, StrictMath::expm1);
        Elementwise.floating(table, "log2", 4, x -> StrictMath.log(x) / LN_2);
        Elementwise.floating(table, "log10", 4, StrictMath::log10);
        Elementwise.floating(table, "log1p", 4, StrictMath::log1p);
        Elementwise.floating(table, "tan", 4, StrictMath::tan);
        Elementwise.floating(table, "asin", 4, StrictMath::asin);
        Elementwise.floating(table, "acos", 4, StrictMath::acos);
        Elementwise.floating(table, "atan", 4, StrictMath::atan);
        Elementwise.floating(table, "sinh", 4, StrictMath::sinh);
        Elementwise.floating(table, "cosh", 4, StrictMath::cosh);
        Elementwise.floating(table, "asinh", 8, FunctionOracles::asinh);
        Elementwise.floating(table, "acosh", 8, FunctionOracles::acosh);
        Elementwise.floating(table, "atanh", 8, FunctionOracles::atanh);
        Elementwise.floating(table, "erf", 8, ErrorFunctions::erf);
        Elementwise.floating(table, "erfc", 8, ErrorFunctions::erfc);
        Elementwise.floating(table, "deg2rad", 2, x -> x * (Math.PI / 180));
        Elementwise.floating(table, "rad2deg", 2, x -> x * (180 / Math.PI));
        Elementwise.floating(table, "frac", 0, x -> x - truncated(x));
        table.add("sinc", Oracle.single(FunctionOracles::sinc));
        table.add("logit", Oracle.single(FunctionOracles::logit));
    }

    private static double truncated(double x) {
        return x < 0 ? Math.ceil(x) : Math.floor(x);
    }

    /** {@code log(|x| + sqrt(x^2 + 1))}; below 1/2 the series, of which 30 terms suffice. */
    private static double asinh(double x) {
        double a = Math.abs(x);
        double value =
                a < 0.5
                        ? arcSeries(a, -1)
                        : a > 1e10
                                ? StrictMath.log(a) + LN_2
                                : StrictMath.log(a + Math.sqrt(a * a + 1));
        return Math.copySign(value, x);
    }

    /** {@code x + sign x^3/6 + 3 x^5/40 ...}. */
    private static double arcSeries(double x, int sign) {
        double term = x;
        double sum = 0;
        for (int n = 0; n < 30; n++) {
            sum += term / (2 * n + 1);
            term *= sign * x * x * (2 * n + 1) / (2 * n + 2);
        }
        return sum;
    }

    /** {@code log(x + sqrt(x^2 - 1))}, with x as 1 + y near 1. */
    private static double acosh(double x) {
        if (!(x >= 1) || x > 1e10) {
            return x < 1 ? Double.NaN : StrictMath.log(x) + LN_2;
        }
        double y = x - 1;
        return StrictMath.log1p(y + Math.sqrt(y * (x + 1)));
    }

    /** {@code log((1 + x) / (1 - x)) / 2}. */
    private static double atanh(double x) {
        return (StrictMath.log1p(x) - StrictMath.log1p(-x)) / 2;
    }

    /** The rounding of pi x moves the sine by as much; beyond the largest number it has none. */
    private static Expected sinc(Arguments arguments) {
        ElementType type = new Promotion().tensor(arguments.array("self")).floatingResult();
        ElementType compute = type.computeType();
        return Elementwise.floating(
                arguments,
                (t, x, value) -> t.error(value, 4) + 2 * compute.unitRoundoff(),
                x -> {
                    double angle = Math.PI * x;
                    return x == 0
                            ? 1
                            : Math.abs(angle) > compute.largest()
                                    ? Double.NaN
                                    : StrictMath.sin(angle) / angle;
                });
    }

    /** {@code log(z / (1 - z))}: near 1/2 the quotient's rounding is all there is. */
    private static Expected logit(Arguments arguments) {
        double eps = arguments.get("eps") == null ? -1 : arguments.real("eps");
        Elementwise.Bound bound =
                (type, x, value) ->
                        type.error(value, 4)
                                + type.computeType().unitRoundoff() * (4 + (eps > 0 ? 2 / eps : 0));
        return Elementwise.floating(
                arguments,
                bound,
                x -> {
                    double z = eps < 0 || Double.isNaN(x) ? x : Math.clamp(x, eps, 1 - eps);
                    return StrictMath.log(z / (1 - z));
                });
    }
}
