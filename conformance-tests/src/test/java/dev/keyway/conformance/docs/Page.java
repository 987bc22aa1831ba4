// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The fenced blocks of a page of the documentation. */
final class Page {
    private static final Pattern BLOCK =
            Pattern.compile("^```(\\w*)\\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);

    private final List<String> blocks = new ArrayList<>();

    Page(String name) throws IOException {
        Matcher matcher = BLOCK.matcher(Files.readString(root().resolve("docs").resolve(name)));
        while (matcher.find()) {
            blocks.add(matcher.group(2));
        }
    }

    /** Tests run in the module's folder, or in the root of the checkout. */
    static Path root() {
        Path here = Path.of("").toAbsolutePath();
        return Files.exists(here.resolve("LICENSE")) ? here : here.resolve("..").normalize();
    }

    /** The only block that contains the text. */
    String with(String text) {
        List<String> found = blocks.stream().filter(block -> block.contains(text)).toList();
        if (found.size() != 1) {
            throw new AssertionError(found.size() + " blocks contain '" + text + "'");
        }
        return found.getFirst();
    }

    /** Whether the source has the block, up to white space. */
    static boolean contains(Path source, String block) throws IOException {
        return squeezed(Files.readString(source)).contains(squeezed(block));
    }

    private static String squeezed(String text) {
        return text.replaceAll("\\s+", "");
    }
}
