// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import com.google.auto.service.AutoService;
import java.util.ArrayList;
import java.util.List;

/** What meets at one place becomes a sum, product, mean or extreme. */
@AutoService(OracleFamily.class)
public final class ScatterOracles implements OracleFamily {
    /** For {@code ServiceLoader}. */
    public ScatterOracles() {}

    @Override
    public void register(Oracles.Table table) {
        table.add(
                "scatter_reduce.two",
                Oracle.single(
                        a ->
                                reduce(
                                        a,
                                        a.array("src"),
                                        String.valueOf(a.get("reduce")),
                                        a.flag("include_self"))));
        table.add(
                "scatter.reduce", Oracle.single(a -> reduce(a, a.array("src"), renamed(a), true)));
        table.add(
                "scatter.value_reduce",
                Oracle.single(
                        a -> {
                            HostArray value =
                                    Arguments.asArray(a.scalar("value"), a.array("self").type());
                            HostArray everywhere = value.pick(a.array("index").shape(), i -> 0);
                            return reduce(a, everywhere, renamed(a), true);
                        }));
    }

    private static String renamed(Arguments arguments) {
        return "add".equals(arguments.get("reduce")) ? "sum" : "prod";
    }

    /** The position in self to which element i of the index points. */
    static int target(HostArray self, HostArray index, int dim, int i) {
        long[] at = Shapes.coordinates(i, index.shape());
        if (self.rank() == 0) {
            return 0;
        }
        at[dim] = index.integer(i);
        return Shapes.linear(at, self.shape());
    }

    private static Expected reduce(
            Arguments arguments, HostArray src, String reduce, boolean includeSelf) {
        HostArray self = arguments.array("self");
        HostArray index = arguments.array("index");
        int dim = Shapes.dimension(arguments.integer("dim"), self.rank());
        List<List<Integer>> met = new ArrayList<>();
        for (int i = 0; i < self.numel(); i++) {
            met.add(new ArrayList<>());
        }
        for (int i = 0; i < index.numel(); i++) {
            int from = Shapes.linear(Shapes.coordinates(i, index.shape()), src.shape());
            met.get(target(self, index, dim, i)).add(from);
        }
        ElementType type = self.type();
        if (!type.isFloating()) {
            Grid grid = new Grid(type, self.shape());
            for (int i = 0; i < self.numel(); i++) {
                grid.setInteger(i, integer(self, i, src, met.get(i), reduce, includeSelf));
            }
            return grid.exactly();
        }
        double[] values = new double[self.numel()];
        double[] bounds = new double[self.numel()];
        for (int i = 0; i < values.length; i++) {
            List<Double> terms = new ArrayList<>();
            if (includeSelf || met.get(i).isEmpty()) {
                terms.add(self.real(i));
            }
            met.get(i).forEach(from -> terms.add(src.real(from)));
            real(terms, reduce, type, values, bounds, i);
        }
        return Expected.within(type, self.shape(), i -> values[i], i -> bounds[i]);
    }

    private static void real(
            List<Double> terms,
            String reduce,
            ElementType type,
            double[] values,
            double[] bounds,
            int at) {
        switch (reduce) {
            case "sum", "mean" -> {
                Accumulator sum = new Accumulator();
                terms.forEach(sum::add);
                double divisor = reduce.equals("mean") ? terms.size() : 1;
                values[at] = sum.value() / divisor;
                bounds[at] = terms.size() == 1 ? 0 : sum.bound(type) / divisor;
            }
            case "prod" -> {
                values[at] = terms.stream().reduce(1.0, (a, b) -> a * b);
                double size = Math.abs(values[at]);
                bounds[at] =
                        terms.size() == 1
                                ? 0
                                : size >= type.largest()
                                        ? Double.POSITIVE_INFINITY
                                        : terms.size() * type.unitRoundoff() * size + type.ulp(0);
            }
            case "amax" -> values[at] = terms.stream().reduce(terms.getFirst(), Math::max);
            default -> values[at] = terms.stream().reduce(terms.getFirst(), Math::min);
        }
    }

    private static long integer(
            HostArray self,
            int at,
            HostArray src,
            List<Integer> met,
            String reduce,
            boolean includeSelf) {
        List<Long> terms = new ArrayList<>();
        if (includeSelf || met.isEmpty()) {
            terms.add(self.integer(at));
        }
        met.forEach(from -> terms.add(src.integer(from)));
        long first = terms.getFirst();
        return switch (reduce) {
            case "sum" -> terms.stream().reduce(0L, Long::sum);
            case "mean" -> Math.floorDiv(terms.stream().reduce(0L, Long::sum), terms.size());
            case "prod" -> terms.stream().reduce(1L, (a, b) -> a * b);
            case "amax" -> terms.stream().reduce(first, Math::max);
            default -> terms.stream().reduce(first, Math::min);
        };
    }
}
