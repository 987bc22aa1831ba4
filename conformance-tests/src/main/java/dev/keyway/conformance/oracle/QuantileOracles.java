// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import com.google.auto.service.AutoService;

/**
 * Quantiles by rank. The rank {@code q (n - 1)} is rounded in the input's type; between two
 * elements a and b the result moves by {@code |b - a|} times the rank's error and rounds a few
 * times.
 */
@AutoService(OracleFamily.class)
public final class QuantileOracles implements OracleFamily {
    /** For {@code ServiceLoader}. */
    public QuantileOracles() {}

    @Override
    public void register(Oracles.Table table) {
        for (String overload : new String[] {"", ".scalar"}) {
            table.add(
                    "quantile" + overload, Oracle.single(arguments -> quantiles(arguments, false)));
            table.add(
                    "nanquantile" + overload,
                    Oracle.single(arguments -> quantiles(arguments, true)));
        }
    }

    private static Expected quantiles(Arguments arguments, boolean ignoreNan) {
        HostArray self = arguments.array("self");
        Object given = arguments.scalar("q");
        HostArray q =
                given instanceof HostArray array ? array : Arguments.asArray(given, self.type());
        boolean all = arguments.get("dim") == null;
        boolean keepDim = arguments.flag("keepdim");
        Groups lines =
                all
                        ? new Groups(
                                self.shape(), Shapes.dimensions(new long[0], self.rank()), keepDim)
                        : Groups.along(
                                self.shape(),
                                Shapes.dimension(arguments.integer("dim"), self.rank()),
                                keepDim);
        long[] rest = lines.shape();
        long[] shape = new long[q.rank() + rest.length];
        System.arraycopy(q.shape(), 0, shape, 0, q.rank());
        System.arraycopy(rest, 0, shape, q.rank(), rest.length);
        String mode = String.valueOf(arguments.get("interpolation"));
        int count = lines.count();
        double[][] results = new double[q.numel() * count][];
        for (int i = 0; i < results.length; i++) {
            int[] sorted = SortOracles.order(self, lines.members(i % count), false);
            results[i] = quantile(self, sorted, q.real(i / count), mode, ignoreNan);
        }
        return Expected.within(self.type(), shape, i -> results[i][0], i -> results[i][1]);
    }

    private static double[] quantile(
            HostArray self, int[] sorted, double q, String mode, boolean ignoreNan) {
        int numbers = 0;
        for (int i : sorted) {
            numbers += Double.isNaN(self.real(i)) ? 0 : 1;
        }
        if (numbers == 0 || numbers < sorted.length && !ignoreNan) {
            return new double[] {Double.NaN, 0};
        }
        double rank = self.type().round(q * (numbers - 1));
        double low = self.real(sorted[(int) Math.floor(rank)]);
        double high = self.real(sorted[(int) Math.ceil(rank)]);
        return switch (mode) {
            case "lower" -> new double[] {low, 0};
            case "higher" -> new double[] {high, 0};
            case "nearest" -> new double[] {self.real(sorted[(int) Math.rint(rank)]), 0};
            case "midpoint" -> between(self.type(), low, high, 0.5);
            default -> between(self.type(), low, high, rank - Math.floor(rank));
        };
    }

    private static double[] between(ElementType type, double low, double high, double weight) {
        double value = low + weight * (high - low);
        double size = Math.abs(low) + Math.abs(high) + Math.abs(high - low);
        return new double[] {value, 4 * type.unitRoundoff() * size};
    }
}
