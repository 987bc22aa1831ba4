// SPDX-License-Identifier: Apache-2.0
package dev.keyway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import javax.tools.ToolProvider;

/** A program in the documentation, {@code public class Example}. */
final class ExampleProgram {
    private static final String CLASS_PATH = System.getProperty("java.class.path");

    private ExampleProgram() {}

    /** Compiles the program and runs it in a process of its own; returns what it prints. */
    static String run(Path folder, String program) throws IOException, InterruptedException {
        Path source = Files.writeString(folder.resolve("Example.java"), program);
        ByteArrayOutputStream messages = new ByteArrayOutputStream();
        int status =
                ToolProvider.getSystemJavaCompiler()
                        .run(
                                null,
                                messages,
                                messages,
                                "-proc:none",
                                "-cp",
                                CLASS_PATH,
                                "-d",
                                folder.toString(),
                                source.toString());
        assertEquals(0, status, () -> messages.toString(UTF_8));
        List<String> command =
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--add-modules=jdk.incubator.vector",
                        "-cp",
                        folder + File.pathSeparator + CLASS_PATH,
                        "Example");
        Path errors = folder.resolve("errors");
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("KEYWAY_"));
        Process process = builder.start();
        String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertEquals(0, process.waitFor(), Files.readString(errors));
        return printed;
    }
}
