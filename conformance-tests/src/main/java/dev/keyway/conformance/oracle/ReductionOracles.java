// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import com.google.auto.service.AutoService;

import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.LongBinaryOperator;

/**
 * Reductions. Sums of integers and bool are i64. A floating sum of n terms may be wrong by n u
 * times the sum of the magnitudes (u: unit roundoff), in whatever order it adds; a product by n u
 * of itself.
 */
@AutoService(OracleFamily.class)
public final class ReductionOracles implements OracleFamily {
    /** For {@code ServiceLoader}. */
    public ReductionOracles() {}

    @Override
    public void register(Oracles.Table table) {
        table.add("sum", Oracle.single(ReductionOracles::sum));
        table.add("mean", Oracle.single(ReductionOracles::mean));
        table.add("prod", Oracle.single(ReductionOracles::prod));
        table.add("amax", Oracle.single(arguments -> extreme(arguments, 1)));
        table.add("amin", Oracle.single(arguments -> extreme(arguments, -1)));
        table.add("any", Oracle.single(arguments -> truth(arguments, 0, (a, b) -> a | b)));
        table.add("all", Oracle.single(arguments -> truth(arguments, 1, (a, b) -> a & b)));
        table.add("argmax", Oracle.single(arguments -> position(arguments, 1)));
        table.add("argmin", Oracle.single(arguments -> position(arguments, -1)));
        table.add("max.dim", arguments -> along(arguments, 1));
        table.add("min.dim", arguments -> along(arguments, -1));
        table.add("max", Oracle.single(arguments -> ofAll(arguments, 1)));
        table.add("min", Oracle.single(arguments -> ofAll(arguments, -1)));
        table.add("max.other", Oracle.single(a -> larger(a, Math::max, Math::max)));
        table.add("min.other", Oracle.single(a -> larger(a, Math::min, Math::min)));
        table.add("aminmax", ReductionOracles::both);
        table.add("count_nonzero", Oracle.single(ReductionOracles::countNonzero));
    }

    private static Groups groups(Arguments arguments) {
        long[] shape = arguments.array("self").shape();
        boolean[] chosen = Shapes.dimensions(arguments.integers("dim"), shape.length);
        return new Groups(shape, chosen, arguments.flag("keepdim"));
    }

    private static ElementType accumulated(Arguments arguments) {
        if (arguments.get("dtype") != null) {
            return arguments.type("dtype");
        }
        ElementType type = arguments.array("self").type();
        return type.isFloating() ? type : ElementType.I64;
    }

    private static Accumulator accumulate(HostArray self, int[] members) {
        Accumulator sum = new Accumulator();
        for (int member : members) {
            sum.add(self.real(member));
        }
        return sum;
    }

    private static Expected sum(Arguments arguments) {
        ElementType type = accumulated(arguments);
        HostArray self = arguments.array("self").cast(type);
        Groups groups = groups(arguments);
        if (!type.isFloating()) {
            return integers(type, self, groups, 0, Long::sum);
        }
        return Expected.within(
                type,
                groups.shape(),
                i -> accumulate(self, groups.members(i)).value(),
                i -> {
                    Accumulator sum = accumulate(self, groups.members(i));
                    return Rounding.bound(type, sum.value(), sum.bound(type.computeType()));
                });
    }

    /** As a sum, divided by n; one rounding more. */
    private static Expected mean(Arguments arguments) {
        ElementType type =
                arguments.get("dtype") != null
                        ? arguments.type("dtype")
                        : arguments.array("self").type();
        HostArray self = arguments.array("self").cast(type);
        Groups groups = groups(arguments);
        return Expected.within(
                type,
                groups.shape(),
                i -> {
                    int[] members = groups.members(i);
                    return accumulate(self, members).value() / members.length;
                },
                i -> {
                    int[] members = groups.members(i);
                    Accumulator sum = accumulate(self, members);
                    double value = sum.value() / members.length;
                    ElementType wide = type.computeType();
                    double rounding = Double.isFinite(value) ? wide.ulp(value) : 0;
                    double error = sum.bound(wide) / Math.max(members.length, 1) + rounding;
                    return Rounding.bound(type, value, error);
                });
    }

    private static Expected prod(Arguments arguments) {
        ElementType type = accumulated(arguments);
        HostArray self = arguments.array("self").cast(type);
        Groups groups = groups(arguments);
        if (!type.isFloating()) {
            return integers(type, self, groups, 1, (a, b) -> a * b);
        }
        return Expected.within(
                type,
                groups.shape(),
                i -> product(self, groups.members(i)),
                i -> {
                    double value = product(self, groups.members(i));
                    int n = groups.members(i).length;
                    ElementType wide = type.computeType();
                    double error = 2 * n * wide.unitRoundoff() * Math.abs(value) + n * wide.ulp(0);
                    return Rounding.bound(type, value, error);
                });
    }

