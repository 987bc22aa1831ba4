// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.sample;

import com.google.auto.service.AutoService;

import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.oracle.HostArray;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** Bags of rows: modes, weights, padding, empty bags, the end of the last. */
@AutoService(SampleFamily.class)
public final class EmbeddingBagSamples implements SampleFamily {
    private static final long[] OFFSETS = {0, 3, 3, 8};

    /** For {@code ServiceLoader}. */
    public EmbeddingBagSamples() {}

    @Override
    public Profile profile() {
        return Profile.INFERENCE;
    }

    @Override
    public void register(Samples.Table table) {
        OperatorSamples samples = table.operator("embedding_bag", NetworkTypes.FLOATING);
        for (long mode = 0; mode < 3; mode++) {
            long m = mode;
            samples.add("smooth", (v, t) -> call(v, t, m, Layout.CONTIGUOUS, null, false));
            samples.add("smooth last", (v, t) -> call(v, t, m, Layout.CONTIGUOUS, null, true));
            samples.add("smooth padding", (v, t) -> call(v, t, m, Layout.CONTIGUOUS, 2L, false));
            for (Layout layout : Layout.ofAnyRank()) {
                samples.add("layout", (v, t) -> call(v, t, m, layout, null, false));
            }
        }
        samples.add(
                "smooth weights",
                (v, t) -> {
                    @Nullable Object[] call = call(v, t, 0, Layout.CONTIGUOUS, null, false);
                    call[13] = Input.of(v.ordinary(t, 11));
                    return call;
                });
    }

    private static @Nullable Object[] call(
            Values v,
            ElementType type,
            long mode,
            Layout layout,
            @Nullable Long padding,
            boolean last) {
        long[] ends = last ? new long[] {0, 3, 3, 8, 11} : OFFSETS;
        HostArray offsets =
                HostArray.ofIntegers(ElementType.I64, new long[] {ends.length}, i -> ends[i]);
        return new Object[] {
            "weight",
            Input.of(v.distinct(type, 7, 5), layout),
            "indices",
            Input.of(v.integers(ElementType.I64, 0, 6, 11)),
            "offsets",
            Input.of(offsets),
            "scale_grad_by_freq",
            false,
            "mode",
            mode,
            "sparse",
            false,
            "per_sample_weights",
            null,
            "include_last_offset",
            last,
            "padding_idx",
            padding
        };
    }

    @Override
    public void errors(ErrorTable table) {
        table.refuses(
                "embedding_bag",
                List.of("mode", "3"),
                "weight",
                ErrorTable.reals(3, 2),
                "indices",
                ErrorTable.integers(ElementType.I64, 0, 2),
                "offsets",
                ErrorTable.integers(ElementType.I64, 0, 1),
                "scale_grad_by_freq",
                false,
                "mode",
                3L,
                "sparse",
                false,
                "include_last_offset",
                false);
    }
}
