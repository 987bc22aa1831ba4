// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import com.google.auto.service.AutoService;

import java.util.List;
import java.util.function.LongBinaryOperator;

/**
 * Reductions. Sums of integers and bool are i64. A floating sum of n terms may be wrong by n u
 * times the sum of the magnitudes (u: unit roundoff), in whatever order it adds; a product by n u
 * of itself. The error of {@code var} is derived at {@link #variance}.
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
        table.add("var", Oracle.single(ReductionOracles::variance));
        table.add("amax", Oracle.single(arguments -> extreme(arguments, 1)));
        table.add("amin", Oracle.single(arguments -> extreme(arguments, -1)));
        table.add("any", Oracle.single(arguments -> truth(arguments, 0, (a, b) -> a | b)));
        table.add("all", Oracle.single(arguments -> truth(arguments, 1, (a, b) -> a & b)));
        table.add("argmax", Oracle.single(arguments -> position(arguments, 1)));
        table.add("argmin", Oracle.single(arguments -> position(arguments, -1)));
        table.add("max.dim", ReductionOracles::maxAlong);
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
                i -> accumulate(self, groups.members(i)).bound(type));
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
                    double rounding = Double.isFinite(value) ? type.ulp(value) : 0;
                    return members.length == 0 ? 0 : sum.bound(type) / members.length + rounding;
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
                    double relative = 2 * groups.members(i).length * type.unitRoundoff();
                    return Double.isFinite(value)
                            ? relative * Math.abs(value) + groups.members(i).length * type.ulp(0)
                            : 0;
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
        return integers(
                ElementType.BOOL, self.cast(ElementType.BOOL), groups(arguments), start, step);
    }

    /**
     * The sum of squared distances from the mean, over n - correction. A mean wrong by d moves each
     * distance x by d and the sum of squares by at most 2 d sum|x| + n d d; the sum itself rounds n
     * + 2 times.
     */
    private static Expected variance(Arguments arguments) {
        HostArray self = arguments.array("self");
        ElementType type = self.type();
        long correction = arguments.integer("correction");
        Groups groups = groups(arguments);
        double[][] results = new double[groups.count()][];
        for (int i = 0; i < results.length; i++) {
            results[i] = variance(self, groups.members(i), correction);
        }
        return Expected.within(type, groups.shape(), i -> results[i][0], i -> results[i][1]);
    }

    private static double[] variance(HostArray self, int[] members, long correction) {
        int n = members.length;
        double divisor = Math.max(0, n - correction);
        double u = self.type().unitRoundoff();
        Accumulator sum = accumulate(self, members);
        double mean = sum.value() / n;
        Accumulator squares = new Accumulator();
        double distances = 0;
        for (int member : members) {
            double distance = self.real(member) - mean;
            squares.addProduct(distance, distance);
            distances += Math.abs(distance);
        }
        double moved = sum.bound(self.type()) / Math.max(n, 1) + 2 * u * Math.abs(mean);
        double error =
                2 * moved * distances + n * moved * moved + (n + 4) * 2 * u * squares.value();
        double value = squares.value() / divisor;
        return new double[] {value, Double.isFinite(value) ? error / divisor : 0};
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
        Groups groups = groups(arguments);
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

    private static List<Expected> maxAlong(Arguments arguments) {
        HostArray self = arguments.array("self");
        int dim = Shapes.dimension(arguments.integer("dim"), self.rank());
        Groups groups = Groups.along(self.shape(), dim, arguments.flag("keepdim"));
        HostArray values =
                self.pick(
                        groups.shape(), i -> groups.members(i)[winner(self, groups.members(i), 1)]);
        Expected largest =
                self.type().isFloating()
                        ? Expected.within(self.type(), groups.shape(), values::real, i -> 0)
                        : Expected.exactly(values);
        return List.of(largest, position(arguments, 1));
    }
}
