// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import com.google.auto.service.AutoService;

import java.util.function.DoubleBinaryOperator;
import java.util.function.LongBinaryOperator;

/** Angles, lengths, signs, logarithms, extremes, shifts and truth values of two operands. */
@AutoService(OracleFamily.class)
public final class PairOracles implements OracleFamily {
    private static final double LN_2 = StrictMath.log(2);

    /** For {@code ServiceLoader}. */
    public PairOracles() {}

    @Override
    public void register(Oracles.Table table) {
        floating(table, "atan2", StrictMath::atan2);
        floating(table, "hypot", StrictMath::hypot);
        for (String overload : new String[] {"Tensor", "Scalar_Other", "Scalar_Self"}) {
            table.add("xlogy." + overload, Oracle.single(PairOracles::xlogy));
        }
        for (String overload : new String[] {"Tensor", "Scalar"}) {
            table.add(
                    "copysign." + overload,
                    Oracle.single(
                            a -> {
                                Operands operands = Operands.of(a);
                                return operands.exactReals(operands.floating(), Math::copySign);
                            }));
        }
        BinaryOracles.exact(table, "fmax", PairOracles::fmax, Math::max);
        BinaryOracles.exact(table, "fmin", (a, b) -> -fmax(-a, -b), Math::min);
        BinaryOracles.exact(table, "bitwise_and.Scalar", null, (a, b) -> a & b);
        BinaryOracles.exact(table, "bitwise_or.Scalar", null, (a, b) -> a | b);
        BinaryOracles.exact(table, "bitwise_xor.Scalar", null, (a, b) -> a ^ b);
        for (String overload : new String[] {"Tensor", "Tensor_Scalar"}) {
            shift(table, "bitwise_left_shift." + overload, PairOracles::left);
            shift(table, "bitwise_right_shift." + overload, PairOracles::right);
        }
        logical(table, "logical_and", (a, b) -> a & b);
        logical(table, "logical_or", (a, b) -> a | b);
        logical(table, "logical_xor", (a, b) -> a ^ b);
        table.add("logaddexp", Oracle.single(a -> logAdd(a, 1)));
        table.add("logaddexp2", Oracle.single(a -> logAdd(a, LN_2)));
        table.add("heaviside", Oracle.single(PairOracles::heaviside));
        table.add("pow.Self_Scalar", Oracle.single(PairOracles::pow));
        table.add("isclose", Oracle.single(PairOracles::isclose));
    }

    private static void floating(Oracles.Table table, String name, DoubleBinaryOperator function) {
        table.add(
                name,
                Oracle.single(
                        arguments -> {
                            Operands operands = Operands.of(arguments);
                            ElementType type = operands.floating();
                            return operands.reals(
                                    type,
                                    function,
                                    (a, b) -> finite(type.error(function.applyAsDouble(a, b), 4)));
                        }));
    }

    private static double finite(double bound) {
        return Double.isNaN(bound) ? 0 : bound;
    }

    private static double fmax(double a, double b) {
        return Double.isNaN(a) ? b : Double.isNaN(b) ? a : Math.max(a, b);
    }

    /** {@code self log(other)}, 0 for a self of 0 unless other is NaN. */
    private static Expected xlogy(Arguments arguments) {
        DoubleBinaryOperator exact =
                (a, b) -> Double.isNaN(b) ? b : a == 0 ? 0 : a * StrictMath.log(b);
        if (!(arguments.get("self") instanceof HostArray)) {
            HostArray other = arguments.array("other");
            Operands swapped = new Operands(other, arguments.scalar("self"));
            ElementType type = swapped.floating();
            return swapped.reals(
                    type,
                    (b, a) -> exact.applyAsDouble(a, b),
                    (b, a) -> finite(type.error(exact.applyAsDouble(a, b), 4)));
        }
        Operands operands = Operands.of(arguments);
        ElementType type = operands.floating();
        return operands.reals(
                type, exact, (a, b) -> finite(type.error(exact.applyAsDouble(a, b), 4)));
    }

    private static void shift(Oracles.Table table, String name, LongBinaryOperator function) {
        table.add(
                name,
                Oracle.single(
                        arguments -> {
                            Operands operands = Operands.of(arguments);
                            return operands.integers(operands.common(), function);
                        }));
    }

    private static long left(long a, long b) {
        return b < 0 || b > 63 ? 0 : a << b;
    }

    private static long right(long a, long b) {
        return b < 0 || b > 63 ? (a < 0 ? -1 : 0) : a >> b;
    }

    private static void logical(Oracles.Table table, String name, LongBinaryOperator function) {
        table.add(
                name,
                Oracle.single(
                        arguments ->
                                new Operands(
                                                truth(arguments.array("self")),
                                                truth(arguments.array("other")))
                                        .integers(ElementType.BOOL, function)));
    }

    private static HostArray truth(HostArray array) {
        return HostArray.ofIntegers(
                ElementType.BOOL,
                array.shape(),
                i ->
                        (array.type().isFloating() ? array.real(i) != 0 : array.integer(i) != 0)
                                ? 1
                                : 0);
    }

    /** {@code log(e^a + e^b)} in units of {@code scale}; the sum may cancel. */
    private static Expected logAdd(Arguments arguments, double scale) {
        Operands operands = Operands.of(arguments);
        ElementType type = operands.common();
        DoubleBinaryOperator exact =
                (a, b) -> {
                    double far = -Math.abs(a - b) * scale;
                    return a == b && Double.isInfinite(a)
                            ? a
                            : Math.max(a, b) + StrictMath.log1p(StrictMath.exp(far)) / scale;
                };
        return operands.reals(
                type,
                exact,
                (a, b) -> {
                    double top = Math.max(1 / scale, Math.abs(Math.max(a, b)));
                    return finite(
                            type.error(exact.applyAsDouble(a, b), 2)
                                    + 4 * type.computeType().unitRoundoff() * top);
                });
    }

    private static Expected heaviside(Arguments arguments) {
        Operands operands = Operands.of(arguments, "values");
        ElementType type = operands.common();
        return type.isFloating()
                ? operands.reals(type, (a, b) -> a == 0 ? b : a > 0 ? 1 : 0, (a, b) -> 0)
                : operands.integers(type, (a, b) -> a == 0 ? b : a > 0 ? 1 : 0);
    }

    private static Expected pow(Arguments arguments) {
        Operands swapped = new Operands(arguments.array("exponent"), arguments.scalar("self"));
        ElementType type = swapped.common();
        return type.isFloating()
                ? swapped.reals(
                        type,
                        (b, a) -> BinaryOracles.power(a, b),
                        (b, a) -> finite(type.error(BinaryOracles.power(a, b), 4)))
                : swapped.integers(type, (b, a) -> BinaryOracles.power(a, b));
    }

    private static Expected isclose(Arguments arguments) {
        double rtol = arguments.real("rtol");
        double atol = arguments.real("atol");
        boolean equalNan = arguments.flag("equal_nan");
        DoubleBinaryOperator close =
                (a, b) -> {
                    boolean nan = equalNan && Double.isNaN(a) && Double.isNaN(b);
                    double apart = Math.abs(a - b);
                    boolean near = Double.isFinite(apart) && apart <= atol + Math.abs(rtol * b);
                    return a == b || nan || near ? 1 : 0;
                };
        return Operands.of(arguments)
                .compare(close, (a, b) -> (long) close.applyAsDouble((double) a, (double) b));
    }
}
