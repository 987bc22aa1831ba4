// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import java.util.List;

/**
 * A value and how far a computation in precision u may lie from it: errors of the operands are
 * carried through each step, and each step adds its own rounding, a few units for elementary
 * functions.
 *
 * @param value exact, in double
 * @param error largest distance
 * @param u the unit roundoff of the computation
 */
record Approx(double value, double error, double u) {
    private static final double FUNCTION = 8;

    /** An exact operand. */
    static Approx of(double value, double u) {
        return new Approx(value, 0, u);
    }

    private Approx with(double newValue, double newError) {
        double bound = Double.isNaN(newError) ? Double.POSITIVE_INFINITY : newError;
        return new Approx(newValue, Double.isFinite(newValue) ? bound : 0, u);
    }

    Approx plus(Approx other) {
        double sum = value + other.value;
        double size = Math.abs(value) + Math.abs(other.value);
        return with(sum, error + other.error + 2 * u * size);
    }

    Approx plus(double number) {
        return plus(of(number, u));
    }

    Approx minus(Approx other) {
        return plus(other.negated());
    }

    Approx negated() {
        return new Approx(-value, error, u);
    }

    Approx times(Approx other) {
        double product = value * other.value;
        return with(
                product,
                Math.abs(value) * other.error
                        + Math.abs(other.value) * error
                        + error * other.error
                        + 2 * u * Math.abs(product));
    }

    Approx times(double number) {
        return times(of(number, u));
    }

    Approx over(Approx other) {
        double quotient = value / other.value;
        double least = Math.abs(other.value) - other.error;
        double moved =
                other.error == 0 && error == 0
                        ? 0
                        : least > 0
                                ? (error + Math.abs(quotient) * other.error) / least
                                : Double.POSITIVE_INFINITY;
        return with(quotient, moved + 4 * u * Math.abs(quotient));
    }

    Approx over(double number) {
        return over(of(number, u));
    }

    Approx exp() {
        double result = StrictMath.exp(value);
        // Numbers below the normal range may be flushed.
        return with(
                result,
                result * StrictMath.expm1(Math.min(error, 700))
                        + FUNCTION * u * result
                        + ElementType.F32.smallestNormal() * (u > 1e-12 ? 1 : 0));
    }

    Approx log() {
        double result = StrictMath.log(value);
        double moved =
                error == 0 ? 0 : error < value ? error / (value - error) : Double.POSITIVE_INFINITY;
        return with(result, moved + FUNCTION * u * Math.abs(result));
    }

    Approx sqrt() {
        double result = Math.sqrt(value);
        double moved = Math.sqrt(value + error) - result;
        double below = result - Math.sqrt(Math.max(0, value - error));
        return with(result, Math.max(moved, below) + 4 * u * result);
    }

    Approx pow(double exponent) {
        double result = StrictMath.pow(value, exponent);
        double up = Math.abs(StrictMath.pow(value + error, exponent) - result);
        double down = Math.abs(StrictMath.pow(Math.max(0, value - error), exponent) - result);
        return with(
                result,
                Math.max(up, down) + FUNCTION * (1 + Math.abs(exponent)) * u * Math.abs(result));
    }

    Approx tanh() {
        double result = StrictMath.tanh(value);
        return with(result, error + FUNCTION * u * Math.abs(result));
    }

    Approx sigmoid() {
        double result = 1 / (1 + StrictMath.exp(-value));
        return with(result, error / 4 + FUNCTION * (1 + Math.abs(value)) * u * result);
    }

    /** {@code log(1 + e^x)}. */
    Approx softplus() {
        double result = Math.max(value, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(value)));
        return with(result, error + FUNCTION * u * (result + u));
    }

    Approx abs() {
        return with(Math.abs(value), error);
    }

    Approx max(double number) {
        return with(Math.max(value, number), error);
    }

    /** The sum, in any order. */
    static Approx sum(List<Approx> terms, double u) {
        Accumulator sum = new Accumulator();
        double error = 0;
        for (Approx term : terms) {
            sum.add(term.value);
            error += term.error;
        }
        double rounding = (terms.size() + 1) * u * (sum.magnitude() + error);
        return of(0, u).with(sum.value(), error + rounding);
    }

    /** Results of a type. */
    static Expected expected(ElementType type, long[] shape, List<Approx> results) {
        double[] values = new double[results.size()];
        double[] bounds = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = results.get(i).value;
            bounds[i] = results.get(i).error;
        }
        return Rounded.of(type, shape, values, bounds);
    }

    /** A loss: each, their mean or their sum, for the reductions 0, 1, 2. */
    static Expected reduced(ElementType type, long[] shape, List<Approx> losses, long reduction) {
        if (reduction == 0) {
            return expected(type, shape, losses);
        }
        double u = Rounded.unit(type);
        Approx sum = sum(losses, u);
        Approx result = reduction == 2 ? sum : sum.over(losses.size());
        return expected(type, new long[0], List.of(result));
    }
}
