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
 * The file {@code dtypes.txt}: {@code OPERATOR DTYPE missing|extra: REASON}, or {@code OPERATOR *:
 * REASON} for what can't be compared.
 */
final class DTypeExceptions {
    private final TreeMap<String, String> reasons = new TreeMap<>();

    private DTypeExceptions() {}

    static DTypeExceptions read() {
        DTypeExceptions exceptions = new DTypeExceptions();
        InputStream file = DTypeExceptions.class.getResourceAsStream("dtypes.txt");
        try (BufferedReader reader =
                new BufferedReader(
                        new InputStreamReader(
                                Objects.requireNonNull(file, "dtypes.txt"),
                                StandardCharsets.UTF_8))) {
            reader.lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .forEach(exceptions::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return exceptions;
    }

    private void add(String line) {
        int colon = line.indexOf(": ");
        if (colon < 0 || line.substring(colon + 2).isBlank()) {
            throw new IllegalStateException("dtypes.txt: no reason in '" + line + "'");
        }
        if (reasons.put(line.substring(0, colon), line.substring(colon + 2)) != null) {
            throw new IllegalStateException("dtypes.txt: twice: '" + line + "'");
        }
    }

    boolean compares(String operator) {
        return !reasons.containsKey(operator + " *");
    }

    boolean has(String line) {
        return reasons.containsKey(line);
    }

    List<String> unused(Collection<String> seen) {
        return reasons.keySet().stream()
                .filter(line -> !line.endsWith(" *") && !seen.contains(line))
                .toList();
    }
}
