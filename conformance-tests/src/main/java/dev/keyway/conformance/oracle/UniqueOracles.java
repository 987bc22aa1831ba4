// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import com.google.auto.service.AutoService;

import java.util.ArrayList;
import java.util.List;

/** Distinct elements, and how often numbers occur. Sums of weights round once a term. */
@AutoService(OracleFamily.class)
public final class UniqueOracles implements OracleFamily {
    /** For {@code ServiceLoader}. */
    public UniqueOracles() {}

    @Override
    public void register(Oracles.Table table) {
        table.add("unique", arguments -> distinct(arguments, true));
        table.add("unique_consecutive", arguments -> distinct(arguments, false));
        table.add("bincount", Oracle.single(UniqueOracles::bincount));
    }

    private static List<Expected> distinct(Arguments arguments, boolean sorted) {
        HostArray self = arguments.array("self");
        int[] order = new int[self.numel()];
        for (int i = 0; i < order.length; i++) {
            order[i] = i;
        }
        order = sorted ? SortOracles.order(self, order, false) : order;
        List<Integer> firsts = new ArrayList<>();
        long[] run = new long[order.length];
        long[] count = new long[order.length];
        for (int i = 0; i < order.length; i++) {
            if (i == 0 || !equal(self, order[i - 1], order[i])) {
                firsts.add(order[i]);
            }
            run[order[i]] = firsts.size() - 1L;
            count[firsts.size() - 1]++;
        }
        long[] shape = {firsts.size()};
        long[] none = {0};
        HostArray values = self.pick(shape, firsts::get);
        boolean inverse = arguments.flag("return_inverse");
        boolean counts = arguments.flag("return_counts");
        return List.of(
                self.type().isFloating()
                        ? Expected.within(self.type(), shape, values::real, i -> 0)
                        : Expected.exactly(values),
                integers(inverse ? self.shape() : none, run),
                integers(counts ? shape : none, count));
    }

    private static Expected integers(long[] shape, long[] values) {
        return Expected.exactly(HostArray.ofIntegers(ElementType.I64, shape, i -> values[i]));
    }

    private static boolean equal(HostArray self, int a, int b) {
        return self.type().isFloating()
                ? self.real(a) == self.real(b)
                : self.integer(a) == self.integer(b);
    }

    private static Expected bincount(Arguments arguments) {
        HostArray self = arguments.array("self");
        HostArray weights = arguments.optionalArray("weights");
        long size = arguments.integer("minlength");
        for (int i = 0; i < self.numel(); i++) {
            size = Math.max(size, self.integer(i) + 1);
        }
        long[] shape = {size};
        Accumulator[] sums = new Accumulator[Math.toIntExact(size)];
        for (int i = 0; i < sums.length; i++) {
            sums[i] = new Accumulator();
        }
        for (int i = 0; i < self.numel(); i++) {
            sums[Math.toIntExact(self.integer(i))].add(weights == null ? 1 : weights.real(i));
        }
        if (weights == null) {
            return Expected.exactly(
                    HostArray.ofIntegers(ElementType.I64, shape, i -> (long) sums[i].value()));
        }
        ElementType type = weights.type() == ElementType.F32 ? ElementType.F32 : ElementType.F64;
        return Expected.within(type, shape, i -> sums[i].value(), i -> sums[i].bound(type));
    }
}
