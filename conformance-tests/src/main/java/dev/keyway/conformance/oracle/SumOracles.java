// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import com.google.auto.service.AutoService;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Sums without NaN, of exponentials, and differences of neighbours. */
@AutoService(OracleFamily.class)
public final class SumOracles implements OracleFamily {
    /** For {@code ServiceLoader}. */
    public SumOracles() {}

    @Override
    public void register(Oracles.Table table) {
        table.add("nansum", Oracle.single(SumOracles::nansum));
        table.add("nanmean", Oracle.single(SumOracles::nanmean));
        table.add("logsumexp", Oracle.single(SumOracles::logsumexp));
        table.add("diff", Oracle.single(SumOracles::diff));
    }

    private static Groups groups(Arguments arguments) {
        long[] shape = arguments.array("self").shape();
        boolean[] chosen = Shapes.dimensions(arguments.integers("dim"), shape.length);
        return new Groups(shape, chosen, arguments.flag("keepdim"));
    }

    private static Accumulator numbers(HostArray self, int[] members) {
        Accumulator sum = new Accumulator();
        for (int i : members) {
            if (!Double.isNaN(self.real(i))) {
                sum.add(self.real(i));
            }
        }
        return sum;
    }

    private static Expected nansum(Arguments arguments) {
        HostArray given = arguments.array("self");
        boolean asked = arguments.get("dtype") != null;
        ElementType type =
                asked
                        ? arguments.type("dtype")
                        : given.type().isFloating() ? given.type() : ElementType.I64;
        Groups groups = groups(arguments);
        if (!type.isFloating()) {
            return Expected.exactly(
                    HostArray.ofIntegers(
                            type,
                            groups.shape(),
                            i ->
                                    Arrays.stream(groups.members(i))
                                            .mapToLong(given.cast(type)::integer)
                                            .sum()));
        }
        HostArray self = given.cast(type);
        return Expected.within(
                type,
                groups.shape(),
                i -> numbers(self, groups.members(i)).value(),
                i -> {
                    Accumulator sum = numbers(self, groups.members(i));
                    return Rounding.bound(type, sum.value(), sum.bound(type.computeType()));
                });
    }

    private static Expected nanmean(Arguments arguments) {
        HostArray given = arguments.array("self");
        boolean asked = arguments.get("dtype") != null;
        ElementType type = asked ? arguments.type("dtype") : given.type();
        HostArray self = given.cast(type);
        ElementType wide = type.computeType();
        Groups groups = groups(arguments);
        return Expected.within(
                type,
                groups.shape(),
                i -> {
                    Accumulator sum = numbers(self, groups.members(i));
                    return sum.value() / sum.count();
                },
                i -> {
                    Accumulator sum = numbers(self, groups.members(i));
                    double n = Math.max(1, sum.count());
                    double value = sum.value() / n;
                    return Rounding.bound(type, value, sum.bound(wide) / n + wide.ulp(value));
                });
    }

    /**
     * {@code m + log(sum)}: rounding the distance to m moves an exponential by u times it, the sum
     * of n rounds n times, logarithm and addition a few.
     */
    private static Expected logsumexp(Arguments arguments) {
        HostArray given = arguments.array("self");
        ElementType type = given.type().isFloating() ? given.type() : ElementType.F32;
        HostArray self = given.cast(type);
        double u = type.computeType().unitRoundoff();
        Groups groups = groups(arguments);
        return Expected.within(
                type,
                groups.shape(),
                i -> ScanOracles.logarithm(self, groups.members(i)),
                i -> {
                    int[] members = groups.members(i);
                    double value = ScanOracles.logarithm(self, members);
                    double spread = 0;
                    for (int member : members) {
                        double distance = Math.abs(self.real(member) - value);
                        spread = Math.max(spread, Math.min(distance, 32));
                    }
                    double size = members.length + 12 + spread + 8 * Math.abs(value);
                    return Rounding.bound(type, value, size * u);
                });
    }

    /** Each difference rounds once. */
    private static Expected diff(Arguments arguments) {
        List<HostArray> parts = new ArrayList<>();
        for (String name : List.of("prepend", "self", "append")) {
            HostArray part = arguments.optionalArray(name);
            if (part != null) {
                parts.add(part);
            }
        }
        Promotion promotion = new Promotion();
        parts.forEach(promotion::tensor);
        ElementType type = promotion.result();
        int dim = Shapes.dimension(arguments.integer("dim"), parts.getFirst().rank());
        HostArray result = joined(parts, dim, type);
        for (long n = 0; n < arguments.integer("n"); n++) {
            result = once(result, dim);
        }
        return Expected.exactly(result);
    }

    private static HostArray joined(List<HostArray> parts, int dim, ElementType type) {
        HostArray result = parts.getFirst().cast(type);
        for (HostArray part : parts.subList(1, parts.size())) {
            HostArray left = result;
            HostArray right = part.cast(type);
            long[] shape = Shapes.with(left.shape(), dim, (long) left.size(dim) + right.size(dim));
            result =
                    make(
                            type,
                            shape,
                            at -> {
                                boolean first = at[dim] < left.size(dim);
                                long[] from = at.clone();
                                from[dim] -= first ? 0 : left.size(dim);
                                HostArray array = first ? left : right;
                                return array.pick(
                                        new long[0], i -> Shapes.linear(from, array.shape()));
                            });
        }
        return result;
    }

    private static HostArray once(HostArray array, int dim) {
        ElementType type = array.type();
        long[] shape = Shapes.with(array.shape(), dim, Math.max(0, array.size(dim) - 1));
        return make(
                type,
                shape,
                at -> {
                    long[] next = at.clone();
                    next[dim]++;
                    int a = Shapes.linear(next, array.shape());
                    int b = Shapes.linear(at, array.shape());
                    if (type.isFloating()) {
                        return HostArray.ofReals(
                                type, new long[0], i -> array.real(a) - array.real(b));
                    }
                    return HostArray.ofIntegers(
                            type, new long[0], i -> array.integer(a) - array.integer(b));
                });
    }

    /** The element at coordinates, as an array without dimensions. */
    private interface Element {
        HostArray at(long[] coordinates);
    }

    private static HostArray make(ElementType type, long[] shape, Element element) {
        return type.isFloating()
                ? HostArray.ofReals(
                        type, shape, i -> element.at(Shapes.coordinates(i, shape)).real(0))
                : HostArray.ofIntegers(
                        type, shape, i -> element.at(Shapes.coordinates(i, shape)).integer(0));
    }
}
