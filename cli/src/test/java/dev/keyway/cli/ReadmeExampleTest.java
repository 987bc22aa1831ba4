// SPDX-License-Identifier: Apache-2.0
package dev.keyway.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's program compiles as it stands there and prints what stands below it. */
class ReadmeExampleTest {
    private static final String CLASS_PATH = System.getProperty("java.class.path");

    @TempDir static Path folder;

    private static String expected = "";

    @BeforeAll
    static void compile() throws IOException {
        String readme = Files.readString(root().resolve("README.md"));
        Path source = folder.resolve("Example.java");
        Files.writeString(source, block(readme, "java"));
        expected = block(readme, "text");
        int status =
                ToolProvider.getSystemJavaCompiler()
                        .run(
                                null,
                                System.out,
                                System.err,
                                "-proc:none",
                                "-cp",
                                CLASS_PATH,
                                "-d",
                                folder.toString(),
                                source.toString());
        assertEquals(0, status, "the README's program does not compile");
    }

    /** Tests run in the module's folder, or in the root of the checkout. */
    private static Path root() {
        Path here = Path.of("").toAbsolutePath();
        return Files.exists(here.resolve("LICENSE")) ? here : here.resolve("..").normalize();
    }

    /** The first fenced block of the language. */
    private static String block(String text, String language) {
        Matcher matcher =
                Pattern.compile(
                                "^```" + language + "\\n(.*?)^```$",
                                Pattern.DOTALL | Pattern.MULTILINE)
                        .matcher(text);
        assertTrue(matcher.find(), () -> "the README has no block of " + language);
        return matcher.group(1);
    }

    @Test
    void printsWhatTheReadmeShows() throws Exception {
        assertEquals(expected, run(CLASS_PATH, Map.of(), "--add-modules=jdk.incubator.vector"));
    }

    @Test
    void computesTheSameOnAPluginOfAFolder() throws Exception {
        Path plugins = Files.createDirectory(folder.resolve("plugins"));
        PluginFolder.fill(plugins, "reference");
        List<String> rest = new ArrayList<>();
        for (String entry : CLASS_PATH.split(File.pathSeparator)) {
            if (!isPlugin(Path.of(entry))) {
                rest.add(entry);
            }
        }
        String printed =
                run(
                        String.join(File.pathSeparator, rest),
                        Map.of("KEYWAY_PLUGINS", plugins.toString()));
        assertEquals(
                expected.replaceFirst("devices: .*", "devices: [reference:0], taken: reference:0")
                        .replace("device=cpu:0", "device=reference:0"),
                printed);
    }

    private static boolean isPlugin(Path entry) throws IOException {
        String services = "META-INF/services/dev.keyway.spi.Backend";
        if (Files.isDirectory(entry)) {
            return Files.exists(entry.resolve(services));
        }
        try (JarFile jar = new JarFile(entry.toFile())) {
            return jar.getEntry(services) != null;
        }
    }

    private static String run(String classPath, Map<String, String> environment, String... options)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", folder + File.pathSeparator + classPath, "Example"));
        Path errors = folder.resolve("errors");
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("KEYWAY_"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertEquals(0, process.waitFor(), () -> text(errors));
        return printed;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
