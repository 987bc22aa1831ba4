// SPDX-License-Identifier: Apache-2.0
package dev.keyway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An application that forgot {@code --add-modules} is told so, and computes on what is left. */
class EmbeddedWithoutModuleTest {
    @TempDir Path plugins;

    @Test
    void pluginsOfTheClassPath() throws Exception {
        List<String> lines = run(List.of(), List.of());
        assertEquals("devices [reference:0, simulated:0]", lines.get(0));
        assertRemedy(lines.get(1));
        assertEquals("sum on reference:0 is 3.0", lines.get(2));
    }

    @Test
    void pluginsOfAFolder() throws Exception {
        PluginFolder.fill(plugins, "cpu", "reference");
        List<String> lines = run(List.of(), List.of(plugins.toString()));
        assertEquals("devices [reference:0]", lines.get(0));
        assertRemedy(lines.get(1));
        assertEquals("sum on reference:0 is 3.0", lines.get(2));
    }

    @Test
    void withTheModuleTheCpuOpens() throws Exception {
        List<String> lines = run(List.of("--add-modules=jdk.incubator.vector"), List.of());
        assertEquals("cpu opens: cpu:0", lines.get(1));
        assertEquals("sum on cpu:0 is 3.0", lines.get(2));
    }

    private static void assertRemedy(String line) {
        assertTrue(line.startsWith("cpu: device cpu"), line);
        assertTrue(line.contains("the module jdk.incubator.vector is not loaded"), line);
        assertTrue(line.contains("start Java with --add-modules jdk.incubator.vector"), line);
    }

    private static List<String> run(List<String> options, List<String> arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.add(EmbeddedProcess.class.getName());
        command.addAll(arguments);
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().keySet().removeIf(name -> name.startsWith("KEYWAY_"));
        Process process = builder.start();
        try (var output = process.inputReader()) {
            List<String> lines = output.lines().toList();
            assertEquals(0, process.waitFor(), lines::toString);
            assertEquals(3, lines.size(), lines::toString);
            return lines;
        }
    }
}
