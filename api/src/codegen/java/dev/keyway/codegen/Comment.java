// SPDX-License-Identifier: Apache-2.0
package dev.keyway.codegen;

import dev.keyway.schema.Argument;
import java.util.Locale;

/** Turns plain text into that of a Javadoc comment. */
final class Comment {
    private Comment() {}

    /**
     * Escapes what HTML and Javadoc would read as markup; text between backquotes becomes code, in
     * which markup has no meaning.
     *
     * @throws DocumentationException naming the place when a backquote has no partner
     */
    static String of(String text, String place) {
        String[] parts = text.split("`", -1);
        if (parts.length % 2 == 0) {
            throw new DocumentationException(
                    place + ": a backquote without a partner in \"" + text + '"');
        }
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < parts.length; i++) {
            String escaped =
                    parts[i].replace("&", "&amp;")
                            .replace("<", "&lt;")
                            .replace(">", "&gt;")
                            .replace("@", "&#64;")
                            .replace("{", "&#123;")
                            .replace("}", "&#125;")
                            .replace("*/", "*&#47;")
                            .replace("\\", "&#92;");
            out.append(i % 2 == 0 ? escaped : "<code>" + escaped + "</code>");
        }
        return out.toString();
    }

    static String code(String text) {
        return "{@code " + text + "}";
    }

    /** The default in Javadoc: {@code 1}, {@code "none"}, {@code [1, 1]}, null. */
    static String defaultOf(Argument argument) {
        String text = argument.defaultText();
        if (text.equals("None")) {
            return "null";
        }
        return switch (argument.type()) {
            case INT_LIST -> text.equals("[]") ? "empty" : text;
            case STRING -> code('"' + text.substring(1, text.length() - 1) + '"');
            case BOOL -> text.toLowerCase(Locale.ROOT);
            default -> text;
        };
    }
}
