// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;

/** Small parts of a page. */
final class Html {
    private Html() {}

    /** As text of an element or an attribute. */
    static String text(String raw) {
        return raw.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    /** The anchor of an operator's failures. */
    static String anchor(String operator) {
        return "failed-" + text(operator.replace(' ', '-'));
    }

    /** With separators between thousands. */
    static String number(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    /** A file beside this class, for a page that needs nothing but itself. */
    static String resource(String name) {
        try (InputStream in = Html.class.getResourceAsStream(name)) {
            byte[] bytes = Objects.requireNonNull(in, name).readAllBytes();
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
