// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import com.google.auto.service.AutoService;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Sorting along a dimension and what selects by order: stable, NaN above all numbers, both zeros
 * equal. Nothing rounds.
 */
@AutoService(OracleFamily.class)
public final class SortOracles implements OracleFamily {
    /** For {@code ServiceLoader}. */
    public SortOracles() {}

    /** Places within a sorted line. */
    private interface Choice {
        int[] places(HostArray self, int[] sorted);
    }

    @Override
    public void register(Oracles.Table table) {
        table.add("sort", SortOracles::sort);
        table.add("argsort", arguments -> List.of(sort(arguments).get(1)));
        table.add("topk", SortOracles::topk);
        table.add("kthvalue", SortOracles::kthvalue);
        table.add("mode", SortOracles::mode);
        table.add("median.dim", arguments -> median(arguments, false));
        table.add("nanmedian.dim", arguments -> median(arguments, true));
        table.add("median", Oracle.single(arguments -> medianOfAll(arguments, false)));
        table.add("nanmedian", Oracle.single(arguments -> medianOfAll(arguments, true)));
    }

    /** The positions of a line in the order of their elements. */
    static int[] order(HostArray self, int[] line, boolean descending) {
        Comparator<Integer> ascending =
                (a, b) ->
                        self.type().isFloating()
                                ? Double.compare(self.real(a) + 0.0, self.real(b) + 0.0)
                                : Long.compare(self.integer(a), self.integer(b));
        return Arrays.stream(line)
                .boxed()
                .sorted(descending ? ascending.reversed() : ascending)
                .mapToInt(i -> i)
                .toArray();
    }

    private static List<Expected> sort(Arguments arguments) {
        HostArray self = arguments.array("self");
        boolean descending = arguments.flag("descending");
        return choose(self, arguments, self.shape(), descending, (array, sorted) -> all(sorted));
    }

    private static int[] all(int[] sorted) {
        int[] places = new int[sorted.length];
        Arrays.setAll(places, i -> i);
        return places;
    }

    private static List<Expected> topk(Arguments arguments) {
        HostArray self = arguments.array("self");
        int k = Math.toIntExact(arguments.integer("k"));
        int dim = Shapes.dimension(arguments.integer("dim"), self.rank());
        long[] shape = self.rank() == 0 ? new long[0] : Shapes.with(self.shape(), dim, k);
        boolean largest = arguments.flag("largest");
        return choose(
                self,
                arguments,
                shape,
                largest,
                (array, sorted) -> Arrays.copyOf(all(sorted), Math.min(k, sorted.length)));
    }

    private static long[] without(HostArray self, Arguments arguments) {
        int dim = Shapes.dimension(arguments.integer("dim"), self.rank());
        return Groups.along(self.shape(), dim, arguments.flag("keepdim")).shape();
    }

    private static List<Expected> kthvalue(Arguments arguments) {
        HostArray self = arguments.array("self");
        int k = Math.toIntExact(arguments.integer("k"));
        long[] shape = without(self, arguments);
        return choose(self, arguments, shape, false, (array, sorted) -> new int[] {k - 1});
    }

    /** The last element of the first of the longest runs. */
    private static List<Expected> mode(Arguments arguments) {
        HostArray self = arguments.array("self");
        return choose(
                self,
                arguments,
                without(self, arguments),
                false,
                (array, sorted) -> {
                    int best = 0;
                    int most = 1;
                    int run = 1;
                    for (int i = 1; i < sorted.length; i++) {
                        run = equal(array, sorted[i - 1], sorted[i]) ? run + 1 : 1;
                        if (run > most) {
                            most = run;
                            best = i;
                        }
                    }
                    return new int[] {best};
                });
    }

    private static boolean equal(HostArray self, int a, int b) {
        return self.type().isFloating()
                ? self.real(a) == self.real(b)
                : self.integer(a) == self.integer(b);
    }

    private static List<Expected> median(Arguments arguments, boolean ignoreNan) {
        HostArray self = arguments.array("self");
        return choose(
                self,
                arguments,
                without(self, arguments),
                false,
                (array, sorted) -> new int[] {middle(array, sorted, ignoreNan)});
    }

    /** Sorted, NaN come last. */
    private static int middle(HostArray self, int[] sorted, boolean ignoreNan) {
        int numbers = 0;
        for (int i : sorted) {
            numbers += self.type().isFloating() && Double.isNaN(self.real(i)) ? 0 : 1;
        }
        if (ignoreNan) {
            return Math.max(0, numbers - 1) / 2;
        }
        return numbers < sorted.length ? numbers : (numbers - 1) / 2;
    }

    private static Expected medianOfAll(Arguments arguments, boolean ignoreNan) {
        HostArray self = arguments.array("self");
        if (self.numel() == 0) {
            return Expected.within(self.type(), new long[0], i -> Double.NaN, i -> 0);
        }
        int[] sorted = order(self, all(new int[self.numel()]), false);
        int place = sorted[middle(self, sorted, ignoreNan)];
        return values(self.pick(new long[0], i -> place));
    }

    private static Expected values(HostArray picked) {
        return picked.type().isFloating()
                ? Expected.within(picked.type(), picked.shape(), picked::real, i -> 0)
                : Expected.exactly(picked);
    }

    private static List<Expected> choose(
            HostArray self, Arguments arguments, long[] shape, boolean descending, Choice choice) {
        int dim = Shapes.dimension(arguments.integer("dim"), self.rank());
        Groups lines = Groups.along(self.shape(), dim, true);
        int numel = Shapes.numel(shape);
        int[] from = new int[numel];
        long[] places = new long[numel];
        int inner = 1;
        for (int d = dim + 1; d < self.rank(); d++) {
            inner *= self.size(d);
        }
        for (int g = 0; g < lines.count() && numel > 0; g++) {
            int[] line = lines.members(g);
            int[] sorted = order(self, line, descending);
            int[] chosen = choice.places(self, sorted);
            for (int j = 0; j < chosen.length; j++) {
                int at = (g / inner * chosen.length + j) * inner + g % inner;
                from[at] = sorted[chosen[j]];
                places[at] = Arrays.binarySearch(line, from[at]);
            }
        }
        HostArray picked = self.pick(shape, i -> from[i]);
        HostArray indices = HostArray.ofIntegers(ElementType.I64, shape, i -> places[i]);
        return List.of(values(picked), Expected.exactly(indices));
    }
}
