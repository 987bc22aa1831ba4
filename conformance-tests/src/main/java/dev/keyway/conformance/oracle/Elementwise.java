// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import org.jspecify.annotations.Nullable;

import java.util.Objects;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongUnaryOperator;

/** Functions of the elements of one tensor. */
final class Elementwise {
    private Elementwise() {}

    /** How far a result may lie from the exact one. */
    @FunctionalInterface
    interface Bound {
        /** From the result's type, the element and the exact result. */
        double of(ElementType type, double x, double value);

        /** So many units in the last place of the type in which it is computed. */
        static Bound ulps(double ulps) {
            return (type, x, value) -> type.error(value, ulps);
        }
    }

    /** A function whose result has the argument's type and must be correctly rounded. */
    static void keeping(
            Oracles.Table table, String name, DoubleUnaryOperator real, LongUnaryOperator integer) {
        table.add(
                name,
                Oracle.single(
                        arguments -> {
                            HostArray self = arguments.array("self");
                            return map(self, self.type(), Bound.ulps(0), real, integer);
                        }));
    }

    /** A function whose result is floating, within so many units in the last place. */
    static void floating(Oracles.Table table, String name, double ulps, DoubleUnaryOperator real) {
        floating(table, name, Bound.ulps(ulps), real);
    }

    /** A function whose result is floating. */
    static void floating(Oracles.Table table, String name, Bound bound, DoubleUnaryOperator real) {
        table.add(name, Oracle.single(arguments -> floating(arguments, bound, real)));
    }

    /** A function of the argument {@code self} whose result is floating. */
    static Expected floating(Arguments arguments, Bound bound, DoubleUnaryOperator real) {
        HostArray self = arguments.array("self");
        ElementType type = new Promotion().tensor(self).floatingResult();
        return map(self.cast(type), type, bound, real, null);
    }

    /** A function of reals or, where the type is integral, of integers. */
    static Expected map(
            HostArray self,
            ElementType type,
            Bound bound,
            DoubleUnaryOperator real,
            @Nullable LongUnaryOperator integer) {
        long[] shape = self.shape();
        if (!type.isFloating()) {
            LongUnaryOperator function = Objects.requireNonNull(integer);
            return Expected.exactly(
                    HostArray.ofIntegers(type, shape, i -> function.applyAsLong(self.integer(i))));
        }
        return Expected.within(
                type,
                shape,
                i -> real.applyAsDouble(self.real(i)),
                i -> bound.of(type, self.real(i), real.applyAsDouble(self.real(i))));
    }
}
