// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import com.google.auto.service.AutoService;

import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.LongBinaryOperator;

/** Comparisons, and choosing elements by a mask; all exact. */
@AutoService(OracleFamily.class)
public final class CompareOracles implements OracleFamily {
    /** For {@code ServiceLoader}. */
    public CompareOracles() {}

    @Override
    public void register(Oracles.Table table) {
        compare(table, "eq", (a, b) -> a == b ? 1 : 0, (a, b) -> a == b ? 1 : 0);
        compare(table, "ne", (a, b) -> a != b ? 1 : 0, (a, b) -> a != b ? 1 : 0);
        compare(table, "lt", (a, b) -> a < b ? 1 : 0, (a, b) -> a < b ? 1 : 0);
        compare(table, "le", (a, b) -> a <= b ? 1 : 0, (a, b) -> a <= b ? 1 : 0);
        compare(table, "gt", (a, b) -> a > b ? 1 : 0, (a, b) -> a > b ? 1 : 0);
        compare(table, "ge", (a, b) -> a >= b ? 1 : 0, (a, b) -> a >= b ? 1 : 0);
        table.add("where", Oracle.single(CompareOracles::where));
        table.add("masked_fill", Oracle.single(CompareOracles::maskedFill));
        table.add("threshold_backward", Oracle.single(CompareOracles::thresholdBackward));
    }

    private static void compare(
            Oracles.Table table,
            String name,
            DoubleBinaryOperator reals,
            LongBinaryOperator integers) {
        for (String overload : List.of("Tensor", "Scalar")) {
            table.add(
                    name + "." + overload,
                    Oracle.single(arguments -> Operands.of(arguments).compare(reals, integers)));
        }
    }

    private static Expected where(Arguments arguments) {
        HostArray self = arguments.array("self");
        HostArray other = arguments.array("other");
        ElementType type = new Promotion().tensor(self).tensor(other).result();
        return select(arguments.array("condition"), self.cast(type), other.cast(type));
    }

    private static Expected maskedFill(Arguments arguments) {
        HostArray self = arguments.array("self");
        HostArray value = Arguments.asArray(arguments.scalar("value"), self.type());
        return select(arguments.array("mask"), value, self);
    }

    /** Where {@code self} is not at or below the threshold, the gradient; NaN is not below. */
    private static Expected thresholdBackward(Arguments arguments) {
        HostArray self = arguments.array("self");
        HostArray grad = arguments.array("grad_output");
        ElementType type = new Promotion().tensor(grad).tensor(self).result();
        HostArray passed = grad.cast(type);
        long[] shape = Shapes.broadcast(grad.shape(), self.shape());
        boolean[] below = new boolean[Shapes.numel(shape)];
        int[] from = new int[below.length];
        for (int i = 0; i < below.length; i++) {
            long[] at = Shapes.coordinates(i, shape);
            from[i] = Shapes.broadcastLinear(at, grad.shape());
            double x = self.real(Shapes.broadcastLinear(at, self.shape()));
            below[i] = x <= arguments.real("threshold");
        }
        return Expected.exactly(
                type.isFloating()
                        ? HostArray.ofReals(type, shape, i -> below[i] ? 0 : passed.real(from[i]))
                        : HostArray.ofIntegers(
                                type, shape, i -> below[i] ? 0 : passed.integer(from[i])));
    }

    private static Expected select(HostArray condition, HostArray whenTrue, HostArray whenFalse) {
        long[] shape =
                Shapes.broadcast(
                        condition.shape(), Shapes.broadcast(whenTrue.shape(), whenFalse.shape()));
        ElementType type = whenTrue.type();
        if (type.isFloating()) {
            return Expected.exactly(
                    HostArray.ofReals(
                            type,
                            shape,
                            i -> {
                                HostArray from = chosen(condition, whenTrue, whenFalse, i, shape);
                                return from.real(position(from, i, shape));
                            }));
        }
        return Expected.exactly(
                HostArray.ofIntegers(
                        type,
                        shape,
                        i -> {
                            HostArray from = chosen(condition, whenTrue, whenFalse, i, shape);
                            return from.integer(position(from, i, shape));
                        }));
    }

    private static HostArray chosen(
            HostArray condition, HostArray whenTrue, HostArray whenFalse, int i, long[] shape) {
        return condition.integer(position(condition, i, shape)) != 0 ? whenTrue : whenFalse;
    }

    private static int position(HostArray from, int i, long[] shape) {
        return Shapes.broadcastLinear(Shapes.coordinates(i, shape), from.shape());
    }
}
