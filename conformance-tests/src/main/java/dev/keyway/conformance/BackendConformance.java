// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.keyway.Device;
import dev.keyway.Keyway;
import dev.keyway.conformance.sample.Profile;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The suite as a test class: a vendor extends it and says how to open the runtime and which device
 * is meant. One dynamic test per operator and dtype; a failure lists the calls that failed, the
 * smallest first, each with the line from which {@link ConformanceOptions#replay} repeats it.
 */
public abstract class BackendConformance {
    /** For subclasses. */
    protected BackendConformance() {}

    /**
     * Opens a runtime that has the device; the suite closes it.
     *
     * @param threads number of threads for kernels
     * @return the runtime
     */
    protected abstract Keyway open(int threads);

    /**
     * {@return the device under test}
     *
     * @param keyway the runtime
     */
    protected abstract Device device(Keyway keyway);

    /**
     * {@return what the device is to pass; {@link Profile#TRAINING}, which is everything, by
     * default}
     */
    protected Profile profile() {
        return Profile.TRAINING;
    }

    /** {@return what to run; all of {@link #profile} by default} */
    protected ConformanceOptions options() {
        return ConformanceOptions.all().profile(profile());
    }

    private Report run(int threads, ConformanceOptions chosen) {
        try (Keyway keyway = open(threads)) {
            ConformanceOptions all = chosen.reopen(() -> open(threads));
            return ConformanceRunner.run(keyway, device(keyway), all);
        }
    }

    /** Every operator and dtype. */
    @TestFactory
    Stream<DynamicTest> operators() {
        Report report = run(Runtime.getRuntime().availableProcessors(), options());
        System.out.printf("conformance %s in %.1f s%n", report.summary(), report.seconds());
        Map<String, List<CaseResult>> failures = byPair(report.failures());
        Stream<DynamicTest> tests =
                byPair(report.results()).keySet().stream()
                        .map(
                                pair ->
                                        DynamicTest.dynamicTest(
                                                pair,
                                                () ->
                                                        verify(
                                                                failures.getOrDefault(
                                                                        pair, List.of()))));
        DynamicTest complete =
                DynamicTest.dynamicTest(
                        "every operator and dtype was checked",
                        () ->
                                assertTrue(
                                        !report.results().isEmpty() && report.missing().isEmpty(),
                                        report::summary));
        DynamicTest dtypes =
                DynamicTest.dynamicTest(
                        "the device computes in every dtype of the profile "
                                + report.profile().text(),
                        () -> assertEquals(List.of(), report.lacking(), report::summary));
        return Stream.concat(Stream.of(complete, dtypes), tests);
    }

    private static Map<String, List<CaseResult>> byPair(List<CaseResult> results) {
        return results.stream()
                .collect(
                        Collectors.groupingBy(
                                result -> result.operator() + " " + result.dtype(),
                                LinkedHashMap::new,
                                Collectors.toList()));
    }

    private static void verify(List<CaseResult> failures) {
        if (!failures.isEmpty()) {
            fail(
                    failures.stream()
                            .limit(5)
                            .map(f -> f.line() + "\n  " + f.call() + "\n  " + f.message())
                            .collect(
                                    Collectors.joining(
                                            "\n", failures.size() + " checks failed\n", "")));
        }
    }

    /** The same bits with one thread and with two. */
    @Test
    void bitsDoNotDependOnTheNumberOfThreads() {
        ConformanceOptions large = options().forms(Form.DETERMINISM);
        Report one = run(1, large);
        Report two = run(2, large);
        assertTrue(one.passed(), one::text);
        assertEquals(one.digest(), two.digest(), "1 and 2 threads give different bits");
    }
}
