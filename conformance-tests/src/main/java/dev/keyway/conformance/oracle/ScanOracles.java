// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import com.google.auto.service.AutoService;

import java.util.Arrays;
import java.util.List;

/**
 * Running reductions. A running sum of k terms may be wrong by k u times the sum of the magnitudes,
 * a running product by 2 k u of itself; extremes are exact. A step of the running logarithm of sums
 * rounds a few times at the size of the result.
 */
@AutoService(OracleFamily.class)
public final class ScanOracles implements OracleFamily {
    /** For {@code ServiceLoader}. */
    public ScanOracles() {}

    @Override
    public void register(Oracles.Table table) {
        table.add("cumsum", Oracle.single(arguments -> running(arguments, true)));
        table.add("cumprod", Oracle.single(arguments -> running(arguments, false)));
        table.add("cummax", arguments -> extreme(arguments, 1));
        table.add("cummin", arguments -> extreme(arguments, -1));
        table.add("logcumsumexp", Oracle.single(ScanOracles::logarithm));
    }

    private static Groups lines(Arguments arguments, HostArray self) {
        int dim = Shapes.dimension(arguments.integer("dim"), self.rank());
        return Groups.along(self.shape(), dim, true);
    }

    private static Expected running(Arguments arguments, boolean sum) {
        HostArray given = arguments.array("self");
        ElementType type =
                arguments.get("dtype") != null
                        ? arguments.type("dtype")
                        : given.type().isFloating() ? given.type() : ElementType.I64;
        HostArray self = given.cast(type);
        Groups lines = lines(arguments, self);
        if (!type.isFloating()) {
            return integers(type, self, lines, sum);
        }
        double[] values = new double[self.numel()];
        double[] bounds = new double[self.numel()];
        for (int g = 0; g < lines.count(); g++) {
            if (sum) {
                sums(self, lines.members(g), values, bounds);
            } else {
                products(self, lines.members(g), values, bounds);
            }
        }
        return Expected.within(type, self.shape(), i -> values[i], i -> bounds[i]);
    }

    private static void sums(HostArray self, int[] line, double[] values, double[] bounds) {
        ElementType type = self.type();
        Accumulator sum = new Accumulator();
        for (int i : line) {
            sum.add(self.real(i));
            values[i] = sum.value();
            bounds[i] = Rounding.bound(type, values[i], sum.bound(type.computeType()));
        }
    }

    private static void products(HostArray self, int[] line, double[] values, double[] bounds) {
        ElementType wide = self.type().computeType();
        double product = 1;
        int n = 0;
        for (int i : line) {
            product *= self.real(i);
            n++;
            values[i] = product;
            double error = 2 * n * wide.unitRoundoff() * Math.abs(product) + n * wide.ulp(0);
            bounds[i] = Rounding.bound(self.type(), product, error);
        }
    }

    private static Expected integers(ElementType type, HostArray self, Groups lines, boolean sum) {
        long[] values = new long[self.numel()];
        for (int g = 0; g < lines.count(); g++) {
            long result = sum ? 0 : 1;
            for (int i : lines.members(g)) {
                result = sum ? result + self.integer(i) : result * self.integer(i);
                values[i] = result;
            }
        }
        return Expected.exactly(HostArray.ofIntegers(type, self.shape(), i -> values[i]));
    }

    /** NaN beats all, the last of equal elements those before it. */
    private static boolean beats(HostArray self, int candidate, int best, int sign) {
        if (!self.type().isFloating()) {
            long a = self.integer(candidate);
            long b = self.integer(best);
            return sign > 0 ? a >= b : a <= b;
        }
        double a = self.real(candidate);
        double b = self.real(best);
        return Double.isNaN(a) || (sign > 0 ? a >= b : a <= b);
    }

    private static List<Expected> extreme(Arguments arguments, int sign) {
        HostArray self = arguments.array("self");
        Groups lines = lines(arguments, self);
        int[] from = new int[self.numel()];
        long[] places = new long[self.numel()];
        for (int g = 0; g < lines.count(); g++) {
            int[] line = lines.members(g);
            int best = 0;
            for (int j = 0; j < line.length; j++) {
                best = beats(self, line[j], line[best], sign) ? j : best;
                from[line[j]] = line[best];
                places[line[j]] = best;
            }
        }
        HostArray picked = self.pick(self.shape(), i -> from[i]);
        return List.of(
                self.type().isFloating()
                        ? Expected.within(self.type(), self.shape(), picked::real, i -> 0)
                        : Expected.exactly(picked),
                Expected.exactly(
                        HostArray.ofIntegers(ElementType.I64, self.shape(), i -> places[i])));
    }

    private static Expected logarithm(Arguments arguments) {
        HostArray self = arguments.array("self");
        ElementType wide = self.type().computeType();
        Groups lines = lines(arguments, self);
        double[] values = new double[self.numel()];
        double[] bounds = new double[self.numel()];
        for (int g = 0; g < lines.count(); g++) {
            int[] line = lines.members(g);
            double largest = 0;
            for (int k = 0; k < line.length; k++) {
                values[line[k]] = logarithm(self, Arrays.copyOf(line, k + 1));
                largest = Math.max(largest, finite(values[line[k]]));
                double error = (k + 2) * 4 * wide.unitRoundoff() * (1 + largest);
                bounds[line[k]] = Rounding.bound(self.type(), values[line[k]], error);
            }
        }
        return Expected.within(self.type(), self.shape(), i -> values[i], i -> bounds[i]);
    }

    private static double finite(double value) {
        return Double.isFinite(value) ? Math.abs(value) : 0;
    }

    /** The logarithm of the sum of the elements' exponentials. */
    static double logarithm(HostArray self, int[] members) {
        double largest = Double.NEGATIVE_INFINITY;
        for (int i : members) {
            largest = Math.max(largest, self.real(i));
        }
        if (!Double.isFinite(largest)) {
            return largest;
        }
        Accumulator sum = new Accumulator();
        for (int i : members) {
            sum.add(StrictMath.exp(self.real(i) - largest));
        }
        return largest + StrictMath.log(sum.value());
    }
}
