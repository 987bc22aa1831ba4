// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import com.google.auto.service.AutoService;

/** Places in sorted sequences, by the binary search that defines them, and histograms. */
@AutoService(OracleFamily.class)
public final class CountingOracles implements OracleFamily {
    /** For {@code ServiceLoader}. */
    public CountingOracles() {}

    @Override
    public void register(Oracles.Table table) {
        table.add(
                "searchsorted.Tensor",
                Oracle.single(a -> search(a, a.array("sorted_sequence"), a.array("self"))));
        table.add(
                "searchsorted.Scalar",
                Oracle.single(
                        a -> {
                            return search(a, a.array("sorted_sequence"), number(a));
                        }));
        table.add(
                "bucketize.Tensor",
                Oracle.single(a -> search(a, a.array("boundaries"), a.array("self"))));
        table.add(
                "bucketize.Scalar",
                Oracle.single(a -> search(a, a.array("boundaries"), number(a))));
        table.add("histc", Oracle.single(CountingOracles::histogram));
    }

    private static HostArray number(Arguments arguments) {
        Object number = arguments.scalar("self");
        ElementType type = number instanceof Double ? ElementType.F64 : ElementType.I64;
        return Arguments.asArray(number, type);
    }

    private static Expected search(Arguments arguments, HostArray given, HostArray values) {
        boolean right = arguments.flag("right") || "right".equals(arguments.get("side"));
        HostArray sorter = arguments.optionalArray("sorter");
        int width = given.rank() == 0 ? 1 : given.size(given.rank() - 1);
        HostArray sequence =
                sorter == null
                        ? given
                        : given.pick(
                                given.shape(), i -> i / width * width + (int) sorter.integer(i));
        ElementType type = arguments.flag("out_int32") ? ElementType.I32 : ElementType.I64;
        int n = sequence.size(sequence.rank() - 1);
        int lines = sequence.rank() == 1 ? 1 : sequence.numel() / Math.max(n, 1);
        int each = Math.max(values.numel() / Math.max(lines, 1), 1);
        return Expected.exactly(
                HostArray.ofIntegers(
                        type,
                        values.shape(),
                        i -> place(sequence, i / each * n, n, values, i, right)));
    }

    private static int place(
            HostArray sequence, int first, int n, HostArray values, int i, boolean right) {
        int low = 0;
        int high = n;
        while (low < high) {
            int middle = (low + high) / 2;
            if (stops(sequence, first + middle, values, i, right)) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    private static boolean stops(
            HostArray sequence, int at, HostArray values, int i, boolean right) {
        if (!sequence.type().isFloating() && !values.type().isFloating()) {
            long element = sequence.integer(at);
            return right ? element > values.integer(i) : element >= values.integer(i);
        }
        double element = sequence.real(at);
        return right ? element > values.real(i) : element >= values.real(i);
    }

    /** Counts are whole; the place is computed in the input's compute type, as PyTorch does. */
    private static Expected histogram(Arguments arguments) {
        HostArray self = arguments.array("self");
        ElementType wide = self.type().computeType();
        int bins = Math.toIntExact(arguments.integer("bins"));
        double low = arguments.real("min");
        double high = arguments.real("max");
        if (low == high && self.numel() > 0) {
            low = Double.POSITIVE_INFINITY;
            high = Double.NEGATIVE_INFINITY;
            for (int i = 0; i < self.numel(); i++) {
                low = Math.min(low, self.real(i));
                high = Math.max(high, self.real(i));
            }
        }
        if (low == high) {
            low -= 1;
            high += 1;
        }
        long[] counts = new long[bins];
        for (int i = 0; i < self.numel(); i++) {
            double x = self.real(i);
            if (x >= low && x <= high) {
                double scaled = wide.round(wide.round(x - low) * bins);
                int place = (int) wide.round(scaled / wide.round(high - low));
                counts[Math.min(place, bins - 1)]++;
            }
        }
        return Expected.exactly(HostArray.ofReals(self.type(), new long[] {bins}, i -> counts[i]));
    }
}
