// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import java.util.Comparator;

/** Orders versions of plugins: three numbers, then the text. */
final class Versions {
    /** The newest first. */
    static final Comparator<String> NEWEST_FIRST =
            Comparator.comparingLong((String version) -> number(version, 0))
                    .thenComparingLong(version -> number(version, 1))
                    .thenComparingLong(version -> number(version, 2))
                    .thenComparing(Comparator.<String>naturalOrder())
                    .reversed();

    private Versions() {}

    /** The part as a number; 0 where there is none. */
    private static long number(String version, int part) {
        String[] parts = version.split("\\.");
        boolean numeric = part < parts.length && parts[part].matches("\\d{1,18}");
        return numeric ? Long.parseLong(parts[part]) : 0;
    }
}
