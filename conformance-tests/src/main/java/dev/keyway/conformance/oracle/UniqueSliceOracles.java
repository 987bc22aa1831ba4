// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import com.google.auto.service.AutoService;

import java.util.ArrayList;
import java.util.List;

/** Distinct slices, of all or of neighbours. */
@AutoService(OracleFamily.class)
public final class UniqueSliceOracles implements OracleFamily {
    /** For {@code ServiceLoader}. */
    public UniqueSliceOracles() {}

    @Override
    public void register(Oracles.Table table) {
        table.add("unique_dim", arguments -> distinct(arguments, true));
        table.add("unique_dim_consecutive", arguments -> distinct(arguments, false));
    }

    private static List<Expected> distinct(Arguments arguments, boolean sort) {
        HostArray self = arguments.array("self");
        int dim = Shapes.dimension(arguments.integer("dim"), self.rank());
        int n = self.size(dim);
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            order.add(i);
        }
        if (sort) {
            order.sort((a, b) -> compare(self, dim, a, b));
        }
        List<Integer> firsts = new ArrayList<>();
        long[] run = new long[n];
        long[] count = new long[n];
        for (int i = 0; i < n; i++) {
            if (i == 0 || compare(self, dim, order.get(i - 1), order.get(i)) != 0) {
                firsts.add(order.get(i));
            }
            run[order.get(i)] = firsts.size() - 1L;
            count[firsts.size() - 1]++;
        }
        long[] shape = self.shape();
        shape[dim] = firsts.size();
        HostArray values =
                self.pick(
                        shape,
                        i -> {
                            long[] at = Shapes.coordinates(i, shape);
                            at[dim] = firsts.get((int) at[dim]);
                            return Shapes.linear(at, self.shape());
                        });
        long[] inverse = {arguments.flag("return_inverse") ? n : 0};
        long[] counts = {arguments.flag("return_counts") ? firsts.size() : 0};
        return List.of(
                Expected.exactly(values),
                Expected.exactly(HostArray.ofIntegers(ElementType.I64, inverse, i -> run[i])),
                Expected.exactly(HostArray.ofIntegers(ElementType.I64, counts, i -> count[i])));
    }

    /** By the first elements that differ. */
    private static int compare(HostArray self, int dim, int a, int b) {
        long[] shape = self.shape();
        shape[dim] = 1;
        for (int i = 0; i < Shapes.numel(shape); i++) {
            long[] at = Shapes.coordinates(i, shape);
            at[dim] = a;
            int first = Shapes.linear(at, self.shape());
            at[dim] = b;
            int second = Shapes.linear(at, self.shape());
            int order =
                    self.type().isFloating()
                            ? Double.compare(self.real(first), self.real(second))
                            : Long.compare(self.integer(first), self.integer(second));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }
}
