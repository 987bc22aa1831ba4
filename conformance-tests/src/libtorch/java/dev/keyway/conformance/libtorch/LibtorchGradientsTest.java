// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.libtorch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.Keyway;
import dev.keyway.conformance.sample.OperatorSamples;
import dev.keyway.conformance.sample.Samples;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * What PyTorch differentiates, once or twice, is differentiated here with the same numbers, and
 * nothing else is; the exceptions stand in a file, each with its reason.
 */
@Tag("libtorch")
class LibtorchGradientsTest {
    /** Gradients and gradients of gradients that agreed when this was committed. */
    private static final int COMPARED = 1000;

    private static final int TWICE = 300;

    @Test
    void gradientsAreLibtorchs() {
        Exceptions exceptions = Exceptions.read("gradients.txt");
        List<String> different = new ArrayList<>();
        TreeSet<String> seen = new TreeSet<>();
        int compared;
        int twice;
        try (Keyway keyway = Keyway.open()) {
            GradientComparison comparison = new GradientComparison(keyway, keyway.device("cpu"));
            for (OperatorSamples operator : Samples.all().values()) {
                comparison
                        .differences(operator)
                        .forEach(
                                (line, detail) -> {
                                    seen.add(line);
                                    if (!exceptions.has(line)) {
                                        different.add(line + ": " + detail);
                                    }
                                });
            }
            compared = comparison.compared();
            twice = comparison.twice();
        }
        System.out.printf(
                "libtorch confirmed %d gradients and %d gradients of gradients, %d exceptions%n",
                compared, twice, seen.size());
        assertEquals("", String.join("\n", different), "without a reason in gradients.txt");
        assertEquals(List.of(), exceptions.unused(seen), "reasons for what is no exception");
        assertTrue(compared >= COMPARED, compared + " gradients, expected " + COMPARED);
        assertTrue(twice >= TWICE, twice + " gradients of gradients, expected " + TWICE);
    }
}
