// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.sample;

import com.google.auto.service.AutoService;

import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.oracle.HostArray;

import java.util.List;

/** Connectionist temporal classification: lengths, repeated labels, targets that don't fit. */
@AutoService(SampleFamily.class)
public final class CtcSamples implements SampleFamily {
    private static final String[] REDUCTIONS = {"none", "mean", "sum"};

    /** For {@code ServiceLoader}. */
    public CtcSamples() {}

    @Override
    public Profile profile() {
        return Profile.INFERENCE;
    }

    @Override
    public void register(Samples.Table table) {
        OperatorSamples samples =
                table.operator("ctc_loss.IntList", List.of(ElementType.F32, ElementType.F64));
        for (long r = 0; r <= 2; r++) {
            long reduction = r;
            String label = "smooth " + REDUCTIONS[(int) r];
            samples.add(label, (v, t) -> call(v, t, reduction, true, Layout.CONTIGUOUS, 4, 3));
            samples.add(label, (v, t) -> call(v, t, reduction, false, Layout.CONTIGUOUS, 6, 6));
            for (Layout layout : Layout.ofAnyRank()) {
                samples.add(label, (v, t) -> call(v, t, reduction, true, layout, 6, 5));
            }
            samples.add(
                    "too short", (v, t) -> call(v, t, reduction, true, Layout.CONTIGUOUS, 6, 1));
        }
    }

    /** Scores are no logarithms of probabilities of sum 1, which the definition does not need. */
    private static Object[] call(
            Values v,
            ElementType type,
            long reduction,
            boolean padded,
            Layout layout,
            long first,
            long second) {
        HostArray scores = v.ordinary(type, 6, 2, 4);
        HostArray targets =
                HostArray.ofIntegers(
                        ElementType.I64,
                        padded ? new long[] {2, 3} : new long[] {4},
                        i ->
                                padded
                                        ? new long[] {1, 2, 2, 3, 1, 0}[i]
                                        : new long[] {3, 3, 1, 2}[i]);
        return new Object[] {
            "log_probs",
            Input.of(HostArray.ofReals(type, scores.shape(), i -> scores.real(i) / 2 - 2), layout),
            "targets",
            Input.of(targets),
            "input_lengths",
            new long[] {first, second},
            "target_lengths",
            new long[] {2, 2},
            "blank",
            0L,
            "reduction",
            reduction,
            "zero_infinity",
            second == 1 && reduction != 0
        };
    }

    @Override
    public void errors(ErrorTable table) {
        table.refuses(
                "ctc_loss.IntList",
                List.of("input_lengths", "[7]"),
                "log_probs",
                ErrorTable.reals(6, 1, 3),
                "targets",
                ErrorTable.integers(ElementType.I64, 1, 1, 2),
                "input_lengths",
                new long[] {7},
                "target_lengths",
                new long[] {2},
                "blank",
                0L,
                "reduction",
                1L,
                "zero_infinity",
                false);
    }
}
