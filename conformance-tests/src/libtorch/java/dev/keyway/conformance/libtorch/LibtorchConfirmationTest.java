// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.libtorch;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.conformance.oracle.ElementType;
import dev.keyway.conformance.oracle.Expected;
import dev.keyway.conformance.oracle.HostArray;
import dev.keyway.conformance.sample.OperatorSamples;
import dev.keyway.conformance.sample.Sample;
import dev.keyway.conformance.sample.Samples;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/** Every oracle agrees with libtorch for every element type, on the cases that backends run. */
@Tag("libtorch")
class LibtorchConfirmationTest {
    private static final long SEED = 1;

    /** Pairs of operator and element type that libtorch confirmed when this was committed. */
    private static final int CONFIRMED = 3275;

    @Test
    void libtorchConfirmsEveryOracle() {
        List<String> failures = new ArrayList<>();
        int confirmed = 0;
        int cases = 0;
        for (OperatorSamples operator : Samples.all().values()) {
            for (ElementType type : operator.types()) {
                int before = failures.size();
                int compared = 0;
                for (Sample sample : operator.samples(SEED, type)) {
                    if (!LibtorchTable.all().excepts(sample)) {
                        compare(sample, failures);
                        compared++;
                    }
                }
                cases += compared;
                if (compared > 0 && failures.size() == before) {
                    confirmed++;
                }
            }
        }
        System.out.printf(
                "libtorch confirmed %d pairs of operator and dtype in %d cases%n",
                confirmed, cases);
        assertTrue(failures.isEmpty(), () -> String.join("\n", failures));
        int count = confirmed;
        assertTrue(
                count >= CONFIRMED,
                () -> "libtorch confirmed " + count + " pairs, expected at least " + CONFIRMED);
    }

    private static void compare(Sample sample, List<String> failures) {
        String problem;
        try {
            problem = difference(sample.expected(), LibtorchOperators.run(sample));
        } catch (RuntimeException e) {
            problem = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            problem = e.getClass().getSimpleName() + ": " + problem;
        }
        if (!problem.isEmpty()) {
            failures.add(
                    sample.id()
                            + " ("
                            + sample.label()
                            + ") "
                            + sample.describe()
                            + ": "
                            + problem);
        }
    }

    private static String difference(List<Expected> expected, List<HostArray> actual) {
        if (expected.size() != actual.size()) {
            return "libtorch returned " + actual.size() + " results, expected " + expected.size();
        }
        for (int i = 0; i < expected.size(); i++) {
            String difference = expected.get(i).difference(actual.get(i));
            if (difference != null) {
                return "result " + i + ": " + difference;
            }
        }
        return "";
    }
}
