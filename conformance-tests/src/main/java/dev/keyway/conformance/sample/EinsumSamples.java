// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.sample;

import com.google.auto.service.AutoService;
import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.oracle.HostArray;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Equations, cross products, powers of matrices and distances. */
@AutoService(SampleFamily.class)
public final class EinsumSamples implements SampleFamily {
    private static final List<ElementType> NUMBERS =
            Samples.ALL.stream().filter(type -> type != ElementType.BOOL).toList();

    /** Equations that sum over a dimension of one operand alone. */
    private static final List<String> SUMS =
            List.of("ii", "iji -> j", "ij->", "i...->...", "ij,kl->", "ij,i->j");

    /** For {@code ServiceLoader}. */
    public EinsumSamples() {}

    @Override
    public void register(Samples.Table table) {
        einsum(table.operator("einsum", NUMBERS));
        cross(table.operator("cross", NUMBERS), null);
        cross(table.operator("linalg_cross", NUMBERS), -1L);
        OperatorSamples power = table.operator("matrix_power", NUMBERS);
        for (long n : new long[] {0, 1, 2, 3, 5}) {
            for (long[] shape : new long[][] {{3, 3}, {2, 4, 4}}) {
                power.add(
                        n == 0 ? "identity" : "size",
                        (values, type) -> power(values, type, Layout.CONTIGUOUS, n, shape));
            }
        }
        for (Layout layout : Layout.ofAnyRank()) {
            power.add(
                    "layout", (values, type) -> power(values, type, layout, 3, new long[] {3, 3}));
        }
        distances(table.operator("cdist", List.of(ElementType.F32, ElementType.F64)));
    }

    private static Object[] power(
            Values values, ElementType type, Layout layout, long n, long[] shape) {
        return new Object[] {
            "self",
            Input.of(
                    type.isFloating()
                            ? values.nearOne(type, shape)
                            : values.integers(type, 0, 2, shape),
                    layout),
            "n",
            n
        };
    }

