// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import com.google.auto.service.AutoService;
import java.util.ArrayList;
import java.util.List;

/** Evenly spaced numbers, identity matrices, index lists, and fills of other tensors' dtypes. */
@AutoService(OracleFamily.class)
public final class RangeOracles implements OracleFamily {
    /** For {@code ServiceLoader}. */
    public RangeOracles() {}

    @Override
    public void register(Oracles.Table table) {
        table.add("linspace", Oracle.single(RangeOracles::linspace));
        table.add("logspace", Oracle.single(RangeOracles::logspace));
        table.add("eye", Oracle.single(a -> eye(a, a.integer("n"), a.integer("n"))));
        table.add("eye.m", Oracle.single(a -> eye(a, a.integer("n"), a.integer("m"))));
        table.add("tril_indices", Oracle.single(a -> places(a, true)));
        table.add("triu_indices", Oracle.single(a -> places(a, false)));
        table.add("new_zeros", Oracle.single(a -> filled(a, 0L)));
        table.add("new_ones", Oracle.single(a -> filled(a, 1L)));
        table.add("new_full", Oracle.single(a -> filled(a, a.scalar("fill_value"))));
    }

    /** Ends are cut off to integers first where the result is of integers. */
    private static double spaced(Arguments arguments, int i) {
        long steps = arguments.integer("steps");
        boolean whole = steps > 1 && !arguments.type("dtype").isFloating();
        double start = whole ? (long) arguments.real("start") : arguments.real("start");
        double end = whole ? (long) arguments.real("end") : arguments.real("end");
        double step = steps > 1 ? (end - start) / (steps - 1) : 0;
        return i == steps - 1 && steps > 1 ? end : start + i * step;
    }

    /** In f32: the step, the product and the sum each round once. */
    private static Expected linspace(Arguments arguments) {
        ElementType type = arguments.type("dtype");
        long[] shape = {arguments.integer("steps")};
        double largest =
                Math.max(Math.abs(arguments.real("start")), Math.abs(arguments.real("end")));
        return type.isFloating()
                ? Expected.within(
                        type, shape, i -> spaced(arguments, i), i -> 4 * type.ulp(largest))
                : Expected.exactly(
                        HostArray.ofIntegers(type, shape, i -> (long) spaced(arguments, i)));
    }

    /** An exponent wrong by e makes the power wrong by e times the logarithm of the base. */
    private static Expected logspace(Arguments arguments) {
        ElementType type = arguments.type("dtype");
        double base = arguments.real("base");
        long[] shape = {arguments.integer("steps")};
        double largest =
                Math.max(Math.abs(arguments.real("start")), Math.abs(arguments.real("end")));
        if (!type.isFloating()) {
            return Expected.exactly(
                    HostArray.ofIntegers(
                            type, shape, i -> (long) StrictMath.pow(base, spaced(arguments, i))));
        }
        double relative =
                Math.abs(StrictMath.log(base)) * 4 * type.computeType().ulp(largest)
                        + 4 * type.unitRoundoff();
        return Expected.within(
                type,
                shape,
                i -> StrictMath.pow(base, spaced(arguments, i)),
                i -> relative * StrictMath.pow(base, spaced(arguments, i)));
    }

    private static Expected eye(Arguments arguments, long rows, long columns) {
        ElementType type = arguments.type("dtype");
        long[] shape = {rows, columns};
        return Expected.exactly(
                HostArray.ofIntegers(
                                ElementType.I64, shape, i -> i / columns == i % columns ? 1 : 0)
                        .cast(type));
    }

    private static Expected places(Arguments arguments, boolean lower) {
        List<long[]> found = new ArrayList<>();
        for (long row = 0; row < arguments.integer("row"); row++) {
            for (long column = 0; column < arguments.integer("col"); column++) {
                long distance = column - row - arguments.integer("offset");
                if (lower ? distance <= 0 : distance >= 0) {
                    found.add(new long[] {row, column});
                }
            }
        }
        int count = found.size();
        return Expected.exactly(
                HostArray.ofIntegers(
                        arguments.type("dtype"),
                        new long[] {2, count},
                        i -> found.get(i % count)[i / count]));
    }

    private static Expected filled(Arguments arguments, Object value) {
        ElementType type = arguments.array("self").type();
        return Expected.exactly(
                Arguments.asArray(value, type).pick(arguments.integers("size"), i -> 0));
    }
}
