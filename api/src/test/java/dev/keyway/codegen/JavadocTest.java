// SPDX-License-Identifier: Apache-2.0
package dev.keyway.codegen;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everything that is public in this module has complete Javadoc, written or generated. */
class JavadocTest {
    @TempDir private Path classes;

    @Test
    void everyPublicElementIsDocumentedWithParametersAndResults() throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
        try (StandardJavaFileManager files =
                compiler.getStandardFileManager(found, Locale.ROOT, UTF_8)) {
            List<String> options =
                    List.of(
                            "-Xdoclint:all/protected",
                            "-Xmaxwarns",
                            "100000",
                            "-proc:none",
                            "-cp",
                            System.getProperty("java.class.path"),
                            "-d",
                            classes.toString());
            compiler.getTask(
                            null,
                            files,
                            found,
                            options,
                            null,
                            files.getJavaFileObjectsFromPaths(sources()))
                    .call();
        }
        assertEquals(
                List.of(),
                found.getDiagnostics().stream()
                        .filter(d -> d.getKind() != Diagnostic.Kind.NOTE)
                        .map(d -> d.toString())
                        .toList());
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> written = Files.walk(Path.of("src/main/java"));
                Stream<Path> generated = Files.walk(Path.of("target/generated-sources/keyway"))) {
            return Stream.concat(written, generated)
                    .filter(file -> file.toString().endsWith(".java"))
                    .toList();
        }
    }
}
