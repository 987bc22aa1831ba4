// SPDX-License-Identifier: Apache-2.0
package dev.keyway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.conformance.CaseResult;
import dev.keyway.conformance.ConformanceOptions;
import dev.keyway.conformance.Report;
import dev.keyway.conformance.sample.Profile;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** What {@code docs/tutorial-device-plugin.md} says happens, happens with the code it shows. */
class TutorialTest {
    private static final ConformanceOptions RELU =
            ConformanceOptions.all().operators(Set.of("relu"));
    private static final String KERNELS = "src/main/java/com/acme/AcmeKernels.java";
    private static final Page PAGE = new Page("tutorial-device-plugin.md");

    @TempDir private Path folder;

    @Test
    void theStepsLeadFromNothingToTraining() throws Exception {
        GeneratedPlugin plugin = GeneratedPlugin.acme(folder);
        List<String> blocks = PAGE.marked(getClass());
        assertEquals(5, blocks.size());
        assertTrue(plugin.run("acme", RELU.profile(Profile.CORE)).passed());

        plugin.add(KERNELS, blocks.get(0));
        plugin.replaceMethod("src/main/java/com/acme/AcmeBackend.java", blocks.get(1));
        Report wrong = plugin.run("acme", RELU.profile(Profile.CORE));
        assertFalse(wrong.passed());
        CaseResult first = wrong.failures().getFirst();
        assertEquals(
                first.line() + "\n  " + first.call() + "\n  " + first.message() + "\n",
                blocks.get(2));

        String line = blocks.get(3);
        String wrongLine =
                blocks.get(0)
                        .lines()
                        .filter(code -> code.contains("x > 0 ? x : 0f"))
                        .findFirst()
                        .orElseThrow();
        plugin.replace(KERNELS, wrongLine + "\n", line);
        Report right = plugin.run("acme", RELU.profile(Profile.CORE));
        assertTrue(right.passed(), right::text);

        plugin.replaceMethod("src/test/java/com/acme/AcmeConformanceTest.java", blocks.get(4));
        Report training =
                plugin.run(
                        "acme",
                        ConformanceOptions.all()
                                .operators(Set.of("relu", "linear", "softmax", "batch_norm")));
        assertTrue(training.passed(), training::text);
        assertTrue(training.results().stream().anyMatch(r -> r.form().equals("gradient")));
    }
}
