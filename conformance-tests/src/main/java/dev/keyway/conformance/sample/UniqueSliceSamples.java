// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.sample;

import com.google.auto.service.AutoService;

import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.oracle.HostArray;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Slices of few different elements, so that many are equal. */
@AutoService(SampleFamily.class)
public final class UniqueSliceSamples implements SampleFamily {
    private static final long[][] SHAPES = {{9}, {7, 2}, {2, 7}, {3, 5, 2}, {1, 4}};

    /** For {@code ServiceLoader}. */
    public UniqueSliceSamples() {}

    @Override
    public void register(Samples.Table table) {
        for (String name : List.of("unique_dim", "unique_dim_consecutive")) {
            OperatorSamples samples = table.operator(name, Samples.ALL);
            for (long[] shape : SHAPES) {
                for (long dim = 0; dim < shape.length; dim++) {
                    long along = dim;
                    samples.add(
                            "shape",
                            (v, t) -> call(name, Input.of(few(v, t, shape)), along, true, true));
                }
            }
            for (Layout layout : Layout.ofAnyRank()) {
                samples.add(
                        "layout",
                        (v, t) -> call(name, Input.of(few(v, t, 6, 2), layout), -2, true, true));
            }
            samples.add(
                    "unasked", (v, t) -> call(name, Input.of(few(v, t, 6, 2)), 0, false, false));
        }
    }

    /** 0 and 1. */
    private static HostArray few(Values v, ElementType type, long... shape) {
        return v.integers(ElementType.I32, 0, 1, shape).cast(type);
    }

    private static Object[] call(
            String name, Input self, long dim, boolean inverse, boolean counts) {
        List<Object> call = new ArrayList<>(Arrays.asList("self", self, "dim", dim));
        if (name.equals("unique_dim")) {
            call.addAll(Arrays.asList("sorted", true));
        }
        call.addAll(Arrays.asList("return_inverse", inverse, "return_counts", counts));
        return call.toArray();
    }

    @Override
    public void errors(ErrorTable table) {
        for (String name : List.of("unique_dim", "unique_dim_consecutive")) {
            table.refuses(
                    name, List.of("'dim'", "2"), call(name, ErrorTable.reals(2, 3), 2, true, true));
            table.refuses(
                    name, List.of("[2, 0]"), call(name, ErrorTable.reals(2, 0), 0, true, true));
        }
    }
}