    private static double product(HostArray self, int[] members) {
        double product = 1;
        for (int member : members) {
            product *= self.real(member);
        }
        return product;
    }

    private static Expected integers(
            ElementType type, HostArray self, Groups groups, long start, LongBinaryOperator step) {
        return Expected.exactly(
                HostArray.ofIntegers(
                        type,
                        groups.shape(),
                        i -> {
                            long result = start;
                            for (int member : groups.members(i)) {
                                result = step.applyAsLong(result, self.integer(member));
                            }
                            return result;
                        }));
    }

    private static Expected truth(Arguments arguments, long start, LongBinaryOperator step) {
        HostArray self = arguments.array("self");
        // As in PyTorch, bytes stay bytes.
        ElementType type = self.type() == ElementType.U8 ? ElementType.U8 : ElementType.BOOL;
        return integers(type, self.cast(ElementType.BOOL), groups(arguments), start, step);
    }

    /** The member that wins: the first NaN, else the first of the largest (or smallest). */
    static int winner(HostArray self, int[] members, int sign) {
        int best = 0;
        for (int m = 1; m < members.length; m++) {
            if (beats(self, members[m], members[best], sign)) {
                best = m;
            }
        }
        return best;
    }

    private static boolean beats(HostArray self, int candidate, int best, int sign) {
        if (!self.type().isFloating()) {
            long challenger = self.integer(candidate);
            long holder = self.integer(best);
            return sign > 0 ? challenger > holder : challenger < holder;
        }
        double challenger = self.real(candidate);
        double holder = self.real(best);
        if (Double.isNaN(holder) || Double.isNaN(challenger)) {
            return Double.isNaN(challenger) && !Double.isNaN(holder);
        }
        return sign > 0 ? challenger > holder : challenger < holder;
    }

    private static Expected extreme(Arguments arguments, int sign) {
        HostArray self = arguments.array("self");
        return extreme(self, groups(arguments), sign);
    }

    private static Expected ofAll(Arguments arguments, int sign) {
        HostArray self = arguments.array("self");
        boolean[] all = Shapes.dimensions(new long[0], self.rank());
        return extreme(self, new Groups(self.shape(), all, false), sign);
    }

    private static Expected larger(
            Arguments arguments, DoubleBinaryOperator reals, LongBinaryOperator integers) {
        Operands operands = Operands.of(arguments);
        ElementType type = operands.common();
        return type.isFloating()
                ? operands.reals(type, reals, (a, b) -> 0)
                : operands.integers(type, integers);
    }

    private static List<Expected> both(Arguments arguments) {
        HostArray self = arguments.array("self");
        long[] dims =
                arguments.get("dim") == null ? new long[0] : new long[] {arguments.integer("dim")};
        boolean[] chosen = Shapes.dimensions(dims, self.rank());
        Groups groups = new Groups(self.shape(), chosen, arguments.flag("keepdim"));
        return List.of(extreme(self, groups, -1), extreme(self, groups, 1));
    }

    private static Expected countNonzero(Arguments arguments) {
        HostArray self = arguments.array("self");
        boolean[] chosen = Shapes.dimensions(arguments.integers("dim"), self.rank());
        Groups groups = new Groups(self.shape(), chosen, false);
        HostArray others = self.cast(ElementType.BOOL);
        return integers(ElementType.I64, others, groups, 0, Long::sum);
    }

    private static Expected extreme(HostArray self, Groups groups, int sign) {
        HostArray picked =
                self.pick(
                        groups.shape(),
                        i -> groups.members(i)[winner(self, groups.members(i), sign)]);
        return self.type().isFloating()
                ? Expected.within(self.type(), groups.shape(), picked::real, i -> 0)
                : Expected.exactly(picked);
    }

    private static Expected position(Arguments arguments, int sign) {
        HostArray self = arguments.array("self");
        boolean keepDim = arguments.flag("keepdim");
        Groups groups =
                arguments.get("dim") == null
                        ? new Groups(
                                self.shape(), Shapes.dimensions(new long[0], self.rank()), keepDim)
                        : Groups.along(
                                self.shape(),
                                Shapes.dimension(arguments.integer("dim"), self.rank()),
                                keepDim);
        return Expected.exactly(
                HostArray.ofIntegers(
                        ElementType.I64,
                        groups.shape(),
                        i -> winner(self, groups.members(i), sign)));
    }

    private static List<Expected> along(Arguments arguments, int sign) {
        HostArray self = arguments.array("self");
        int dim = Shapes.dimension(arguments.integer("dim"), self.rank());
        Groups groups = Groups.along(self.shape(), dim, arguments.flag("keepdim"));
        HostArray values =
                self.pick(
                        groups.shape(),
                        i -> groups.members(i)[winner(self, groups.members(i), sign)]);
        Expected largest =
                self.type().isFloating()
                        ? Expected.within(self.type(), groups.shape(), values::real, i -> 0)
                        : Expected.exactly(values);
        return List.of(largest, position(arguments, sign));
    }
}
