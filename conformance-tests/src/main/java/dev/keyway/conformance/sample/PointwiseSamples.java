// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.sample;

import com.google.auto.service.AutoService;

import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.oracle.HostArray;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** Functions of one tensor: sizes around vector lengths, layouts, extremes. */
@AutoService(SampleFamily.class)
public final class PointwiseSamples implements SampleFamily {
    /** Around the lanes of a vector, and of the accumulators of a reduction; 0-dim, empty. */
    static final List<long[]> SHAPES =
            List.of(
                    new long[] {},
                    new long[] {0},
                    new long[] {1},
                    new long[] {15},
                    new long[] {16},
                    new long[] {17},
                    new long[] {67},
                    new long[] {259},
                    new long[] {3, 0, 2},
                    new long[] {2, 3, 4});

    /** For {@code ServiceLoader}. */
    public PointwiseSamples() {}

    @Override
    public void register(Samples.Table table) {
        for (String name : List.of("neg", "abs", "square", "relu", "floor", "ceil", "round")) {
            unary(table, name, Samples.NUMERIC, false);
        }
        unary(table, "sign", Samples.NUMERIC, false);
        for (String name : List.of("exp", "sin", "cos", "tanh", "sigmoid", "reciprocal")) {
            unary(table, name, Samples.COMPUTE, false);
        }
        for (String name : List.of("log", "sqrt", "rsqrt")) {
            unary(table, name, Samples.COMPUTE, true);
        }
        unary(table, "logical_not", Samples.COMPUTE, false);
        unary(table, "bitwise_not", Samples.BITS, false);
        clamp(table);
    }

    private static HostArray draw(Values values, ElementType type, boolean positive, long[] shape) {
        return positive && type != ElementType.BOOL
                ? values.positive(type, shape)
                : values.ordinary(type, shape);
    }

    private static void unary(
            Samples.Table table, String name, List<ElementType> types, boolean positive) {
        OperatorSamples samples = table.operator(name, types);
        for (long[] shape : SHAPES) {
            samples.add(
                    "shape",
                    (values, type) ->
                            new Object[] {"self", Input.of(draw(values, type, positive, shape))});
        }
        for (Layout layout : Layout.values()) {
            samples.add(
                    "layout",
                    (values, type) ->
                            new Object[] {
                                "self",
                                Input.of(draw(values, type, positive, new long[] {5, 3, 7}), layout)
                            });
        }
        samples.add(
                "extremes",
                type -> type != ElementType.BOOL,
                (values, type) -> new Object[] {"self", Input.of(values.extremes(type))});
        samples.add(
                "extremes among others",
                type -> type != ElementType.BOOL,
                (values, type) -> new Object[] {"self", Input.of(values.mixed(type, 131))});
    }

    private static void clamp(Samples.Table table) {
        OperatorSamples samples = table.operator("clamp", Samples.NUMERIC);
        for (long[] shape : SHAPES) {
            samples.add("shape", (values, type) -> bounds(values.ordinary(type, shape), -2L, 3L));
        }
        for (Layout layout : Layout.values()) {
            samples.add(
                    "layout",
                    (values, type) ->
                            new Object[] {
                                "self",
                                Input.of(values.ordinary(type, 5, 7), layout),
                                "min",
                                -1L,
                                "max",
                                2L
                            });
        }
        samples.add("no min", (values, type) -> bounds(values.ordinary(type, 33), null, 1L));
        samples.add("no max", (values, type) -> bounds(values.ordinary(type, 33), 1L, null));
        samples.add("min above max", (values, type) -> bounds(values.ordinary(type, 33), 3L, 1L));
        samples.add("promotes", (values, type) -> bounds(values.ordinary(type, 33), -0.5, 1.25));
        samples.add("extremes", (values, type) -> bounds(values.extremes(type), -5L, 50L));
    }

    private static @Nullable Object[] bounds(
            HostArray self, @Nullable Object min, @Nullable Object max) {
        return new Object[] {"self", Input.of(self), "min", min, "max", max};
    }
}
