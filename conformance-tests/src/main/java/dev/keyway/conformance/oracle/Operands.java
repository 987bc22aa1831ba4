// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import java.util.function.DoubleBinaryOperator;
import java.util.function.LongBinaryOperator;

/**
 * The two operands of a broadcasting operator; the second may be a number, which promotes by its
 * category.
 *
 * @param self the first
 * @param other the second: a {@link HostArray} or a number
 */
record Operands(HostArray self, Object other) {
    /** From the arguments {@code self} and {@code other} or {@code exponent}. */
    static Operands of(Arguments arguments) {
        Object other = arguments.get("other");
        return new Operands(
                arguments.array("self"), other != null ? other : arguments.scalar("exponent"));
    }

    /** From the tensor {@code self} and the named argument. */
    static Operands of(Arguments arguments, String second) {
        return new Operands(arguments.array("self"), arguments.scalar(second));
    }

    private Promotion promotion() {
        Promotion promotion = new Promotion().tensor(self);
        return other instanceof HostArray array ? promotion.tensor(array) : promotion.number(other);
    }

    /** The promoted type. */
    ElementType common() {
        return promotion().result();
    }

    /** The promoted type, f32 in place of integers and bool. */
    ElementType floating() {
        return promotion().floatingResult();
    }

    private HostArray second(ElementType type) {
        return other instanceof HostArray array ? array.cast(type) : Arguments.asArray(other, type);
    }

    /** Applies a function of floating operands. */
    Expected reals(ElementType type, DoubleBinaryOperator function, DoubleBinaryOperator bound) {
        HostArray left = self.cast(type);
        HostArray right = second(type);
        long[] shape = Shapes.broadcast(left.shape(), right.shape());
        double[] values = new double[Shapes.numel(shape)];
        double[] bounds = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            long[] at = Shapes.coordinates(i, shape);
            double a = left.real(Shapes.broadcastLinear(at, left.shape()));
            double b = right.real(Shapes.broadcastLinear(at, right.shape()));
            values[i] = function.applyAsDouble(a, b);
            bounds[i] = bound.applyAsDouble(a, b);
        }
        return Expected.within(type, shape, i -> values[i], i -> bounds[i]);
    }

    /** Applies a function of floating operands that must be right to the sign of zeros. */
    Expected exactReals(ElementType type, DoubleBinaryOperator function) {
        Expected values = reals(type, function, (a, b) -> 0);
        return Expected.exactly(HostArray.ofReals(type, values.shape(), values::value));
    }

    /** Applies a function of integers or truth values; {@code type} is the operands'. */
    Expected integers(ElementType type, LongBinaryOperator function) {
        return integers(type, type, function);
    }

    /** Applies a function of integers or truth values whose result has another type. */
    Expected integers(ElementType type, ElementType result, LongBinaryOperator function) {
        HostArray left = self.cast(type);
        HostArray right = second(type);
        long[] shape = Shapes.broadcast(left.shape(), right.shape());
        return Expected.exactly(
                HostArray.ofIntegers(
                        result,
                        shape,
                        i -> {
                            long[] at = Shapes.coordinates(i, shape);
                            return function.applyAsLong(
                                    left.integer(Shapes.broadcastLinear(at, left.shape())),
                                    right.integer(Shapes.broadcastLinear(at, right.shape())));
                        }));
    }

    /** Compares operands; the result is bool. */
    Expected compare(DoubleBinaryOperator reals, LongBinaryOperator integers) {
        ElementType type = common();
        if (!type.isFloating()) {
            return integers(type, ElementType.BOOL, integers);
        }
        Expected values = reals(type, reals, (a, b) -> 0);
        return Expected.exactly(
                HostArray.ofIntegers(
                        ElementType.BOOL, values.shape(), i -> values.value(i) != 0 ? 1 : 0));
    }
}
