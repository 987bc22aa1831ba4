// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import com.google.auto.service.AutoService;

import java.util.ArrayList;
import java.util.List;

/** Tuples of elements, subsets, and products of chains of matrices. */
@AutoService(OracleFamily.class)
public final class CombiningOracles implements OracleFamily {
    /** For {@code ServiceLoader}. */
    public CombiningOracles() {}

    @Override
    public void register(Oracles.Table table) {
        table.add("cartesian_prod", Oracle.single(CombiningOracles::tuples));
        table.add("combinations", Oracle.single(CombiningOracles::subsets));
        table.add("linalg_multi_dot", Oracle.single(CombiningOracles::chain));
    }

    private static Expected tuples(Arguments arguments) {
        List<HostArray> vectors = arguments.arrays("tensors");
        if (vectors.size() == 1) {
            return Expected.exactly(vectors.getFirst());
        }
        long[] sizes = vectors.stream().mapToLong(v -> v.size(0)).toArray();
        int columns = sizes.length;
        int rows = Shapes.numel(sizes);
        ElementType type = vectors.getFirst().type();
        long[] shape = {rows, columns};
        return Expected.exactly(
                type.isFloating()
                        ? HostArray.ofReals(
                                type,
                                shape,
                                i -> vectors.get(i % columns).real(place(i, columns, sizes)))
                        : HostArray.ofIntegers(
                                type,
                                shape,
                                i -> vectors.get(i % columns).integer(place(i, columns, sizes))));
    }

    private static int place(int element, int columns, long[] sizes) {
        return (int) Shapes.coordinates(element / columns, sizes)[element % columns];
    }

    private static Expected subsets(Arguments arguments) {
        HostArray self = arguments.array("self");
        int r = (int) arguments.integer("r");
        int step = arguments.flag("with_replacement") ? 0 : 1;
        List<Integer> places = new ArrayList<>();
        choose(self.numel(), r, step, new ArrayList<>(), places);
        return Expected.exactly(
                r == 0
                        ? self.pick(new long[] {0}, i -> i)
                        : self.pick(new long[] {places.size() / r, r}, places::get));
    }

    private static void choose(int n, int r, int step, List<Integer> chosen, List<Integer> all) {
        if (chosen.size() == r) {
            all.addAll(chosen);
            return;
        }
        int first = chosen.isEmpty() ? 0 : chosen.getLast() + step;
        for (int next = first; next < n; next++) {
            List<Integer> longer = new ArrayList<>(chosen);
            longer.add(next);
            choose(n, r, step, longer, all);
        }
    }

    /** Each sum runs over all inner positions of the chain at once. */
    private static Expected chain(Arguments arguments) {
        List<HostArray> matrices = arguments.arrays("tensors");
        List<String> axes = new ArrayList<>();
        StringBuilder result = new StringBuilder();
        int last = matrices.size() - 1;
        for (int i = 0; i <= last; i++) {
            String row = String.valueOf((char) ('a' + i));
            String column = String.valueOf((char) ('b' + i));
            boolean vector = matrices.get(i).rank() == 1;
            axes.add(vector ? i == 0 ? column : row : row + column);
            if (i == 0 && !vector) {
                result.append(row);
            }
            if (i == last && !vector) {
                result.append(column);
            }
        }
        return new SumsOfProducts(matrices, axes, result.toString()).expected();
    }
}
