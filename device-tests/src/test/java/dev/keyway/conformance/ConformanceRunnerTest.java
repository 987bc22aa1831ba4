// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.keyway.Keyway;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

class ConformanceRunnerTest {
    private static Report run(ConformanceOptions options) {
        try (Keyway keyway = Keyway.open()) {
            return ConformanceRunner.run(keyway, keyway.device("reference"), options);
        }
    }

    @Test
    void nothingCheckedIsAFailure() {
        Report report = run(BuiltInConformance.everything().operators(Set.of("no_such_operator")));
        assertEquals(0, report.results().size());
        assertFalse(report.passed());
        assertTrue(report.summary().endsWith("a run without checks is a failure"));
    }

    @Test
    void aLineReplaysOneCheck() {
        for (String line :
                new String[] {
                    "seed=1:op=add.Tensor:dtype=f32:case=7",
                    "seed=4:op=mul.Tensor:dtype=i32:case=3:form=in-place",
                    errorLine()
                }) {
            Report report = run(ConformanceOptions.all().replay(line));
            assertEquals(1, report.results().size(), line);
            assertEquals(line, report.results().getFirst().line());
            assertTrue(report.passed(), report::text);
        }
    }

    /** The first wrong call of mm. */
    private static String errorLine() {
        ConformanceOptions errors = ConformanceOptions.all().operators(Set.of("mm"));
        return run(errors.forms(Form.ERROR)).results().getFirst().line();
    }

    @Test
    void aLineThatIsNoneSaysWhatWasExpected() {
        String problem =
                assertThrows(
                                IllegalArgumentException.class,
                                () -> ConformanceOptions.all().replay("f32"))
                        .getMessage();
        assertEquals("'f32' is no case; expected seed=N:op=NAME:dtype=TYPE:case=N", problem);
    }

    @Test
    void equalOptionsGiveEqualDigests() {
        ConformanceOptions options = BuiltInConformance.everything().operators(Set.of("softmax"));
        assertEquals(run(options).digest(), run(options).digest());
    }

    @Test
    void reportsAreWrittenInFourForms(@TempDir Path directory) throws IOException {
        Report report = run(BuiltInConformance.everything().operators(Set.of("neg")));
        ReportWriter.write(report, directory);
        JsonNode json = new ObjectMapper().readTree(directory.resolve("conformance.json").toFile());
        assertEquals(report.results().size(), json.get("checks").asInt());
        assertTrue(json.get("passed").asBoolean());
        String markdown = Files.readString(directory.resolve("conformance.md"));
        assertTrue(markdown.contains("| neg | "), markdown);
        String html = Files.readString(directory.resolve("conformance.html"));
        assertTrue(html.contains("<td>neg</td>"), html);
        String xml = Files.readString(directory.resolve("TEST-conformance.xml"));
        assertTrue(xml.contains("tests=\"" + report.results().size() + "\""), xml);
    }
}
