// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import com.google.auto.service.AutoService;

import java.util.List;

/**
 * The sum of squared distances from the mean, over n - correction, and its root. A mean wrong by d
 * moves each distance x by d and the sum of squares by at most 2 d sum|x| + n d d; the sum itself
 * rounds n + 2 times. A root moves by the square's error over twice the root, and at 0 by the root
 * of the error.
 */
@AutoService(OracleFamily.class)
public final class VarianceOracles implements OracleFamily {
    /** For {@code ServiceLoader}. */
    public VarianceOracles() {}

    @Override
    public void register(Oracles.Table table) {
        table.add("var", Oracle.single(arguments -> spread(arguments, false)));
        table.add("std", Oracle.single(arguments -> spread(arguments, true)));
        table.add("var_mean", arguments -> List.of(spread(arguments, false), mean(arguments)));
        table.add("std_mean", arguments -> List.of(spread(arguments, true), mean(arguments)));
    }

    private static Groups groups(Arguments arguments) {
        long[] shape = arguments.array("self").shape();
        boolean[] chosen = Shapes.dimensions(arguments.integers("dim"), shape.length);
        return new Groups(shape, chosen, arguments.flag("keepdim"));
    }

    private static Expected mean(Arguments arguments) {
        HostArray self = arguments.array("self");
        ElementType wide = self.type().computeType();
        Groups groups = groups(arguments);
        return Expected.within(
                self.type(),
                groups.shape(),
                i -> sum(self, groups.members(i)).value() / groups.members(i).length,
                i -> {
                    Accumulator sum = sum(self, groups.members(i));
                    double n = Math.max(1, groups.members(i).length);
                    double value = sum.value() / n;
                    double error = sum.bound(wide) / n + wide.ulp(value);
                    return Rounding.bound(self.type(), value, error);
                });
    }

    private static Expected spread(Arguments arguments, boolean root) {
        HostArray self = arguments.array("self");
        long correction = arguments.integer("correction");
        Groups groups = groups(arguments);
        double[] values = new double[groups.count()];
        double[] bounds = new double[groups.count()];
        for (int i = 0; i < values.length; i++) {
            double[] variance = variance(self, groups.members(i), correction);
            values[i] = root ? StrictMath.sqrt(variance[0]) : variance[0];
            double error = root ? ofRoot(self.type(), values[i], variance[1]) : variance[1];
            bounds[i] = Rounding.bound(self.type(), values[i], error);
        }
        return Expected.within(self.type(), groups.shape(), i -> values[i], i -> bounds[i]);
    }

    private static double ofRoot(ElementType type, double root, double error) {
        if (!Double.isFinite(root)) {
            return 0;
        }
        double most = StrictMath.sqrt(error);
        double moved = root > most ? error / root : most;
        return moved + type.computeType().ulp(root);
    }

    private static Accumulator sum(HostArray self, int[] members) {
        Accumulator sum = new Accumulator();
        for (int member : members) {
            sum.add(self.real(member));
        }
        return sum;
    }

    private static double[] variance(HostArray self, int[] members, long correction) {
        int n = members.length;
        double divisor = Math.max(0, n - correction);
        ElementType wide = self.type().computeType();
        double u = wide.unitRoundoff();
        Accumulator sum = sum(self, members);
        double mean = sum.value() / n;
        Accumulator squares = new Accumulator();
        double distances = 0;
        for (int member : members) {
            double distance = self.real(member) - mean;
            squares.addProduct(distance, distance);
            distances += Math.abs(distance);
        }
        double moved = sum.bound(wide) / Math.max(n, 1) + 2 * u * Math.abs(mean);
        double error =
                2 * moved * distances + n * moved * moved + (n + 4) * 2 * u * squares.value();
        double value = squares.value() / divisor;
        return new double[] {value, Double.isFinite(value) ? error / divisor : 0};
    }
}
