// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.sample;

import com.google.auto.service.AutoService;

import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.oracle.HostArray;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** Running reductions and differences along one dimension. */
@AutoService(SampleFamily.class)
public final class ScanSamples implements SampleFamily {
    private static final long[][] SHAPES = {{}, {1}, {17}, {259}, {3, 65}, {65, 3}, {2, 33, 5}};

    /** For {@code ServiceLoader}. */
    public ScanSamples() {}

    @Override
    public void register(Samples.Table table) {
        for (String name : List.of("cumsum", "cumprod")) {
            running(table.operator(name, Samples.ALL), name.equals("cumprod"));
        }
        for (String name : List.of("cummax", "cummin")) {
            extreme(table.operator(name, Samples.ALL));
        }
        logarithm(table.operator("logcumsumexp", Types.FLOATS));
        diff(table.operator("diff", Samples.ALL));
    }

    @Override
    public void errors(ErrorTable table) {
        Input reals = ErrorTable.reals(2, 3);
        for (String name : List.of("cumsum", "cumprod", "cummax", "cummin", "logcumsumexp")) {
            table.refuses(name, List.of("'dim'", "2"), "self", reals, "dim", 2L);
        }
        for (String name : List.of("cumsum", "cumprod")) {
            table.refuses(
                    name, List.of("bool"), "self", reals, "dim", 0L, "dtype", ElementType.BOOL);
        }
        Input integer = ErrorTable.integers(ElementType.I32, 1, 3);
        table.refuses("logcumsumexp", List.of("i32"), "self", integer, "dim", 0L);
        table.refuses("diff", List.of("dimension"), "self", ErrorTable.reals(), "n", 1L, "dim", 0L);
        table.refuses("diff", List.of("'n'", "-1"), "self", reals, "n", -1L, "dim", 0L);
        table.refuses(
                "diff",
                List.of("'prepend'", "[4, 4]"),
                "self",
                reals,
                "n",
                1L,
                "dim",
                0L,
                "prepend",
                ErrorTable.reals(4, 4));
    }

    private static @Nullable Object[] along(Input self, long dim) {
        return new Object[] {"self", self, "dim", dim};
    }

    private static @Nullable Object[] typed(Input self, long dim, @Nullable ElementType dtype) {
        return new @Nullable Object[] {"self", self, "dim", dim, "dtype", dtype};
    }

    private static HostArray draw(Values v, ElementType type, boolean product, long... shape) {
        return product ? v.nearOne(type, shape) : v.ordinary(type, shape);
    }

    private static void running(OperatorSamples samples, boolean product) {
        for (long[] shape : SHAPES) {
            samples.add(
                    "last dim",
                    (v, type) -> typed(Input.of(draw(v, type, product, shape)), -1, null));
        }
        for (long dim : new long[] {0, 1, 2}) {
            samples.add(
                    "dim",
                    (v, type) -> typed(Input.of(draw(v, type, product, 5, 17, 3)), dim, null));
        }
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add(
                    "layout",
                    (v, type) -> typed(Input.of(draw(v, type, product, 5, 3, 7), layout), 1, null));
        }
        for (ElementType dtype :
                List.of(ElementType.F32, ElementType.I64, ElementType.I16, ElementType.BF16)) {
            samples.add(
                    "dtype", (v, type) -> typed(Input.of(draw(v, type, product, 4, 9)), 1, dtype));
        }
        samples.add(
                "special values",
                ElementType::isFloating,
                (v, type) -> typed(Input.of(ReductionSamples.special(v, type)), 1, null));
        samples.add(
                "smooth with zeros",
                ElementType::isFloating,
                (v, type) -> {
                    HostArray some = draw(v, type, product, 4, 7);
                    boolean[] zero = new boolean[28];
                    for (int i : new int[] {3, 9, 12, 21}) {
                        zero[i] = true;
                    }
                    return typed(
                            Input.of(
                                    HostArray.ofReals(
                                            type, some.shape(), i -> zero[i] ? 0 : some.real(i))),
                            1,
                            null);
                });
        samples.add("nothing", (v, type) -> typed(Input.of(draw(v, type, product, 0, 3)), 0, null));
    }

    private static void extreme(OperatorSamples samples) {
        for (long[] shape : new long[][] {{}, {1}, {17}, {65}, {3, 33}, {33, 3}, {4, 9, 3}}) {
            samples.add("smooth", (v, type) -> along(Input.of(v.distinct(type, shape)), -1));
        }
        for (long dim : new long[] {0, 1, 2}) {
            samples.add("ties", (v, type) -> along(Input.of(v.ordinary(type, 5, 17, 3)), dim));
        }
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add("ties", (v, type) -> along(Input.of(v.ordinary(type, 5, 3, 7), layout), 1));
        }
        samples.add(
                "special values",
                ElementType::isFloating,
                (v, type) -> along(Input.of(ReductionSamples.special(v, type)), 1));
        samples.add("extremes", (v, type) -> along(Input.of(v.mixed(type, 4, 33)), 1));
        samples.add("nothing", (v, type) -> along(Input.of(v.ordinary(type, 0, 3)), 0));
    }

    private static void logarithm(OperatorSamples samples) {
        for (long[] shape : new long[][] {{}, {1}, {17}, {131}, {3, 65}, {65, 3}}) {
            samples.add("last dim", (v, type) -> along(Input.of(v.ordinary(type, shape)), -1));
        }
        for (long dim : new long[] {0, 1, 2}) {
            samples.add("dim", (v, type) -> along(Input.of(v.ordinary(type, 5, 17, 3)), dim));
        }
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add(
                    "layout", (v, type) -> along(Input.of(v.ordinary(type, 5, 3, 7), layout), 1));
        }
        samples.add(
                "special values",
                (v, type) -> along(Input.of(ReductionSamples.special(v, type)), 1));
        samples.add(
                "large",
                (v, type) ->
                        along(
                                Input.of(
                                        HostArray.ofReals(
                                                type, new long[] {2, 5}, i -> 1000 - 137 * i)),
                                1));
        samples.add("nothing", (v, type) -> along(Input.of(v.ordinary(type, 0, 3)), 0));
    }

    private static void diff(OperatorSamples samples) {
        for (long[] shape : new long[][] {{1}, {17}, {3, 65}, {2, 33, 5}, {0, 3}}) {
            samples.add("last dim", (v, type) -> difference(v, type, 1, -1, shape));
        }
        for (long n : new long[] {0, 2, 3, 20}) {
            samples.add("smooth n", (v, type) -> difference(v, type, n, 1, 4, 9, 3));
        }
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add(
                    "layout",
                    (v, type) ->
                            new @Nullable Object[] {
                                "self",
                                Input.of(v.ordinary(type, 5, 3, 7), layout),
                                "n",
                                1L,
                                "dim",
                                0L,
                                "prepend",
                                null,
                                "append",
                                null
                            });
        }
        samples.add(
                "smooth ends",
                (v, type) ->
                        new Object[] {
                            "self",
                            Input.of(v.ordinary(type, 4, 9)),
                            "n",
                            2L,
                            "dim",
                            1L,
                            "prepend",
                            Input.of(v.ordinary(type, 4, 2)),
                            "append",
                            Input.of(v.ordinary(type, 4, 1))
                        });
    }

    private static @Nullable Object[] difference(
            Values v, ElementType type, long n, long dim, long... shape) {
        return new @Nullable Object[] {
            "self",
            Input.of(v.ordinary(type, shape)),
            "n",
            n,
            "dim",
            dim,
            "prepend",
            null,
            "append",
            null
        };
    }
}
