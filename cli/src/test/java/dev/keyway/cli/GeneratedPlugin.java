// SPDX-License-Identifier: Apache-2.0
package dev.keyway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keyway.Keyway;
import dev.keyway.conformance.ConformanceOptions;
import dev.keyway.conformance.ConformanceRunner;
import dev.keyway.conformance.Report;
import dev.keyway.spi.Backend;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import javax.tools.ToolProvider;

/** A project that {@code new-plugin} wrote, compiled without Maven. */
record GeneratedPlugin(Path project) {
    List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(project.resolve("src"))) {
            return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
        }
    }

    /** Compiles all sources; a warning is an error. */
    private Path compile() throws IOException {
        Path classes = Files.createTempDirectory(project, "classes");
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "-proc:none",
                                "-Xlint:all,-classfile",
                                "-Werror",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "-d",
                                classes.toString()));
        sources().forEach(source -> arguments.add(source.toString()));
        ByteArrayOutputStream messages = new ByteArrayOutputStream();
        int status =
                ToolProvider.getSystemJavaCompiler()
                        .run(null, messages, messages, arguments.toArray(new String[0]));
        assertEquals(0, status, () -> messages.toString(UTF_8));
        return classes;
    }

    /** Runs the suite on the device {@code name}. */
    Report run(String name, ConformanceOptions options) throws Exception {
        return with(
                keyway -> ConformanceRunner.run(keyway, keyway.device(name), options));
    }

    /** What to do with a runtime that has the plugin. */
    @FunctionalInterface
    interface Use<T> {
        T apply(Keyway keyway) throws Exception;
    }

    /** Opens a runtime that has this plugin alone. */
    <T> T with(Use<T> use) throws Exception {
        String service = "src/main/resources/META-INF/services/" + Backend.class.getName();
        String backend = Files.readString(project.resolve(service)).strip();
        URL[] classes = {compile().toUri().toURL()};
        try (URLClassLoader loader = new URLClassLoader(classes, getClass().getClassLoader());
                Keyway keyway =
                        Keyway.builder()
                                .classPathBackends(false)
                                .backend(
                                        (Backend)
                                                loader.loadClass(backend)
                                                        .getConstructor()
                                                        .newInstance())
                                .open()) {
            return use.apply(keyway);
        }
    }
}
