// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.sample;

import com.google.auto.service.AutoService;

import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.oracle.HostArray;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Embedding and cells of recurrent networks. */
@AutoService(SampleFamily.class)
public final class SequenceSamples implements SampleFamily {
    /** For {@code ServiceLoader}. */
    public SequenceSamples() {}

    @Override
    public Profile profile() {
        return Profile.INFERENCE;
    }

    @Override
    public void register(Samples.Table table) {
        embedding(table.operator("embedding", Samples.ALL));
        embeddingBackward(table.operator("embedding_dense_backward", NetworkTypes.FLOATING));
        cell(table.operator("lstm_cell", NetworkTypes.FLOATING), 4, true);
        cell(table.operator("gru_cell", NetworkTypes.FLOATING), 3, false);
        cell(table.operator("rnn_tanh_cell", NetworkTypes.FLOATING), 1, false);
        cell(table.operator("rnn_relu_cell", NetworkTypes.FLOATING), 1, false);
    }

    private static final long[][] INDICES = {{}, {5}, {3, 4}, {2, 1, 3}, {0}};

    private static void embedding(OperatorSamples samples) {
        for (long[] shape : INDICES) {
            for (ElementType index : List.of(ElementType.I64, ElementType.I32)) {
                samples.add(
                        "smooth indices",
                        (v, t) -> embedding(v, t, index, shape, Layout.CONTIGUOUS, -1, false));
            }
        }
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add(
                    "layout",
                    (v, t) -> embedding(v, t, ElementType.I64, INDICES[2], layout, -1, false));
        }
    }

    private static Object[] embedding(
            Values v,
            ElementType type,
            ElementType index,
            long[] shape,
            Layout layout,
            long padding,
            boolean scaled) {
        HostArray indices = v.integers(index, 0, 6, shape);
        return new Object[] {
            "weight",
            Input.of(v.ordinary(type, 7, 5), layout),
            "indices",
            Input.of(indices, layout == Layout.EXPANDED ? Layout.CONTIGUOUS : layout),
            "padding_idx",
            padding,
            "scale_grad_by_freq",
            scaled,
            "sparse",
            false
        };
    }

    private static void embeddingBackward(OperatorSamples samples) {
        for (long[] shape : Arrays.copyOfRange(INDICES, 1, 4)) {
            for (boolean scaled : new boolean[] {false, true}) {
                for (long padding : new long[] {-1, 2}) {
                    samples.add(
                            "smooth",
                            (v, t) ->
                                    embeddingBackward(
                                            v, t, shape, Layout.CONTIGUOUS, padding, scaled));
                }
            }
        }
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add("layout", (v, t) -> embeddingBackward(v, t, INDICES[2], layout, -1, false));
        }
    }

    private static Object[] embeddingBackward(
            Values v, ElementType type, long[] shape, Layout layout, long padding, boolean scaled) {
        long[] grad = Arrays.copyOf(shape, shape.length + 1);
        grad[shape.length] = 5;
        return new Object[] {
            "grad_output",
            Input.of(v.ordinary(type, grad), layout),
            "indices",
            Input.of(v.integers(ElementType.I64, 0, 6, shape)),
            "num_weights",
            7L,
            "padding_idx",
            padding,
            "scale_grad_by_freq",
            scaled
        };
    }

    private static void cell(OperatorSamples samples, int gates, boolean withCell) {
        for (boolean bias : new boolean[] {true, false}) {
            samples.add(
                    "smooth", (v, t) -> cell(v, t, gates, withCell, Layout.CONTIGUOUS, bias, true));
        }
        samples.add(
                "smooth no batch",
                (v, t) -> cell(v, t, gates, withCell, Layout.CONTIGUOUS, true, false));
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add("layout", (v, t) -> cell(v, t, gates, withCell, layout, true, true));
        }
    }

    private static @Nullable Object[] cell(
            Values v,
            ElementType type,
            int gates,
            boolean withCell,
            Layout layout,
            boolean bias,
            boolean batched) {
        long[] input = batched ? new long[] {3, 5} : new long[] {5};
        long[] state = batched ? new long[] {3, 4} : new long[] {4};
        List<@Nullable Object> call = new ArrayList<>();
        call.addAll(Arrays.asList("input", Input.of(v.ordinary(type, input), layout)));
        call.addAll(Arrays.asList("hx", Input.of(v.ordinary(type, state), layout)));
        if (withCell) {
            call.addAll(Arrays.asList("cx", Input.of(v.ordinary(type, state), layout)));
        }
        call.addAll(Arrays.asList("w_ih", Input.of(v.ordinary(type, gates * 4L, 5), layout)));
        call.addAll(Arrays.asList("w_hh", Input.of(v.ordinary(type, gates * 4L, 4), layout)));
        for (String name : List.of("b_ih", "b_hh")) {
            call.addAll(Arrays.asList(name, bias ? Input.of(v.ordinary(type, gates * 4L)) : null));
        }
        return call.toArray();
    }

    @Override
    public void errors(ErrorTable table) {
        table.refuses(
                "embedding",
                List.of("indices", "f32"),
                embedding(ErrorTable.reals(3, 2), ErrorTable.reals(2), false));
        table.refuses(
                "embedding",
                List.of("weight", "[3]"),
                embedding(ErrorTable.reals(3), ErrorTable.integers(ElementType.I64, 0, 2), false));
        table.refuses(
                "embedding",
                List.of("sparse"),
                embedding(
                        ErrorTable.reals(3, 2), ErrorTable.integers(ElementType.I64, 0, 2), true));
        table.refuses(
                "gru_cell",
                List.of("w_hh", "[6, 3]", "[6, 2]"),
                "input",
                ErrorTable.reals(1, 3),
                "hx",
                ErrorTable.reals(1, 2),
                "w_ih",
                ErrorTable.reals(6, 3),
                "w_hh",
                ErrorTable.reals(6, 3));
    }

    private static Object[] embedding(Input weight, Input indices, boolean sparse) {
        return new Object[] {
            "weight",
            weight,
            "indices",
            indices,
            "padding_idx",
            -1L,
            "scale_grad_by_freq",
            false,
            "sparse",
            sparse
        };
    }
}