    private static void einsum(OperatorSamples samples) {
        equation(samples, "ij,jk->ik", new long[] {3, 5}, new long[] {5, 4});
        equation(samples, "ij,jk", new long[] {3, 5}, new long[] {5, 4});
        equation(samples, "ii->i", new long[] {4, 4});
        equation(samples, "ii", new long[] {4, 4});
        equation(samples, "iji -> j", new long[] {3, 5, 3});
        equation(samples, "ij->ji", new long[] {3, 5});
        equation(samples, "ba", new long[] {3, 5});
        equation(samples, "ij->", new long[] {3, 5});
        equation(samples, "i,j->ij", new long[] {3}, new long[] {5});
        equation(samples, "bij,bjk->bik", new long[] {2, 3, 5}, new long[] {2, 5, 4});
        equation(samples, "...ij,...jk->...ik", new long[] {2, 1, 3, 5}, new long[] {4, 5, 2});
        equation(samples, "...ij,jk", new long[] {2, 3, 5}, new long[] {5, 4});
        equation(samples, "i...->...", new long[] {3, 2, 5});
        equation(samples, "...->...", new long[] {3, 2});
        equation(samples, "ij,ij->ij", new long[] {3, 5}, new long[] {3, 5});
        equation(samples, "ij,kl->", new long[] {2, 3}, new long[] {3, 2});
        equation(samples, "ij,i->j", new long[] {3, 5}, new long[] {1});
        equation(samples, "bhqd,bhkd->bhqk", new long[] {2, 2, 3, 4}, new long[] {2, 2, 5, 4});
        equation(
                samples,
                "aij,jk,akl->il",
                new long[] {2, 3, 4},
                new long[] {4, 2},
                new long[] {2, 2, 3});
        equation(samples, "i,ij,j->", new long[] {3}, new long[] {3, 4}, new long[] {4});
        equation(samples, "Ab,bA->Ab", new long[] {2, 3}, new long[] {3, 2});
        equation(samples, ",ij->ij", new long[] {}, new long[] {2, 3});
        equation(samples, "ij,jk->ik", new long[] {3, 0}, new long[] {0, 4});
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add(
                    "layout",
                    (values, type) ->
                            new Object[] {
                                "equation",
                                "bij,jk->bki",
                                "tensors",
                                List.of(
                                        Input.of(values.ordinary(type, 2, 3, 5), layout),
                                        Input.of(values.ordinary(type, 5, 4), layout))
                            });
        }
    }

    private static void equation(OperatorSamples samples, String equation, long[]... shapes) {
        samples.add(
                SUMS.contains(equation) ? "smooth sum" : "size",
                (values, type) ->
                        new Object[] {
                            "equation",
                            equation,
                            "tensors",
                            Arrays.stream(shapes)
                                    .map(shape -> Input.of(values.ordinary(type, shape)))
                                    .toList()
                        });
    }

    private static void cross(OperatorSamples samples, @Nullable Long dim) {
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add(
                    "layout",
                    (values, type) ->
                            cross(values, type, layout, new long[] {5, 3}, new long[] {5, 3}, dim));
        }
        samples.add(
                "dim",
                (values, type) ->
                        cross(
                                values,
                                type,
                                Layout.CONTIGUOUS,
                                new long[] {3, 4},
                                new long[] {3, 4},
                                0L));
        samples.add(
                "broadcast",
                (values, type) ->
                        cross(
                                values,
                                type,
                                Layout.CONTIGUOUS,
                                new long[] {1, 4, 3},
                                new long[] {2, 1, 3},
                                2L));
        samples.add(
                "nothing",
                (values, type) ->
                        cross(
                                values,
                                type,
                                Layout.CONTIGUOUS,
                                new long[] {0, 3},
                                new long[] {0, 3},
                                1L));
    }

    private static @Nullable Object[] cross(
            Values values,
            ElementType type,
            Layout layout,
            long[] self,
            long[] other,
            @Nullable Long dim) {
        return new @Nullable Object[] {
            "self", Input.of(values.ordinary(type, self), layout),
            "other", Input.of(values.ordinary(type, other), layout),
            "dim", dim
        };
    }

    private static void distances(OperatorSamples samples) {
        for (double p : new double[] {2, 1, 0, Double.POSITIVE_INFINITY, 3, 0.5, 1.5}) {
            samples.add(
                    p == 0 ? "count" : p < 1 ? "steep" : "smooth",
                    (values, type) ->
                            rows(
                                    values,
                                    type,
                                    Layout.CONTIGUOUS,
                                    new long[] {4, 5},
                                    new long[] {3, 5},
                                    p));
        }
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add(
                    "smooth layout",
                    (values, type) ->
                            rows(values, type, layout, new long[] {4, 5}, new long[] {3, 5}, 2));
        }
        samples.add(
                "smooth batch",
                (values, type) ->
                        rows(
                                values,
                                type,
                                Layout.CONTIGUOUS,
                                new long[] {2, 1, 3, 2},
                                new long[] {3, 4, 2},
                                2));
        samples.add(
                "nothing",
                (values, type) ->
                        rows(
                                values,
                                type,
                                Layout.CONTIGUOUS,
                                new long[] {0, 2},
                                new long[] {3, 2},
                                2));
        samples.add(
                "no terms",
                (values, type) ->
                        rows(
                                values,
                                type,
                                Layout.CONTIGUOUS,
                                new long[] {2, 0},
                                new long[] {3, 0},
                                2));
        samples.add("smooth apart", EinsumSamples::apart);
    }

    /** Next to 0 a root of a difference is too steep for differences in its place. */
    private static Object[] apart(Values values, ElementType type) {
        HostArray other = values.positive(type, 3, 5);
        return new Object[] {
            "x1",
            Input.of(values.positive(type, 4, 5)),
            "x2",
            Input.of(HostArray.ofReals(type, other.shape(), i -> -other.real(i))),
            "p",
            0.5
        };
    }

    private static Object[] rows(
            Values values, ElementType type, Layout layout, long[] x1, long[] x2, double p) {
        return new Object[] {
            "x1", Input.of(values.ordinary(type, x1), layout),
            "x2", Input.of(values.ordinary(type, x2), layout),
            "p", p
        };
    }

    @Override
    public void errors(ErrorTable table) {
        Input matrix = ErrorTable.reals(2, 3);
        Object[][] wrong = {
            {"ij,jk->ik", List.of("1 tensors")},
            {"ijk->i", List.of("operand 0", "3 subscripts", "[2, 3]")},
            {"ii->i", List.of("subscript i", "2", "3")},
            {"ij->ijj", List.of("twice")},
            {"ij->ik", List.of("subscript k", "no operand")},
            {"i1->i", List.of("'1'")}
        };
        for (Object[] pair : wrong) {
            List<?> parts = (List<?>) pair[1];
            table.refuses(
                    "einsum",
                    parts.stream().map(String::valueOf).toList(),
                    "equation",
                    pair[0],
                    "tensors",
                    List.of(matrix));
        }
        table.refuses(
                "einsum",
                List.of("subscript j", "3", "4"),
                "equation",
                "ij,jk",
                "tensors",
                List.of(matrix, ErrorTable.reals(4, 5)));
        table.refuses(
                "cross",
                List.of("[2, 2]", "size 3"),
                "self",
                ErrorTable.reals(2, 2),
                "other",
                ErrorTable.reals(2, 2),
                "dim",
                null);
        table.refuses(
                "linalg_cross",
                List.of("[2, 3]", "[3]"),
                "self",
                matrix,
                "other",
                ErrorTable.reals(3),
                "dim",
                -1L);
        table.refuses("matrix_power", List.of("self", "[2, 3]"), "self", matrix, "n", 2L);
        table.refuses("matrix_power", List.of("n", "-1"), "self", ErrorTable.reals(2, 2), "n", -1L);
        table.refuses(
                "cdist",
                List.of("x1", "[2, 3]", "[2, 4]"),
                "x1",
                matrix,
                "x2",
                ErrorTable.reals(2, 4),
                "p",
                2.0);
        table.refuses("cdist", List.of("p", "-1"), "x1", matrix, "x2", matrix, "p", -1.0);
    }
}
