// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.sample;

import com.google.auto.service.AutoService;

import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.oracle.HostArray;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** Distinct elements and counts of numbers: results whose size depends on elements. */
@AutoService(SampleFamily.class)
public final class UniqueSamples implements SampleFamily {
    /** For {@code ServiceLoader}. */
    public UniqueSamples() {}

    @Override
    public void register(Samples.Table table) {
        distinct(table.operator("unique", Samples.ALL), true);
        distinct(table.operator("unique_consecutive", Samples.ALL), false);
        bincount(table.operator("bincount", Samples.ALL.subList(1, 6)));
    }

    @Override
    public void errors(ErrorTable table) {
        table.refuses(
                "bincount",
                List.of("f32", "[3]"),
                "self",
                ErrorTable.reals(3),
                "weights",
                null,
                "minlength",
                0L);
        Input numbers = ErrorTable.integers(ElementType.I64, 1, 3);
        table.refuses(
                "bincount",
                List.of("'weights'", "[4]"),
                "self",
                numbers,
                "weights",
                ErrorTable.reals(4),
                "minlength",
                0L);
        table.refuses(
                "bincount",
                List.of("'minlength'", "-1"),
                "self",
                numbers,
                "weights",
                null,
                "minlength",
                -1L);
        table.refuses(
                "bincount",
                List.of("-2"),
                "self",
                ErrorTable.integers(ElementType.I64, -2, 3),
                "weights",
                null,
                "minlength",
                0L);
    }

    private static Object[] call(Input self, boolean sorts, boolean inverse, boolean counts) {
        return sorts
                ? new Object[] {
                    "self", self, "sorted", true, "return_inverse", inverse, "return_counts", counts
                }
                : new Object[] {"self", self, "return_inverse", inverse, "return_counts", counts};
    }

    private static HostArray few(Values v, ElementType type, long... shape) {
        return v.integers(ElementType.I32, 0, 5, shape).cast(type);
    }

    private static void distinct(OperatorSamples samples, boolean sorts) {
        for (long[] shape : new long[][] {{}, {1}, {17}, {67}, {3, 33}, {4, 9, 3}, {0, 3}}) {
            samples.add(
                    "shape", (v, type) -> call(Input.of(few(v, type, shape)), sorts, true, true));
        }
        for (boolean other : new boolean[] {false, true}) {
            samples.add(
                    "asked", (v, type) -> call(Input.of(few(v, type, 33)), sorts, other, !other));
            samples.add(
                    "different",
                    (v, type) -> call(Input.of(v.distinct(type, 65)), sorts, other, other));
        }
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add(
                    "layout",
                    (v, type) -> call(Input.of(few(v, type, 5, 3, 7), layout), sorts, true, true));
        }
        samples.add(
                "special values",
                ElementType::isFloating,
                (v, type) -> call(Input.of(v.mixed(type, 67)), sorts, true, true));
    }

    private static @Nullable Object[] counted(Input self, @Nullable Input weights, long minLength) {
        return new @Nullable Object[] {"self", self, "weights", weights, "minlength", minLength};
    }

    private static void bincount(OperatorSamples samples) {
        for (long n : new long[] {0, 1, 17, 259}) {
            samples.add(
                    "counts",
                    (v, type) -> counted(Input.of(v.integers(type, 0, 9, n)), null, n % 13));
        }
        for (ElementType weight :
                List.of(ElementType.F32, ElementType.F64, ElementType.I32, ElementType.F16)) {
            samples.add(
                    "weights",
                    (v, type) ->
                            counted(
                                    Input.of(v.integers(type, 0, 9, 67)),
                                    Input.of(v.ordinary(weight, 67)),
                                    12));
        }
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add(
                    "layout",
                    (v, type) ->
                            counted(
                                    Input.of(v.integers(type, 0, 9, 33), layout),
                                    Input.of(v.ordinary(ElementType.F32, 33), layout),
                                    0));
        }
    }
}
