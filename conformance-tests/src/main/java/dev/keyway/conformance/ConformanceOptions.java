// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import org.jspecify.annotations.Nullable;

import java.util.Set;

/**
 * What to run.
 *
 * @param seed of the samples
 * @param operators qualified names; empty means all
 * @param forms what to check
 * @param replay only this check; null runs all
 */
public record ConformanceOptions(
        long seed, Set<String> operators, Set<Form> forms, @Nullable ReplayLine replay) {
    /** Copies the sets. */
    public ConformanceOptions {
        operators = Set.copyOf(operators);
        forms = Set.copyOf(forms);
    }

    /** Everything, seed 1. */
    public static ConformanceOptions all() {
        return new ConformanceOptions(1, Set.of(), Set.of(Form.values()), null);
    }

    /** With another seed. */
    public ConformanceOptions seed(long newSeed) {
        return new ConformanceOptions(newSeed, operators, forms, replay);
    }

    /** Only these operators. */
    public ConformanceOptions operators(Set<String> names) {
        return new ConformanceOptions(seed, names, forms, replay);
    }

    /** Only these forms. */
    public ConformanceOptions forms(Form... only) {
        return new ConformanceOptions(seed, operators, Set.of(only), replay);
    }

    /** All forms of now but this one. */
    public ConformanceOptions without(Form form) {
        Set<Form> rest = new java.util.HashSet<>(forms);
        rest.remove(form);
        return new ConformanceOptions(seed, operators, rest, replay);
    }

    /** Only the check that this line names. */
    public ConformanceOptions replay(String line) {
        ReplayLine parsed = ReplayLine.parse(line);
        return new ConformanceOptions(
                parsed.id().seed(), Set.of(parsed.id().operator()), Set.of(parsed.form()), parsed);
    }

    boolean includes(ReplayLine line) {
        return (operators.isEmpty() || operators.contains(line.id().operator()))
                && forms.contains(line.form())
                && (replay == null || replay.equals(line));
    }
}
