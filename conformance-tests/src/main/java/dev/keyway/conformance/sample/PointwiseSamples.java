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

    /** Why a kernel that returns its input is not seen. */
    static final String SAME = "the input's elements are the right answer";

    /** For {@code ServiceLoader}. */
    public PointwiseSamples() {}

    @Override
    public void register(Samples.Table table) {
        unary(table, "neg", Samples.NUMBERS, Domain.ANY);
        unary(table, "square", Samples.ALL, Domain.ANY)
                .unseen(FaultKind.INPUT, SAME, ElementType.BOOL);
        for (String name : List.of("abs", "relu")) {
            unary(table, name, Samples.NUMBERS, Domain.ANY)
                    .unseen(FaultKind.INPUT, SAME, ElementType.U8);
        }
        for (String name : List.of("floor", "ceil", "round")) {
            unary(table, name, Samples.NUMBERS, Domain.ANY)
                    .unseen(FaultKind.INPUT, SAME, ElementType.U8, ElementType.I8, ElementType.I16);
        }
        unary(table, "sign", Samples.ALL, Domain.ANY)
                .unseen(FaultKind.INPUT, SAME, ElementType.BOOL);
        for (String name : List.of("exp", "sin", "cos", "tanh", "sigmoid", "reciprocal")) {
            unary(table, name, Samples.ALL, Domain.ANY);
        }
        for (String name : List.of("log", "sqrt", "rsqrt")) {
            unary(table, name, Samples.ALL, Domain.POSITIVE);
        }
        unary(table, "logical_not", Samples.ALL, Domain.ANY);
        unary(table, "bitwise_not", Samples.WITH_BITS, Domain.ANY);
        clamp(table);
    }

    /** Where a function is defined, and smooth enough for differences. */
    enum Domain {
        /** Everywhere. */
        ANY,
        /** Above 0. */
        POSITIVE,
        /** Between -1 and 1. */
        UNIT,
        /** Between 0 and 1. */
        PROBABILITY,
        /** Above 1. */
        ABOVE_ONE;

        /** Ordinary values of the domain. */
        HostArray draw(Values values, ElementType type, long... shape) {
            if (type == ElementType.BOOL || this == ANY) {
                return values.ordinary(type, shape);
            }
            HostArray positive = values.positive(type, shape);
            if (!type.isFloating()) {
                return switch (this) {
                    case UNIT -> values.integers(type, type == ElementType.U8 ? 0 : -1, 1, shape);
                    case PROBABILITY -> values.integers(type, 0, 1, shape);
                    default -> positive;
                };
            }
            return switch (this) {
                case UNIT -> {
                    HostArray signed = values.ordinary(type, shape);
                    yield HostArray.ofReals(type, shape, i -> signed.real(i) / 4.2);
                }
                case PROBABILITY ->
                        HostArray.ofReals(type, shape, i -> 0.02 + positive.real(i) / 4.2);
                case ABOVE_ONE -> HostArray.ofReals(type, shape, i -> 1.1 + positive.real(i));
                default -> positive;
            };
        }
    }

    /** Whether a type gets all cases, or only those that tell conversions from computations. */
    static boolean isCore(ElementType type) {
        return Samples.COMPUTE.contains(type);
    }

    /** Cases of a function of the argument {@code self} and attributes. */
    static OperatorSamples unary(
            Samples.Table table,
            String name,
            List<ElementType> types,
            Domain domain,
            @Nullable Object... attributes) {
        OperatorSamples samples = table.operator(name, types);
        for (long[] shape : SHAPES) {
            samples.add(
                    "shape",
                    type -> isCore(type) || shape.length != 1 || shape[0] == 17,
                    (values, type) -> call(Input.of(domain.draw(values, type, shape)), attributes));
        }
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add(
                    "layout",
                    type -> isCore(type) || layout == Layout.STEPPED,
                    (values, type) ->
                            call(Input.of(domain.draw(values, type, 5, 3, 7), layout), attributes));
        }
        samples.add(
                "extremes",
                type -> type != ElementType.BOOL,
                (values, type) -> call(Input.of(values.extremes(type)), attributes));
        samples.add(
                "extremes among others",
                type -> type != ElementType.BOOL,
                (values, type) -> call(Input.of(values.mixed(type, 131)), attributes));
        return samples;
    }

    /** The argument {@code self} and attributes. */
    static @Nullable Object[] call(Input self, @Nullable Object... attributes) {
        @Nullable Object[] all = new @Nullable Object[2 + attributes.length];
        all[0] = "self";
        all[1] = self;
        System.arraycopy(attributes, 0, all, 2, attributes.length);
        return all;
    }

    private static void clamp(Samples.Table table) {
        OperatorSamples samples = table.operator("clamp", Samples.ALL);
        for (long[] shape : SHAPES) {
            samples.add(
                    "shape",
                    (values, type) -> bounds(values.ordinary(type, shape), atLeast(type, -2), 3L));
        }
        for (Layout layout : Layout.ofAnyRank()) {
            samples.add(
                    "layout",
                    (values, type) ->
                            new Object[] {
                                "self",
                                Input.of(values.ordinary(type, 5, 7), layout),
                                "min",
                                atLeast(type, -1),
                                "max",
                                2L
                            });
        }
        samples.add("no min", (values, type) -> bounds(values.ordinary(type, 33), null, 1L));
        samples.add("no max", (values, type) -> bounds(values.ordinary(type, 33), 1L, null));
        samples.add("min above max", (values, type) -> bounds(values.ordinary(type, 33), 3L, 1L));
        samples.add("promotes", (values, type) -> bounds(values.ordinary(type, 33), -0.5, 1.25));
        samples.add(
                "extremes",
                (values, type) -> bounds(values.extremes(type), atLeast(type, -5), 50L));
    }

    /** In PyTorch a bound below 0 wraps around in u8. */
    private static Long atLeast(ElementType type, long bound) {
        return type == ElementType.U8 ? 1L : bound;
    }

    private static @Nullable Object[] bounds(
            HostArray self, @Nullable Object min, @Nullable Object max) {
        return new Object[] {"self", Input.of(self), "min", min, "max", max};
    }
}
