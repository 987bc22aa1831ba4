// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.sample;

import com.google.auto.service.AutoService;

import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.oracle.HostArray;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** Slices as often as a tensor says: none, some, all alike, with and without the size. */
@AutoService(SampleFamily.class)
public final class RepeatSamples implements SampleFamily {
    /** For {@code ServiceLoader}. */
    public RepeatSamples() {}

    @Override
    public void register(Samples.Table table) {
        OperatorSamples samples = table.operator("repeat_interleave.self_Tensor", Samples.ALL);
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add(
                    "layout",
                    (v, t) ->
                            call(
                                    Input.of(v.distinct(t, 3, 4, 2), layout),
                                    counts(ElementType.I64, 2, 0, 1, 3),
                                    1L,
                                    null));
        }
        samples.add(
                "smooth all",
                (v, t) ->
                        call(
                                Input.of(v.distinct(t, 2, 3)),
                                counts(ElementType.I64, 2),
                                null,
                                null));
        samples.add(
                "smooth last",
                (v, t) ->
                        call(
                                Input.of(v.distinct(t, 2, 3)),
                                counts(ElementType.I32, 1, 2, 0),
                                -1L,
                                null));
        samples.add(
                "smooth size",
                (v, t) ->
                        call(
                                Input.of(v.distinct(t, 3, 2)),
                                counts(ElementType.I64, 1, 4, 2),
                                0L,
                                7L));
        samples.add(
                "none",
                (v, t) ->
                        call(
                                Input.of(v.distinct(t, 3, 2)),
                                counts(ElementType.I64, 0, 0, 0),
                                0L,
                                null));
        samples.add(
                "number",
                (v, t) -> call(Input.of(v.positive(t)), counts(ElementType.I64, 5), null, null));
    }

    private static Input counts(ElementType type, long... counts) {
        return Input.of(HostArray.ofIntegers(type, new long[] {counts.length}, i -> counts[i]));
    }

    private static @Nullable Object[] call(
            Input self, Input repeats, @Nullable Long dim, @Nullable Long size) {
        return new @Nullable Object[] {
            "self", self, "repeats", repeats, "dim", dim, "output_size", size
        };
    }

    @Override
    public void errors(ErrorTable table) {
        Input self = ErrorTable.reals(2, 3);
        table.refuses(
                "repeat_interleave.self_Tensor",
                List.of("'repeats'", "[2]", "3"),
                call(self, counts(ElementType.I64, 1, 2), 1L, null));
        table.refuses(
                "repeat_interleave.self_Tensor",
                List.of("'repeats'", "f32"),
                call(self, ErrorTable.reals(3), 1L, null));
        table.refuses(
                "repeat_interleave.self_Tensor",
                List.of("'repeats'", "-1"),
                call(self, counts(ElementType.I64, 1, -1, 2), 1L, null));
    }
}
