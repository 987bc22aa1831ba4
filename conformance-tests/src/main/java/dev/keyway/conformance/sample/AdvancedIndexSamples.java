// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.sample;

import com.google.auto.service.AutoService;
import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.oracle.HostArray;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reading and writing {@code self[i0, :, i1 ...]}, and finding what is not zero. */
@AutoService(SampleFamily.class)
public final class AdvancedIndexSamples implements SampleFamily {
    private static final ElementType I64 = ElementType.I64;

    /** For {@code ServiceLoader}. */
    public AdvancedIndexSamples() {}

    @Override
    public void register(Samples.Table table) {
        indices(table.operator("index.Tensor", Samples.ALL), false, false);
        OperatorSamples put = table.operator("index_put", Samples.ALL);
        indices(put, true, true);
        indices(put, true, false);
        for (String name : List.of("nonzero", "argwhere")) {
            nonzero(table.operator(name, Samples.ALL));
        }
        maskedSelect(table.operator("masked_select", Samples.ALL));
    }

    /** Positions of one dimension; with {@code distinct} no two are equal. */
    private static Input positions(Values values, long size, boolean distinct, long... shape) {
        if (!distinct) {
            return Input.of(values.integers(I64, -size, size - 1, shape));
        }
        long start = values.integers(I64, 0, size - 1).integer(0);
        return Input.of(
                HostArray.ofIntegers(
                        I64, shape, i -> (start + i) % size - (i % 2 == 0 ? size : 0)));
    }

    private interface Indices {
        List<@Nullable Input> draw(Values values, boolean distinct);
    }

