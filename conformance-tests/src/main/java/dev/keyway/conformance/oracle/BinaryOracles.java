// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import com.google.auto.service.AutoService;

import org.jspecify.annotations.Nullable;

import java.util.function.DoubleBinaryOperator;
import java.util.function.LongBinaryOperator;

/**
 * Functions of two tensors, or of a tensor and a number, that broadcast and promote. The four
 * operations are correctly rounded, so exact; {@code add} and {@code sub} with a factor {@code
 * alpha} round twice or, with fused multiply-add, once: 1 ulp of the larger of product and result
 * is allowed.
 */
@AutoService(OracleFamily.class)
public final class BinaryOracles implements OracleFamily {
    /** For {@code ServiceLoader}. */
    public BinaryOracles() {}

    @Override
    public void register(Oracles.Table table) {
        for (String overload : new String[] {"Tensor", "Scalar"}) {
            scaled(table, "add." + overload, 1);
            scaled(table, "sub." + overload, -1);
            exact(table, "mul." + overload, (a, b) -> a * b, (a, b) -> a * b);
            table.add("div." + overload, Oracle.single(BinaryOracles::div));
            exact(table, "remainder." + overload, BinaryOracles::remainder, Math::floorMod);
            table.add("pow." + overload, Oracle.single(BinaryOracles::pow));
        }
        table.add("floor_divide.Tensor", Oracle.single(BinaryOracles::floorDivide));
        exact(table, "maximum", Math::max, Math::max);
        exact(table, "minimum", Math::min, Math::min);
        exact(table, "bitwise_and.Tensor", null, (a, b) -> a & b);
        exact(table, "bitwise_or.Tensor", null, (a, b) -> a | b);
        exact(table, "bitwise_xor.Tensor", null, (a, b) -> a ^ b);
    }

    static void exact(
            Oracles.Table table,
            String name,
            @Nullable DoubleBinaryOperator real,
            LongBinaryOperator integer) {
        table.add(
                name,
                Oracle.single(
                        arguments -> {
                            Operands operands = Operands.of(arguments);
                            ElementType type = operands.common();
                            if (type.isFloating()) {
                                DoubleBinaryOperator function =
                                        java.util.Objects.requireNonNull(real);
                                return operands.reals(type, function, (a, b) -> 0);
                            }
                            return operands.integers(type, integer);
                        }));
    }

    private static void scaled(Oracles.Table table, String name, int sign) {
        table.add(
                name,
                Oracle.single(
                        arguments -> {
                            Operands operands = Operands.of(arguments);
                            ElementType type = operands.common();
                            HostArray alpha =
                                    Arguments.asArray(
                                            arguments.scalar("alpha"), type.computeType());
                            if (!type.isFloating()) {
                                // Bool: a sum is "or", a factor of false drops the operand.
                                return operands.integers(
                                        type, (a, b) -> a + sign * alpha.integer(0) * b);
                            }
                            double factor = sign * alpha.real(0);
                            DoubleBinaryOperator sum = (a, b) -> a + factor * b;
                            return Math.abs(factor) == 1
                                    ? operands.reals(type, sum, (a, b) -> 0)
                                    : operands.reals(
                                            type,
                                            (a, b) -> Math.fma(factor, b, a),
                                            (a, b) ->
                                                    larger(
                                                            type,
                                                            factor * b,
                                                            sum.applyAsDouble(a, b)));
                        }));
    }

    static double larger(ElementType type, double product, double sum) {
        double magnitude = Math.max(Math.abs(product), Math.abs(sum));
        if (!Double.isFinite(sum)) {
            return 0;
        }
        return magnitude >= type.largest() ? Double.POSITIVE_INFINITY : type.error(magnitude, 1);
    }

    static Expected div(Arguments arguments) {
        Operands operands = Operands.of(arguments);
        return operands.reals(operands.floating(), (a, b) -> a / b, (a, b) -> 0);
    }

    /** {@code a - b * floor(a / b)}: C's remainder, moved to the divisor's sign. */
    private static double remainder(double a, double b) {
        double rest = a % b;
        return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
    }

    /** The whole quotient; 1 ulp, since quotients beyond the precision round twice. */
    static Expected floorDivide(Arguments arguments) {
        Operands operands = Operands.of(arguments);
        ElementType type = operands.common();
        return type.isFloating()
                ? operands.reals(
                        type,
                        BinaryOracles::floorQuotient,
                        (a, b) -> nanToZero(type.ulp(floorQuotient(a, b))))
                : operands.integers(type, Math::floorDiv);
    }

    private static double floorQuotient(double a, double b) {
        if (b == 0) {
            return a / b;
        }
        double rest = a % b;
        double quotient = (a - rest) / b;
        return rest != 0 && (rest < 0) != (b < 0) ? Math.rint(quotient) - 1 : Math.rint(quotient);
    }

    private static Expected pow(Arguments arguments) {
        Operands operands = Operands.of(arguments);
        ElementType type = operands.common();
        return type.isFloating()
                ? operands.reals(
                        type, BinaryOracles::power, (a, b) -> nanToZero(type.error(power(a, b), 4)))
                : operands.integers(type, BinaryOracles::power);
    }

    /** C's pow: 1 to any power is 1, even to NaN; Java's differs there. */
    static double power(double base, double exponent) {
        if (base == 1 || (base == -1 && Double.isInfinite(exponent))) {
            return 1;
        }
        return StrictMath.pow(base, exponent);
    }

    static long power(long base, long exponent) {
        long result = 1;
        for (long i = 0; i < exponent; i++) {
            result *= base;
        }
        return result;
    }

    private static double nanToZero(double bound) {
        return Double.isNaN(bound) ? 0 : bound;
    }
}
