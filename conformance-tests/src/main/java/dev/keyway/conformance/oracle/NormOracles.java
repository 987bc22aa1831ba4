// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import com.google.auto.service.AutoService;

/**
 * {@code (sum |x|^p)^(1/p)}. Powers are good to 4 ulp, the sum of n terms rounds n times, and the
 * root divides the relative error by p before it rounds itself.
 */
@AutoService(OracleFamily.class)
public final class NormOracles implements OracleFamily {
    /** For {@code ServiceLoader}. */
    public NormOracles() {}

    @Override
    public void register(Oracles.Table table) {
        table.add("norm", Oracle.single(arguments -> norm(arguments, "p")));
        table.add("linalg_vector_norm", Oracle.single(arguments -> norm(arguments, "ord")));
    }

    private static Expected norm(Arguments arguments, String order) {
        double p = Arguments.asReal(arguments.scalar(order));
        HostArray given = arguments.array("self");
        boolean asked = arguments.get("dtype") != null;
        ElementType type = asked ? arguments.type("dtype") : given.type();
        HostArray self = given.cast(type);
        boolean[] chosen = Shapes.dimensions(arguments.integers("dim"), self.rank());
        Groups groups = new Groups(self.shape(), chosen, arguments.flag("keepdim"));
        return Expected.within(
                type,
                groups.shape(),
                i -> norm(self, groups.members(i), p),
                i -> {
                    int[] members = groups.members(i);
                    double value = norm(self, members, p);
                    double u = type.computeType().unitRoundoff();
                    boolean exact = p == 0 || Double.isInfinite(p);
                    double terms = (members.length + 8) * u / Math.min(1, Math.abs(p));
                    double error = exact ? 0 : (terms + 16 * u) * Math.abs(value);
                    double tiny = exact ? 0 : type.computeType().smallestNormal();
                    return Rounding.bound(type, value, error + tiny);
                });
    }

    private static double norm(HostArray self, int[] members, double p) {
        if (Double.isInfinite(p)) {
            double extreme = p > 0 ? 0 : Double.POSITIVE_INFINITY;
            for (int i : members) {
                double magnitude = Math.abs(self.real(i));
                extreme = p > 0 ? Math.max(extreme, magnitude) : Math.min(extreme, magnitude);
            }
            return extreme;
        }
        Accumulator sum = new Accumulator();
        for (int i : members) {
            double magnitude = Math.abs(self.real(i));
            sum.add(p == 0 ? (magnitude == 0 ? 0 : 1) : StrictMath.pow(magnitude, p));
        }
        return p == 0 ? sum.value() : StrictMath.pow(sum.value(), 1 / p);
    }
}
