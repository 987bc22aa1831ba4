// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.sample;

import com.google.auto.service.AutoService;

import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.sample.PointwiseSamples.Domain;

import java.util.List;

/** Elementary functions, tests of elements and what replaces those that fail. */
@AutoService(SampleFamily.class)
public final class FunctionSamples implements SampleFamily {
    /** For {@code ServiceLoader}. */
    public FunctionSamples() {}

    @Override
    public void register(Samples.Table table) {
        for (String name :
                List.of(
                        "exp2", "expm1", "atan", "sinh", "cosh", "asinh", "erf", "erfc", "sinc",
                        "deg2rad", "rad2deg")) {
            PointwiseSamples.unary(table, name, Samples.ALL, Domain.ANY);
        }
        for (String name : List.of("log2", "log10")) {
            PointwiseSamples.unary(table, name, Samples.ALL, Domain.POSITIVE);
        }
        for (String name : List.of("log1p", "tan", "asin", "acos", "atanh")) {
            PointwiseSamples.unary(table, name, Samples.ALL, Domain.UNIT);
        }
        PointwiseSamples.unary(table, "acosh", Samples.ALL, Domain.ABOVE_ONE);
        PointwiseSamples.unary(table, "trunc", Samples.NUMBERS, Domain.ANY)
                .unseen(FaultKind.INPUT, PointwiseSamples.SAME, integers());
        PointwiseSamples.unary(table, "frac", Samples.REALS, Domain.ANY);
        PointwiseSamples.unary(table, "sgn", Samples.ALL, Domain.ANY)
                .unseen(FaultKind.INPUT, PointwiseSamples.SAME, ElementType.BOOL);
        PointwiseSamples.unary(table, "positive", Samples.NUMBERS, Domain.ANY)
                .unseen(FaultKind.INPUT, "a view runs no kernel");
        logit(table);
        for (String name : List.of("signbit", "isnan", "isinf", "isfinite")) {
            PointwiseSamples.unary(table, name, Samples.ALL, Domain.ANY);
        }
        nanToNum(table);
    }

    private static ElementType[] integers() {
        return Samples.INTEGERS.toArray(new ElementType[0]);
    }

    private static void logit(Samples.Table table) {
        PointwiseSamples.unary(table, "logit", Samples.ALL, Domain.PROBABILITY, "eps", null)
                .add(
                        "smooth eps",
                        (values, type) ->
                                PointwiseSamples.call(
                                        Input.of(values.ordinary(type, 67)), "eps", 0.125));
    }

    private static void nanToNum(Samples.Table table) {
        PointwiseSamples.unary(
                        table,
                        "nan_to_num",
                        Samples.ALL,
                        Domain.ANY,
                        "nan",
                        null,
                        "posinf",
                        null,
                        "neginf",
                        null)
                .unseen(FaultKind.INPUT, PointwiseSamples.SAME, integers())
                .unseen(FaultKind.INPUT, PointwiseSamples.SAME, ElementType.BOOL)
                .add(
                        "numbers",
                        (values, type) ->
                                PointwiseSamples.call(
                                        Input.of(values.mixed(type, 131)),
                                        "nan",
                                        0.5,
                                        "posinf",
                                        3.0,
                                        "neginf",
                                        -7.0));
    }

    @Override
    public void errors(ErrorTable table) {
        Input bool = ErrorTable.integers(ElementType.BOOL, 1, 3);
        Input whole = ErrorTable.integers(ElementType.I32, 1, 3);
        for (String name : List.of("trunc", "positive")) {
            table.refuses(name, List.of("bool"), "self", bool);
        }
        table.refuses("frac", List.of("i32", "floating"), "self", whole);
    }
}
