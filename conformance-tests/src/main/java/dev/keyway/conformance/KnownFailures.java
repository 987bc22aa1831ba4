// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Failures that a vendor knows of, in a file of the vendor's: one a line, as operator, dtype, form
 * and the reason, where {@code *} stands for any; {@code #} starts a comment. A check that fails as
 * listed does not fail the run, though no profile is passed with it; a line none of whose checks
 * fails does fail the run, so that the list does not outlive what it excuses.
 *
 * @param entries the lines
 */
public record KnownFailures(List<Entry> entries) {
    /** None. */
    public static final KnownFailures NONE = new KnownFailures(List.of());

    private static final Pattern LINE = Pattern.compile("(\\S+)\\s+(\\S+)\\s+(\\S+)\\s+(\\S.*)");

    /** Copies the list. */
    public KnownFailures {
        entries = List.copyOf(entries);
    }

    /**
     * One line.
     *
     * @param operator qualified name or {@code *}
     * @param dtype dtype or {@code *}
     * @param form form or {@code *}
     * @param reason why
     */
    public record Entry(String operator, String dtype, String form, String reason) {
        boolean matches(ReplayLine line) {
            return matches(operator, line.id().operator())
                    && matches(dtype, line.id().type().toString())
                    && matches(form, line.form().text());
        }

        private static boolean matches(String pattern, String text) {
            return pattern.equals("*") || pattern.equals(text);
        }

        @Override
        public String toString() {
            return operator + " " + dtype + " " + form;
        }
    }

    /**
     * Reads a file.
     *
     * @param file the list
     * @return the list
     * @throws IOException when it can't be read
     * @throws IllegalArgumentException for a line that is none, with its number
     */
    public static KnownFailures read(Path file) throws IOException {
        List<Entry> entries = new ArrayList<>();
        List<String> lines = Files.readAllLines(file);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            Matcher matcher = LINE.matcher(line);
            if (!matcher.matches()) {
                throw new IllegalArgumentException(
                        file
                                + " line "
                                + (i + 1)
                                + ": expected OPERATOR DTYPE FORM REASON, got '"
                                + line
                                + "'");
            }
            entries.add(
                    new Entry(
                            matcher.group(1),
                            matcher.group(2),
                            matcher.group(3),
                            matcher.group(4)));
        }
        return new KnownFailures(entries);
    }
}
