// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.sample;

import com.google.auto.service.AutoService;

import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.oracle.HostArray;

import java.util.List;

/** Places in, between and outside the elements of volumes, by all rules. */
@AutoService(SampleFamily.class)
public final class VolumeSamplingSamples implements SampleFamily {
    /** For {@code ServiceLoader}. */
    public VolumeSamplingSamples() {}

    @Override
    public Profile profile() {
        return Profile.INFERENCE;
    }

    @Override
    public void register(Samples.Table table) {
        OperatorSamples samples = table.operator("grid_sampler_3d", NetworkTypes.FLOATING);
        for (long mode = 0; mode < 2; mode++) {
            for (long padding = 0; padding < 3; padding++) {
                for (boolean align : new boolean[] {false, true}) {
                    long m = mode;
                    long p = padding;
                    samples.add(
                            mode == 0 ? "smooth" : "nearest",
                            (v, t) -> call(v, t, Layout.CONTIGUOUS, m, p, align));
                }
            }
        }
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add("layout", (v, t) -> call(v, t, layout, 0, 0, false));
        }
    }

    private static Object[] call(
            Values v, ElementType type, Layout layout, long mode, long padding, boolean align) {
        return new Object[] {
            "input",
            Input.of(v.ordinary(type, 2, 2, 3, 4, 2), layout),
            "grid",
            Input.of(
                    HostArray.ofReals(
                            type,
                            new long[] {2, 2, 1, 3, 3},
                            // Away from whole places, where there are kinks.
                            i -> 1.4 * ((i * 29 % 47) / 23.0 - 1) + 0.0123)),
            "interpolation_mode",
            mode,
            "padding_mode",
            padding,
            "align_corners",
            align
        };
    }

    @Override
    public void errors(ErrorTable table) {
        table.refuses(
                "grid_sampler_3d",
                List.of("grid", "[2, 2, 2]"),
                "input",
                ErrorTable.reals(2, 2, 3, 4, 2),
                "grid",
                ErrorTable.reals(2, 2, 2),
                "interpolation_mode",
                0L,
                "padding_mode",
                0L,
                "align_corners",
                false);
        table.refuses(
                "grid_sampler_3d",
                List.of("'interpolation_mode'", "2"),
                "input",
                ErrorTable.reals(2, 2, 3, 4, 2),
                "grid",
                ErrorTable.reals(2, 1, 1, 1, 3),
                "interpolation_mode",
                2L,
                "padding_mode",
                0L,
                "align_corners",
                false);
    }
}
