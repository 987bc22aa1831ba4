// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The outcome of a run.
 *
 * @param device the device's name
 * @param description the vendor's words for it
 * @param plugin who drives it
 * @param seed of the samples
 * @param digest of the bits of all results; equal for equal bits
 * @param seconds how long it took
 * @param missing operator and dtype pairs that the catalogue promises and no case reached
 * @param results of each check, in a fixed order
 */
public record Report(
        String device,
        String description,
        String plugin,
        long seed,
        String digest,
        double seconds,
        List<String> missing,
        List<CaseResult> results) {
    /** Copies the lists. */
    public Report {
        missing = List.copyOf(missing);
        results = List.copyOf(results);
    }

    /** Number of checks that passed. */
    public long passedCount() {
        return results.stream().filter(CaseResult::passed).count();
    }

    /** Number of checks that failed. */
    public long failedCount() {
        return results.size() - passedCount();
    }

    /** Whether checks ran, every pair of operator and dtype was reached, and all passed. */
    public boolean passed() {
        return !results.isEmpty() && missing.isEmpty() && failedCount() == 0;
    }

    /** The failures, the smallest of each operator, dtype and form first. */
    public List<CaseResult> failures() {
        List<CaseResult> failures =
                new ArrayList<>(results.stream().filter(result -> !result.passed()).toList());
        failures.sort(
                Comparator.comparing(CaseResult::operator)
                        .thenComparing(CaseResult::dtype)
                        .thenComparing(CaseResult::form)
                        .thenComparingLong(CaseResult::size));
        return failures;
    }

    /** Operators with their dtypes for which at least one check failed: {@code add.Tensor f32}. */
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
        for (CaseResult result : results) {
            long[] count = counts.computeIfAbsent(result.operator(), name -> new long[2]);
            count[0] += result.passed() ? 1 : 0;
            count[1]++;
        }
        return counts;
    }

    /** One line: {@code cpu:0: 11234 of 11234 checks passed}. */
    public String summary() {
        String line = device + ": " + passedCount() + " of " + results.size() + " checks passed";
        if (results.isEmpty()) {
            return line + "; a run without checks is a failure";
        }
        return missing.isEmpty() ? line : line + "; not reached: " + String.join(", ", missing);
    }

    /** The summary and the first failures, each with the line that replays it. */
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
        return text.toString();
    }
}
