// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import dev.keyway.Keyway;
import dev.keyway.conformance.sample.OperatorSamples;
import dev.keyway.conformance.sample.Profile;
import dev.keyway.conformance.sample.Samples;

import org.jspecify.annotations.Nullable;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What to run.
 *
 * @param seed of the samples
 * @param operators qualified names; empty means all
 * @param forms what to check
 * @param profile the operators and forms up to this one
 * @param known failures that the vendor knows of
 * @param replay only this check; null runs all
 * @param cases how many checks, drawn by the seed; 0 runs all
 * @param tighten what share of each tolerance is allowed, at most 1
 * @param reopen opens further runtimes with the device, for the checks of {@code device.lifecycle};
 *     null leaves them out
 */
public record ConformanceOptions(
        long seed,
        Set<String> operators,
        Set<Form> forms,
        Profile profile,
        KnownFailures known,
        @Nullable ReplayLine replay,
        int cases,
        double tighten,
        @Nullable Supplier<Keyway> reopen) {
    /** Copies the sets. */
    public ConformanceOptions {
        operators = Set.copyOf(operators);
        forms = Set.copyOf(forms);
        if (!(tighten > 0 && tighten <= 1)) {
            throw new IllegalArgumentException(
                    "tolerances may be tightened, not loosened: expected a share above 0 and at"
                            + " most 1, got "
                            + tighten);
        }
    }

    /** Everything, seed 1. */
    public static ConformanceOptions all() {
        return new ConformanceOptions(
                1,
                Set.of(),
                Set.of(Form.values()),
                Profile.TRAINING,
                KnownFailures.NONE,
                null,
                0,
                1,
                null);
    }

    /** With another seed. */
    public ConformanceOptions seed(long newSeed) {
        return new ConformanceOptions(
                newSeed, operators, forms, profile, known, replay, cases, tighten, reopen);
    }

    /** Only these operators. */
    public ConformanceOptions operators(Set<String> names) {
        return new ConformanceOptions(
                seed, names, forms, profile, known, replay, cases, tighten, reopen);
    }

    /** Only these forms. */
    public ConformanceOptions forms(Form... only) {
        return new ConformanceOptions(
                seed, operators, Set.of(only), profile, known, replay, cases, tighten, reopen);
    }

    /** All forms of now but this one. */
    public ConformanceOptions without(Form form) {
        Set<Form> rest = new HashSet<>(forms);
        rest.remove(form);
        return new ConformanceOptions(
                seed, operators, rest, profile, known, replay, cases, tighten, reopen);
    }

    /** Only what the profile has. */
    public ConformanceOptions profile(Profile wanted) {
        return new ConformanceOptions(
                seed, operators, forms, wanted, known, replay, cases, tighten, reopen);
    }

    /** With failures that the vendor knows of. */
    public ConformanceOptions known(KnownFailures failures) {
        return new ConformanceOptions(
                seed, operators, forms, profile, failures, replay, cases, tighten, reopen);
    }

    /** Only as many checks, drawn by the seed from all that there are. */
    public ConformanceOptions cases(int count) {
        return new ConformanceOptions(
                seed, operators, forms, profile, known, replay, count, tighten, reopen);
    }

    /**
     * With only this share of each tolerance.
     *
     * @throws IllegalArgumentException for more than 1: a tolerance can't be loosened
     */
    public ConformanceOptions tighten(double share) {
        return new ConformanceOptions(
                seed, operators, forms, profile, known, replay, cases, share, reopen);
    }

    /** With the checks that open the device again. */
    public ConformanceOptions reopen(Supplier<Keyway> open) {
        return new ConformanceOptions(
                seed, operators, forms, profile, known, replay, cases, tighten, open);
    }

    /** Only the check that this line names. */
    public ConformanceOptions replay(String line) {
        ReplayLine parsed = ReplayLine.parse(line);
        return new ConformanceOptions(
                parsed.id().seed(),
                Set.of(parsed.id().operator()),
                Set.of(parsed.form()),
                profile,
                KnownFailures.NONE,
                parsed,
                0,
                tighten,
                reopen);
    }

    /** Whether the run is of a whole profile, so that it can be passed. */
    public boolean isWhole() {
        return operators.isEmpty()
                && replay == null
                && cases == 0
                && forms.containsAll(Set.of(Form.values()));
    }

    /** The number of operators that a run goes through. */
    public int operatorCount() {
        return (int) Samples.all().values().stream().filter(this::includes).count();
    }

    boolean includes(OperatorSamples samples) {
        return profile.includes(samples.profile())
                && (operators.isEmpty() || operators.contains(samples.operator()));
    }

    boolean includes(ReplayLine line) {
        boolean inProfile = profile == Profile.TRAINING || line.form() != Form.GRADIENT;
        return inProfile
                && (operators.isEmpty() || operators.contains(line.id().operator()))
                && forms.contains(line.form())
                && (replay == null || replay.base().equals(line));
    }
}
