// SPDX-License-Identifier: Apache-2.0
package dev.keyway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import java.util.regex.Pattern;
import java.util.stream.Stream;

import javax.tools.ToolProvider;

/** A project that {@code new-plugin} wrote, compiled without Maven. */
record GeneratedPlugin(Path project) {
    /** A new plugin called acme. */
    static GeneratedPlugin acme(Path folder) {
        Path target = folder.resolve("acme");
        Outcome.of("new-plugin", "acme", "--directory=" + target).ok();
        return new GeneratedPlugin(target);
    }

    /** Adds a source. */
    void add(String file, String text) throws IOException {
        Files.writeString(project.resolve(file), text);
    }

    /** Replaces a text that is there once. */
    void replace(String file, String old, String text) throws IOException {
        String source = Files.readString(project.resolve(file));
        assertEquals(
                2, source.split(Pattern.quote(old), -1).length, () -> "in " + file + ": " + old);
        Files.writeString(project.resolve(file), source.replace(old, text));
    }

    /** Replaces the method that has the same first lines. */
    void replaceMethod(String file, String text) throws IOException {
        String head = text.substring(0, text.indexOf("{\n"));
        String source = Files.readString(project.resolve(file));
        int start = source.indexOf(head);
        assertTrue(start >= 0, () -> "no method in " + file + ": " + head);
        int end = source.indexOf("\n    }\n", start) + "\n    }\n".length();
        Files.writeString(
                project.resolve(file), source.substring(0, start) + text + source.substring(end));
    }

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
        return with(keyway -> ConformanceRunner.run(keyway, keyway.device(name), options));
    }

    /** What to do with a runtime that has the plugin. */
    @FunctionalInterface
    interface Use<T> {
        T apply(Keyway keyway) throws Exception;
    }

    /** What to do with a runtime and the plugin's classes. */
    @FunctionalInterface
    interface UseOfClasses<T> {
        T apply(Keyway keyway, ClassLoader loader) throws Exception;
    }

    /** Opens a runtime that has this plugin alone. */
    <T> T with(Use<T> use) throws Exception {
        return with((keyway, loader) -> use.apply(keyway));
    }

    /** As {@link #with(Use)}, with the plugin's class loader. */
    <T> T with(UseOfClasses<T> use) throws Exception {
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
            return use.apply(keyway, loader);
        }
    }
}
