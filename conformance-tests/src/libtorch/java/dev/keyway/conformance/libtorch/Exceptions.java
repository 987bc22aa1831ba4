// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.libtorch;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;

/**
 * A file of exceptions with their reasons. A line {@code # REASON} holds for the lines below it, up
 * to the next: {@code OPERATOR WORD ... KIND}, one exception for each word. Text above the first
 * reason begins with two signs.
 */
final class Exceptions {
    private final TreeMap<String, String> reasons = new TreeMap<>();
    private final String file;
    private String reason = "";

    private Exceptions(String file) {
        this.file = file;
    }

    static Exceptions read(String file) {
        InputStream stream = Exceptions.class.getResourceAsStream(file);
        try (BufferedReader reader =
                new BufferedReader(
                        new InputStreamReader(
                                Objects.requireNonNull(stream, file), StandardCharsets.UTF_8))) {
            return of(file, reader.lines().toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Exceptions of(String file, List<String> lines) {
        Exceptions exceptions = new Exceptions(file);
        lines.stream()
                .filter(line -> !line.isBlank() && !line.startsWith("##"))
                .forEach(exceptions::add);
        return exceptions;
    }

    private void add(String line) {
        if (line.startsWith("#")) {
            reason = line.substring(1).strip();
            return;
        }
        String[] words = line.strip().split(" +");
        if (reason.isEmpty() || words.length < 3) {
            throw new IllegalStateException(file + ": no reason or no kind: '" + line + "'");
        }
        for (int i = 1; i < words.length - 1; i++) {
            String key = words[0] + " " + words[i] + " " + words[words.length - 1];
            if (reasons.put(key, reason) != null) {
                throw new IllegalStateException(file + ": twice: '" + key + "'");
            }
        }
    }

    boolean has(String line) {
        return reasons.containsKey(line);
    }

    /** What stands in the file and was not seen: it excuses nothing. */
    List<String> unused(Collection<String> seen) {
        return reasons.keySet().stream().filter(line -> !seen.contains(line)).toList();
    }
}
