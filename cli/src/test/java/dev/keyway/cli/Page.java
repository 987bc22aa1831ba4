// SPDX-License-Identifier: Apache-2.0
package dev.keyway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A page of the documentation: its blocks of code that a test answers for. */
record Page(String name) {
    private static final Pattern MARKED =
            Pattern.compile("^<!-- (\\w+) [^\\n]* -->\\n\\n```\\w+\\n(.*?)^```$", flags());
    private static final Pattern TEXT = Pattern.compile("^```text\\n(.*?)^```$", flags());

    private static int flags() {
        return Pattern.DOTALL | Pattern.MULTILINE;
    }

    /** Tests run in the module's folder, or in the root of the checkout. */
    static Path root() {
        Path here = Path.of("").toAbsolutePath();
        return Files.exists(here.resolve("LICENSE")) ? here : here.resolve("..").normalize();
    }

    private String read() throws IOException {
        return Files.readString(root().resolve("docs").resolve(name));
    }

    /** The blocks below a comment that names the test, in their order. */
    List<String> marked(Class<?> test) throws IOException {
        List<String> blocks = new ArrayList<>();
        for (Matcher matcher = MARKED.matcher(read()); matcher.find(); ) {
            assertEquals(test.getSimpleName(), matcher.group(1), name);
            blocks.add(matcher.group(2));
        }
        return blocks;
    }

    /** The first block of output. */
    String text() throws IOException {
        Matcher matcher = TEXT.matcher(read());
        assertTrue(matcher.find(), () -> name + " has no block of text");
        return matcher.group(1);
    }
}
