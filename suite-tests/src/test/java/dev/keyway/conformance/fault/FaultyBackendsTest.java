// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.Keyway;
import dev.keyway.conformance.CaseResult;
import dev.keyway.conformance.ConformanceOptions;
import dev.keyway.conformance.ConformanceRunner;
import dev.keyway.conformance.Form;
import dev.keyway.conformance.Report;
import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.sample.OperatorSamples;
import dev.keyway.conformance.sample.Samples;
import dev.keyway.spi.Backend;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;

/**
 * The suite proves itself: each fault shows for every operator and dtype, or a reason says why it
 * can't.
 */
class FaultyBackendsTest {
    @ParameterizedTest
    @EnumSource(Fault.class)
    void everyFaultShowsForEveryOperatorAndDtype(Fault fault) {
        Set<String> failed = run(fault).failedPairs();
        List<String> unseen = new ArrayList<>();
        List<String> seenAfterAll = new ArrayList<>();
        int pairs = 0;
        for (OperatorSamples operator : Samples.all().values()) {
            for (ElementType type : operator.types()) {
                String pair = operator.operator() + " " + type;
                boolean seen = failed.contains(pair);
                String reason = Undetectable.reason(fault, operator, type);
                if (!seen && reason == null) {
                    unseen.add(pair);
                }
                if (seen && reason != null) {
                    seenAfterAll.add(pair + ": " + reason);
                }
                pairs++;
            }
        }
        System.out.printf("fault %s shows for %d of %d pairs%n", fault, failed.size(), pairs);
        assertEquals(List.of(), unseen, "the suite does not see " + fault + " for these");
        assertEquals(List.of(), seenAfterAll, "these reasons do not hold for " + fault);
    }

    @Test
    void aFailureIsShownWithTheSmallestShapes() {
        ConformanceOptions negation = ConformanceOptions.all().operators(Set.of("neg"));
        Report report = run(Fault.STRIDES, negation.forms(Form.VALUE));
        CaseResult first =
                report.failures().stream()
                        .filter(f -> f.line().contains(":shrink="))
                        .findFirst()
                        .orElseThrow(() -> new AssertionError(report.text()));
        assertTrue(first.size() <= 4, first::call);
        Report again = run(Fault.STRIDES, ConformanceOptions.all().replay(first.line()));
        assertEquals(1, again.failedCount(), again::text);
        assertEquals(first.call(), again.failures().getFirst().call());
    }

    private static Report run(Fault fault) {
        return run(fault, ConformanceOptions.all().forms(Form.VALUE, Form.IN_PLACE));
    }

    private static Report run(Fault fault, ConformanceOptions options) {
        Backend right =
                ServiceLoader.load(Backend.class).stream()
                        .map(ServiceLoader.Provider::get)
                        .filter(backend -> backend.deviceType().equals("reference"))
                        .findFirst()
                        .orElseThrow();
        try (Keyway keyway =
                Keyway.builder()
                        .classPathBackends(false)
                        .backend(FaultyBackend.everywhere(right, fault))
                        .open()) {
            return ConformanceRunner.run(keyway, keyway.device("reference"), options);
        }
    }
}
