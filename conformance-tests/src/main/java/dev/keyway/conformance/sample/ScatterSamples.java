// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.sample;

import com.google.auto.service.AutoService;
import dev.keyway.conformance.oracle.ElementType;
import java.util.List;

/** Scatters with a reduction; indices repeat. */
@AutoService(SampleFamily.class)
public final class ScatterSamples implements SampleFamily {
    private static final List<String> REDUCTIONS = List.of("sum", "prod", "mean", "amax", "amin");

    /** For {@code ServiceLoader}. */
    public ScatterSamples() {}

    @Override
    public void register(Samples.Table table) {
        OperatorSamples reduce = table.operator("scatter_reduce.two", Samples.ALL);
        for (String reduction : REDUCTIONS) {
            for (boolean includeSelf : new boolean[] {true, false}) {
                boolean noBool = reduction.equals("mean");
                for (Layout layout : new Layout[] {Layout.CONTIGUOUS, Layout.TRANSPOSED}) {
                    reduce.add(
                            "smooth " + reduction,
                            type -> !noBool || type != ElementType.BOOL,
                            (values, type) -> call(values, type, reduction, includeSelf, layout));
                }
            }
        }
        for (Layout layout : Layout.ofAnyRank()) {
            reduce.add("smooth sum", (values, type) -> call(values, type, "sum", true, layout));
        }
        OperatorSamples older = table.operator("scatter.reduce", Samples.ALL);
        OperatorSamples number = table.operator("scatter.value_reduce", Samples.ALL);
        for (String name : List.of("add", "multiply")) {
            for (Layout layout : Layout.ofAnyRank()) {
                older.add(
                        "smooth " + name,
                        (values, type) ->
                                new Object[] {
                                    "self", Input.of(factors(values, type, 4, 9), layout),
                                    "dim", 1L,
                                    "index", Input.of(values.integers(ElementType.I64, 0, 8, 3, 6)),
                                    "src", Input.of(factors(values, type, 3, 6), layout),
                                    "reduce", name
                                });
                number.add(
                        "smooth " + name,
                        (values, type) ->
                                new Object[] {
                                    "self",
                                    Input.of(factors(values, type, 4, 9), layout),
                                    "dim",
                                    0L,
                                    "index",
                                    Input.of(values.integers(ElementType.I64, 0, 3, 3, 6)),
                                    "value",
                                    type == ElementType.BOOL
                                            ? (Object) true
                                            : type.isFloating() ? (Object) 1.5 : 2L,
                                    "reduce",
                                    name
                                });
            }
        }
    }

    /** Values whose products neither vanish nor overflow, apart from each other. */
    private static dev.keyway.conformance.oracle.HostArray factors(
            Values values, ElementType type, long... shape) {
        return type.isIntegral() || type == ElementType.BOOL
                ? values.integers(type, type == ElementType.BOOL ? 0 : 1, 3, shape)
                : values.nearOne(type, shape);
    }

    private static Object[] call(
            Values values, ElementType type, String reduce, boolean includeSelf, Layout layout) {
        boolean product = reduce.equals("prod");
        return new Object[] {
            "self",
            Input.of(product ? factors(values, type, 5, 7) : values.ordinary(type, 5, 7), layout),
            "dim",
            1L,
            "index",
            Input.of(values.integers(ElementType.I64, 0, 6, 4, 9)),
            "src",
            Input.of(product ? factors(values, type, 4, 9) : values.ordinary(type, 4, 9), layout),
            "reduce",
            reduce,
            "include_self",
            includeSelf
        };
    }

    @Override
    public void errors(ErrorTable table) {
        Input index = ErrorTable.integers(ElementType.I64, 1, 2);
        table.refuses(
                "scatter_reduce.two",
                List.of("reduce", "median", "amax"),
                "self",
                ErrorTable.reals(3),
                "dim",
                0L,
                "index",
                index,
                "src",
                ErrorTable.reals(2),
                "reduce",
                "median",
                "include_self",
                true);
        table.refuses(
                "scatter.reduce",
                List.of("reduce", "sum", "multiply"),
                "self",
                ErrorTable.reals(3),
                "dim",
                0L,
                "index",
                index,
                "src",
                ErrorTable.reals(2),
                "reduce",
                "sum");
        table.refuses(
                "scatter.value_reduce",
                List.of("reduce", "mean"),
                "self",
                ErrorTable.reals(3),
                "dim",
                0L,
                "index",
                index,
                "value",
                2L,
                "reduce",
                "mean");
    }
}
