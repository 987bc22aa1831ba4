// SPDX-License-Identifier: Apache-2.0
package dev.keyway.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/** The code of {@code docs/plugins.md} is that of the plugins which the tests compile and run. */
class PluginsPageTest {
    private static final Pattern BLOCK =
            Pattern.compile(
                    "<!-- \\w+ compiles and runs this block, (?:as|in) (\\S+)\\. -->\\s+```java\\n(.*?)```",
                    Pattern.DOTALL);

    private static final Pattern ANY = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);
    private static final Path PAGE_FILE =
            Path.of(System.getProperty("user.dir"), "../../docs/plugins.md");

    @Test
    void theCodeIsWhatTheTestsRun() throws IOException {
        String page = Files.readString(PAGE_FILE);
        List<String> checked = new ArrayList<>();
        for (Matcher block = BLOCK.matcher(page); block.find(); ) {
            assertTrue(source(block.group(1)).contains(block.group(2)), block::group);
            checked.add(block.group(1));
        }
        assertEquals(List.of("TwiceOperators.java.txt", "TwiceKernel.java.txt"), checked);
    }

    /** What stands around a block that is a few statements. */
    private static final String PAGE =
            """
            import dev.keyway.*;
            import dev.keyway.host.*;
            import java.nio.file.Path;
            class Page {
                Keyway keyway;
                Tensor x;
                Path folder;
                void log(String line) {}
                void run() {
            %s
                }
            }
            """;

    @Test
    void theOtherBlocksCompile(@TempDir Path classes) throws IOException {
        String page = Files.readString(PAGE_FILE);
        int compiled = 0;
        for (Matcher block = ANY.matcher(page); block.find(); ) {
            boolean checked = page.substring(0, block.start()).stripTrailing().endsWith("-->");
            if (!checked) {
                compile(PAGE.formatted(block.group(1)), classes);
                compiled++;
            }
        }
        assertEquals(3, compiled);
    }

    private static void compile(String source, Path classes) throws IOException {
        Path file = Files.writeString(classes.resolve("Page.java"), source);
        String classPath =
                System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path"));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        List<String> options = List.of("-proc:none", "-cp", classPath, "-d", classes.toString());
        try (var files = compiler.getStandardFileManager(null, null, UTF_8)) {
            boolean compiles =
                    compiler.getTask(
                                    messages,
                                    files,
                                    null,
                                    options,
                                    null,
                                    files.getJavaFileObjects(file))
                            .call();
            assertTrue(compiles, () -> messages + "\n" + source);
        }
    }

    private static String source(String name) throws IOException {
        try (InputStream in = PluginsPageTest.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), UTF_8);
        }
    }
}
