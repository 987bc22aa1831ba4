// SPDX-License-Identifier: Apache-2.0
package dev.keyway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** {@code docs/spi-reference.md} lists every public type of the SPI with its first sentence. */
class SpiPageTest {
    private static final Pattern TYPE =
            Pattern.compile(
                    "/\\*\\*(.*?)\\*/\\s*(?:@\\w+\\s+)*public (?:(?:abstract|final|sealed|static) )*"
                            + "(?:class|interface|enum|record) (\\w+)",
                    Pattern.DOTALL);
    private static final List<String> PACKAGES =
            List.of("dev.keyway.spi", "dev.keyway.spi.toolkit", "dev.keyway.operator");

    @Test
    void thePageListsEveryType() throws IOException {
        StringBuilder wanted = new StringBuilder();
        for (String name : PACKAGES) {
            wanted.append("\n## ").append(name).append("\n\n| type | |\n|---|---|\n");
            types(name)
                    .forEach(
                            (type, text) ->
                                    wanted.append("| `")
                                            .append(type)
                                            .append("` | ")
                                            .append(text)
                                            .append(" |\n"));
        }
        Path file = Page.root().resolve("docs/spi-reference.md");
        String page = Files.readString(file);
        int start = page.indexOf("\n## ");
        assertTrue(start > 0, "the page has no lists");
        Path generated = Files.createDirectories(Path.of("target")).resolve("spi-reference.md");
        Files.writeString(generated, page.substring(0, start) + wanted);
        assertEquals(
                wanted.toString(),
                page.substring(start),
                "copy " + generated.toAbsolutePath() + " to " + file);
    }

    private static TreeMap<String, String> types(String name) throws IOException {
        TreeMap<String, String> types = new TreeMap<>();
        Path folder = Page.root().resolve("api/src/main/java").resolve(name.replace('.', '/'));
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
                Matcher matcher = TYPE.matcher(Files.readString(file));
                if (matcher.find()) {
                    types.put(matcher.group(2), sentence(matcher.group(1)));
                }
            }
        }
        return types;
    }

    /** The first sentence of a comment, as Markdown. */
    private static String sentence(String comment) {
        String text =
                comment.replaceAll("(?m)^\\s*\\*", " ")
                        .replaceAll("\\s+", " ")
                        .replaceAll("\\{@(?:code|link) #?([^}]*)}", "`$1`")
                        .strip();
        Matcher end = Pattern.compile("\\.(?: |$)").matcher(text);
        return end.find() ? text.substring(0, end.start()) : text;
    }
}
