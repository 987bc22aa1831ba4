// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import com.google.auto.service.AutoService;

/** Quotients with a rounding mode, remainders with the dividend's sign, reversed differences. */
@AutoService(OracleFamily.class)
public final class DivisionOracles implements OracleFamily {
    /** For {@code ServiceLoader}. */
    public DivisionOracles() {}

    @Override
    public void register(Oracles.Table table) {
        for (String overload : new String[] {"Tensor", "Scalar"}) {
            table.add("div." + overload + "_mode", Oracle.single(DivisionOracles::divide));
            table.add("rsub." + overload, Oracle.single(DivisionOracles::rsub));
            BinaryOracles.exact(table, "fmod." + overload, (a, b) -> a % b, (a, b) -> a % b);
        }
        table.add("floor_divide.Scalar", Oracle.single(BinaryOracles::floorDivide));
    }

    /** Towards zero the quotient is rounded to the type in which it is computed, then cut off. */
    private static Expected divide(Arguments arguments) {
        Object mode = arguments.get("rounding_mode");
        if (mode == null) {
            return BinaryOracles.div(arguments);
        }
        if (mode.equals("floor")) {
            return BinaryOracles.floorDivide(arguments);
        }
        Operands operands = Operands.of(arguments);
        ElementType type = operands.common();
        return type.isFloating()
                ? operands.reals(
                        type,
                        (a, b) -> {
                            double quotient = type.computeType().round(a / b);
                            return quotient < 0 ? Math.ceil(quotient) : Math.floor(quotient);
                        },
                        (a, b) -> 0)
                : operands.integers(type, (a, b) -> a / b);
    }

    /** {@code other - alpha self}. */
    private static Expected rsub(Arguments arguments) {
        Operands operands = Operands.of(arguments);
        ElementType type = operands.common();
        HostArray alpha = Arguments.asArray(arguments.scalar("alpha"), type.computeType());
        if (!type.isFloating()) {
            return operands.integers(type, (a, b) -> b - alpha.integer(0) * a);
        }
        double factor = alpha.real(0);
        return operands.reals(
                type,
                (a, b) -> b - factor * a,
                (a, b) ->
                        Math.abs(factor) == 1
                                ? 0
                                : BinaryOracles.larger(type, factor * a, b - factor * a));
    }
}
