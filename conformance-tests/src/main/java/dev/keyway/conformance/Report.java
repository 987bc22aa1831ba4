// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.sample.Profile;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The outcome of a run.
 *
 * @param device the device's name
 * @param description the vendor's words for it
 * @param plugin who drives it
 * @param profile what was run
 * @param lacking element types of the profile in which the device does not compute
 * @param seed of the samples
 * @param caseList digest of the lines of all checks
 * @param digest of the bits of all results, any NaN like any other; equal for equal bits
 * @param seconds how long it took
 * @param missing operator and dtype pairs that the catalogue promises and no case reached
 * @param results of each check, in a fixed order
 * @param unexpectedPasses known failures that are none any more
 */
public record Report(
        String device,
        String description,
        String plugin,
        Profile profile,
        List<ElementType> lacking,
        long seed,
        String caseList,
        String digest,
        double seconds,
        List<String> missing,
        List<CaseResult> results,
        List<KnownFailures.Entry> unexpectedPasses) {
    /** In the order of tables. */
    static final List<String> DTYPES =
            List.of("bool", "u8", "i8", "i16", "i32", "i64", "f16", "bf16", "f32", "f64");

    /** Copies the lists. */
    public Report {
        missing = List.copyOf(missing);
        results = List.copyOf(results);
        lacking = List.copyOf(lacking);
        unexpectedPasses = List.copyOf(unexpectedPasses);
    }

    /** {@return number of checks that passed} */
    public long passedCount() {
        return results.stream().filter(CaseResult::passed).count();
    }

    /** {@return number of checks that failed and that nobody knew of} */
    public long failedCount() {
        return results.stream().filter(CaseResult::isUnexpected).count();
    }

    /** {@return number of checks that failed as the vendor said} */
    public long knownCount() {
        return results.size() - passedCount() - failedCount();
    }

    /**
     * {@return whether checks ran, every pair of operator and dtype was reached, and none failed
     * but known ones, all of which failed}
     */
    public boolean passed() {
        return !results.isEmpty()
                && missing.isEmpty()
                && failedCount() == 0
                && unexpectedPasses.isEmpty();
    }

    /** {@return whether the device passes the profile, which known failures do not let it} */
    public boolean passedProfile() {
        return passed() && knownCount() == 0 && lacking.isEmpty();
    }

    /**
     * {@return the failures, the smallest of each operator, dtype and form first; known ones are
     * left out}
     */
    public List<CaseResult> failures() {
        return sorted(results.stream().filter(CaseResult::isUnexpected).toList());
    }

    /** {@return the known failures, in the same order} */
    public List<CaseResult> knownFailures() {
        return sorted(results.stream().filter(result -> !result.known().isEmpty()).toList());
    }

    private static List<CaseResult> sorted(List<CaseResult> some) {
        List<CaseResult> failures = new ArrayList<>(some);
        failures.sort(
                Comparator.comparing(CaseResult::operator)
                        .thenComparing(CaseResult::dtype)
                        .thenComparing(CaseResult::form)
                        .thenComparingLong(CaseResult::size));
        return failures;
    }

    /**
     * Operators with their dtypes for which at least one check failed: {@code add.Tensor f32}.
     *
     * @return operators with their dtypes
     */
    public SortedSet<String> failedPairs() {
        SortedSet<String> pairs = new TreeSet<>();
        results.stream()
                .filter(result -> !result.passed())
                .forEach(result -> pairs.add(result.operator() + " " + result.dtype()));
        return pairs;
    }

    /** Passed and all checks by operator. */
    Map<String, long[]> byOperator() {
        Map<String, long[]> counts = new LinkedHashMap<>();
        results.forEach(result -> count(counts, result.operator(), result));
        return counts;
    }

    /** Passed and all checks by operator and dtype, in alphabetical order. */
    Map<String, Map<String, long[]>> byOperatorAndDType() {
        Map<String, Map<String, long[]>> counts = new TreeMap<>();
        for (CaseResult result : results) {
            count(
                    counts.computeIfAbsent(result.operator(), name -> new TreeMap<>()),
                    result.dtype(),
                    result);
        }
        return counts;
    }

    private static void count(Map<String, long[]> counts, String key, CaseResult result) {
        long[] count = counts.computeIfAbsent(key, name -> new long[2]);
        count[0] += result.passed() ? 1 : 0;
        count[1]++;
    }

    /**
     * One line: {@code cpu:0: 11234 of 11234 checks passed}.
     *
     * @return one line
     */
    public String summary() {
        StringBuilder line = new StringBuilder(device);
        line.append(": ").append(passedCount()).append(" of ").append(results.size());
        line.append(" checks passed");
        if (results.isEmpty()) {
            return line.append("; a run without checks is a failure").toString();
        }
        if (knownCount() > 0) {
            line.append(", ").append(knownCount()).append(" failed as known");
        }
        if (!missing.isEmpty()) {
            line.append("; not reached: ").append(String.join(", ", missing));
        }
        return line.toString();
    }

    /** {@return the summary and the first failures, each with the line that replays it} */
    public String text() {
        StringBuilder text = new StringBuilder(summary());
        List<CaseResult> failures = failures();
        for (CaseResult failure : failures.subList(0, Math.min(40, failures.size()))) {
            text.append("\n  ").append(failure.line());
            text.append("\n    ").append(failure.call());
            text.append("\n    ").append(failure.message());
        }
        if (failures.size() > 40) {
            text.append("\n  and ").append(failures.size() - 40).append(" more");
        }
        for (KnownFailures.Entry entry : unexpectedPasses) {
            text.append("\n  known to fail, but passed: ").append(entry);
            text.append("\n    remove the line from the list of known failures");
        }
        return text.toString();
    }
}
