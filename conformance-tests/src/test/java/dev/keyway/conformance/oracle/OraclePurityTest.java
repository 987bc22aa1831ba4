// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** An oracle that shared code with a kernel would prove nothing. */
class OraclePurityTest {
    private static final Path SOURCES = Path.of("src/main/java/dev/keyway/conformance/oracle");

    @Test
    void oraclesImportOnlyTheJdkAndAnnotations() throws IOException {
        try (Stream<Path> files = Files.list(SOURCES)) {
            List<Path> sources = files.filter(f -> f.toString().endsWith(".java")).toList();
            assertFalse(sources.isEmpty());
            for (Path source : sources) {
                List<String> foreign =
                        Files.readAllLines(source).stream()
                                .filter(line -> line.startsWith("import "))
                                .filter(line -> !line.contains(" java."))
                                .filter(line -> !line.contains(" org.jspecify.annotations."))
                                .filter(line -> !line.endsWith(".AutoService;"))
                                .toList();
                assertEquals(List.of(), foreign, source.toString());
            }
        }
    }
}