    private static void indices(OperatorSamples samples, boolean put, boolean accumulate) {
        boolean once = put && !accumulate;
        String label = "smooth " + (once ? "set" : put ? "add" : "pick");
        long[] shape = {5, 4, 6};
        Object[][] cases = {
            {(Indices) (v, d) -> list(positions(v, 5, d, 3)), new long[] {3, 4, 6}},
            {(Indices) (v, d) -> list(null, positions(v, 4, d, 2, 2)), new long[] {5, 2, 2, 6}},
            {(Indices) (v, d) -> list(null, null, positions(v, 6, d, 3)), new long[] {5, 4, 3}},
            {
                (Indices) (v, d) -> list(positions(v, 5, d, 3), positions(v, 4, d, 3)),
                new long[] {3, 6}
            },
            {
                (Indices) (v, d) -> list(positions(v, 5, d, 3), null, positions(v, 6, d, 3)),
                new long[] {3, 4}
            },
            {
                (Indices) (v, d) -> list(null, positions(v, 4, d, 2, 1), positions(v, 6, d, 3)),
                new long[] {5, 2, 3}
            },
            {
                (Indices)
                        (v, d) ->
                                list(
                                        positions(v, 5, d, 3),
                                        positions(v, 4, d, 3),
                                        positions(v, 6, d, 3)),
                new long[] {3}
            },
            {(Indices) (v, d) -> list(positions(v, 5, d)), new long[] {4, 6}},
            {(Indices) (v, d) -> list(positions(v, 5, d, 0)), new long[] {0, 4, 6}},
            {(Indices) (v, d) -> list(mask(v, 5)), new long[] {1}},
            {(Indices) (v, d) -> list(null, mask(v, 4, 6)), new long[] {1}},
            {(Indices) (v, d) -> list(mask(v, 5, 4, 6)), new long[] {1}}
        };
        for (Object[] each : cases) {
            Indices draw = (Indices) each[0];
            samples.add(
                    label,
                    (values, type) ->
                            call(
                                    Input.of(values.ordinary(type, shape)),
                                    draw.draw(values, once),
                                    put ? Input.of(values.ordinary(type, (long[]) each[1])) : null,
                                    accumulate));
        }
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add(
                    "layout",
                    (values, type) ->
                            call(
                                    Input.of(values.ordinary(type, 5, 7), layout),
                                    list(null, positions(values, 7, once, 3)),
                                    put ? Input.of(values.ordinary(type, 5, 3), layout) : null,
                                    accumulate));
        }
    }

    private static List<@Nullable Input> list(@Nullable Input... inputs) {
        List<@Nullable Input> list = new ArrayList<>();
        for (Input input : inputs) {
            list.add(input);
        }
        return list;
    }

    private static Input mask(Values values, long... shape) {
        return Input.of(values.ordinary(ElementType.BOOL, shape));
    }

    private static @Nullable Object[] call(
            Input self, List<@Nullable Input> indices, @Nullable Input values, boolean accumulate) {
        return values == null
                ? new @Nullable Object[] {"self", self, "indices", indices}
                : new @Nullable Object[] {
                    "self", self, "indices", indices, "values", values, "accumulate", accumulate
                };
    }

    private static void nonzero(OperatorSamples samples) {
        for (long[] shape : new long[][] {{}, {1}, {67}, {5, 7}, {2, 3, 4}, {0, 3}}) {
            samples.add(
                    "shape",
                    (values, type) -> new Object[] {"self", Input.of(sparse(values, type, shape))});
        }
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add(
                    "layout",
                    (values, type) ->
                            new Object[] {"self", Input.of(sparse(values, type, 5, 7), layout)});
        }
        samples.add(
                "extremes",
                (values, type) -> new Object[] {"self", Input.of(values.mixed(type, 131))});
    }

    /** Ordinary values, some of them zero. */
    private static HostArray sparse(Values values, ElementType type, long... shape) {
        HostArray all = values.ordinary(type, shape);
        HostArray kept = values.integers(ElementType.I32, 0, 1, shape);
        return type.isFloating()
                ? HostArray.ofReals(type, shape, i -> kept.integer(i) * all.real(i))
                : HostArray.ofIntegers(type, shape, i -> kept.integer(i) * all.integer(i));
    }

    private static void maskedSelect(OperatorSamples samples) {
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add(
                    "layout",
                    (values, type) ->
                            new Object[] {
                                "self", Input.of(values.ordinary(type, 5, 7), layout),
                                "mask", mask(values, 5, 7)
                            });
        }
        long[][][] shapes = {{{5, 1}, {7}}, {{5}, {3, 5}}, {{}, {}}, {{0, 3}, {3}}, {{67}, {67}}};
        for (long[][] shape : shapes) {
            samples.add(
                    "broadcast",
                    (values, type) ->
                            new Object[] {
                                "self", Input.of(values.ordinary(type, shape[0])),
                                "mask", mask(values, shape[1])
                            });
        }
    }

    @Override
    public void errors(ErrorTable table) {
        Input matrix = ErrorTable.reals(2, 3);
        table.refuses(
                "index.Tensor",
                List.of("index 0", "f32"),
                "self",
                matrix,
                "indices",
                list(ErrorTable.reals(2)));
        table.refuses(
                "index.Tensor",
                List.of("too many", "[2, 3]"),
                "self",
                matrix,
                "indices",
                list(null, null, ErrorTable.integers(I64, 0, 2)));
        table.refuses(
                "index.Tensor",
                List.of("mask", "[3]", "[2, 3]"),
                "self",
                matrix,
                "indices",
                list(ErrorTable.integers(ElementType.BOOL, 1, 3)));
        table.refuses(
                "index_put",
                List.of("values", "[5]", "[2, 3]"),
                "self",
                matrix,
                "indices",
                list(ErrorTable.integers(I64, 0, 2)),
                "values",
                ErrorTable.reals(5),
                "accumulate",
                false);
        table.refuses("masked_select", List.of("mask", "f32"), "self", matrix, "mask", matrix);
        table.refuses(
                "masked_select",
                List.of("[2, 3]", "[2]"),
                "self",
                matrix,
                "mask",
                ErrorTable.integers(ElementType.BOOL, 1, 2));
    }
}
