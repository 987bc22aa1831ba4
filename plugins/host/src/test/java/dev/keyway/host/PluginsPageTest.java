// SPDX-License-Identifier: Apache-2.0
package dev.keyway.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The code of {@code docs/plugins.md} is that of the plugins which the tests compile and run. */
class PluginsPageTest {
    private static final Pattern BLOCK =
            Pattern.compile(
                    "<!-- \\w+ compiles and runs this block, (?:as|in) (\\S+)\\. -->\\s+```java\\n(.*?)```",
                    Pattern.DOTALL);

    @Test
    void theCodeIsWhatTheTestsRun() throws IOException {
        String page =
                Files.readString(Path.of(System.getProperty("user.dir"), "../../docs/plugins.md"));
        List<String> checked = new ArrayList<>();
        for (Matcher block = BLOCK.matcher(page); block.find(); ) {
            assertTrue(source(block.group(1)).contains(block.group(2)), block::group);
            checked.add(block.group(1));
        }
        assertEquals(List.of("TwiceOperators.java.txt", "TwiceKernel.java.txt"), checked);
    }

    private static String source(String name) throws IOException {
        try (InputStream in = PluginsPageTest.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), UTF_8);
        }
    }
}
