// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.DType;
import dev.keyway.Keyway;
import dev.keyway.conformance.CaseResult;
import dev.keyway.conformance.ConformanceOptions;
import dev.keyway.conformance.ConformanceRunner;
import dev.keyway.conformance.KnownFailures;
import dev.keyway.conformance.Report;
import dev.keyway.conformance.ReportWriter;
import dev.keyway.spi.UnaryOp;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The page of a run with failures: verdict, then failures with their lines, then the table. */
class ReportPageTest {
    @TempDir Path folder;

    private static Report run(KnownFailures known) {
        ConformanceOptions options =
                ConformanceOptions.all()
                        .operators(Set.of("relu", "neg", "device.transfers"))
                        .known(known);
        FaultyBackend faulty =
                new FaultyBackend(
                        Mutant.reference(),
                        (family, opcode, type) ->
                                opcode.equals(UnaryOp.RELU) && type == DType.F32
                                        ? Changes.unary(x -> x < 0 ? -1 : x)
                                        : null);
        try (Keyway keyway = Keyway.builder().classPathBackends(false).backend(faulty).open()) {
            return ConformanceRunner.run(keyway, keyway.device("reference"), options);
        }
    }

    private String page(Report report) throws IOException {
        ReportWriter.write(report, folder);
        return Files.readString(folder.resolve("conformance.html"));
    }

    private static Set<String> all(String html, String attribute) {
        Set<String> found = new TreeSet<>();
        Matcher matcher = Pattern.compile(attribute + "\"([^\"]*)\"").matcher(html);
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }

    @Test
    void failuresStandBeforeTheTableEachWithTheLineThatReplaysIt() throws IOException {
        Report report = run(KnownFailures.NONE);
        assertTrue(report.failedCount() > 10, report::summary);
        String html = page(report);
        CaseResult first = report.failures().getFirst();
        int verdict = html.indexOf("reference:0 fails");
        int line = html.indexOf("<pre>" + first.line().replace(">", "&gt;") + "</pre>");
        int table = html.indexOf("<table>");
        assertTrue(0 < verdict && verdict < line && line < table, html);
        assertTrue(html.contains("href=\"#failed-relu\""), "the table leads to the failures");
        assertFalse(html.contains("href=\"#failed-neg\""), "neg has no failures");
        Set<String> targets = all(html, "href=");
        targets.removeIf(target -> all(html, "id=").contains(target.substring(1)));
        assertEquals(Set.of(), targets, "links that lead nowhere");
    }

    @Test
    void knownFailuresStandWithTheirReasonAndPassNoProfile() throws IOException {
        Path list = folder.resolve("known");
        Files.writeString(list, "relu * * <driver> 3.1\n");
        String html = page(run(KnownFailures.read(list)));
        assertTrue(html.contains("passes no profile: failures are known"), html);
        assertTrue(html.contains("known: &lt;driver&gt; 3.1"), html);
        assertFalse(html.contains("href=\"#failed-relu\""), "no failure that nobody knew of");
    }
}
