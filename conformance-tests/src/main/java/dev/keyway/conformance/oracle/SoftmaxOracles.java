// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import com.google.auto.service.AutoService;

/**
 * {@code exp(x - m) / sum exp(x - m)} and its logarithm. Rounding {@code x - m} moves the
 * exponential by u |x - m| of itself; exponential, sum of n terms and division add 4 ulp, n u and 1
 * ulp.
 */
@AutoService(OracleFamily.class)
public final class SoftmaxOracles implements OracleFamily {
    /** For {@code ServiceLoader}. */
    public SoftmaxOracles() {}

    @Override
    public void register(Oracles.Table table) {
        table.add("softmax", Oracle.single(arguments -> softmax(arguments, false)));
        table.add("log_softmax", Oracle.single(arguments -> softmax(arguments, true)));
        table.add("softmax.dtype", Oracle.single(arguments -> softmax(arguments, false)));
        table.add("log_softmax.dtype", Oracle.single(arguments -> softmax(arguments, true)));
        table.add("softmin", Oracle.single(SoftmaxOracles::softmin));
        table.add(
                "_softmax_backward_data",
                Oracle.single(arguments -> SoftmaxGradients.backward(arguments, false)));
        table.add(
                "_log_softmax_backward_data",
                Oracle.single(arguments -> SoftmaxGradients.backward(arguments, true)));
    }

    private static HostArray converted(Arguments arguments) {
        HostArray self = arguments.array("self");
        return arguments.get("dtype") == null ? self : self.cast(arguments.type("dtype"));
    }

    private static Expected softmin(Arguments arguments) {
        HostArray self = converted(arguments);
        HostArray negative = HostArray.ofReals(self.type(), self.shape(), i -> -self.real(i));
        return softmax(arguments, negative, false);
    }

    private static Expected softmax(Arguments arguments, boolean logarithm) {
        return softmax(arguments, converted(arguments), logarithm);
    }

    private static Expected softmax(Arguments arguments, HostArray self, boolean logarithm) {
        int dim = Shapes.dimension(arguments.integer("dim"), self.rank());
        Groups groups = Groups.along(self.shape(), dim, true);
        double[] values = new double[self.numel()];
        double[] bounds = new double[self.numel()];
        for (int g = 0; g < groups.count(); g++) {
            int[] members = groups.members(g);
            if (members.length > 0) {
                row(self, members, logarithm, values, bounds);
            }
        }
        return Expected.within(self.type(), self.shape(), i -> values[i], i -> bounds[i]);
    }

    private static void row(
            HostArray self, int[] members, boolean logarithm, double[] values, double[] bounds) {
        ElementType type = self.type().computeType();
        double u = type.unitRoundoff();
        double largest = self.real(members[ReductionOracles.winner(self, members, 1)]);
        Accumulator sum = new Accumulator();
        double spread = 0;
        for (int member : members) {
            double distance = self.real(member) - largest;
            sum.add(StrictMath.exp(distance));
            // A term far below the largest hardly moves the sum.
            spread = Math.max(spread, Math.min(Math.abs(distance), 32));
        }
        double sumError = (members.length + 10 + spread) * u;
        for (int member : members) {
            double distance = self.real(member) - largest;
            double logSum = StrictMath.log(sum.value());
            if (logarithm) {
                values[member] = distance - logSum;
                double terms = Math.abs(distance) + Math.abs(logSum) + Math.abs(self.real(member));
                double error = finite(sumError + 8 * u * (terms + Math.abs(largest)));
                bounds[member] = Rounding.bound(self.type(), values[member], error);
            } else {
                values[member] = StrictMath.exp(distance) / sum.value();
                double relative = sumError + (Math.abs(distance) + 12) * u;
                double error = finite(relative * values[member] + type.smallestNormal());
                bounds[member] = Rounding.bound(self.type(), values[member], error);
            }
        }
    }

    private static double finite(double bound) {
        return Double.isFinite(bound) ? bound : 0;
    }
}
