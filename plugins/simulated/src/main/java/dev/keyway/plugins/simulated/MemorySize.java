// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.simulated;

import java.util.Locale;

/**
 * How much memory the device has: the system property {@code keyway.simulated.memory}, else the
 * environment variable {@code KEYWAY_SIMULATED_MEMORY}, else 1 GiB.
 */
final class MemorySize {
    static final String PROPERTY = "keyway.simulated.memory";
    static final String VARIABLE = "KEYWAY_SIMULATED_MEMORY";
    private static final long DEFAULT = 1L << 30;

    private MemorySize() {}

    /**
     * The size in bytes.
     *
     * @throws IllegalArgumentException naming the setting and what it holds
     */
    static long configured() {
        String property = System.getProperty(PROPERTY);
        if (property != null) {
            return parse(PROPERTY, property);
        }
        String variable = System.getenv(VARIABLE);
        return variable == null || variable.isBlank() ? DEFAULT : parse(VARIABLE, variable);
    }

    /** Bytes, or a number with K, M or G for powers of 1024. */
    static long parse(String setting, String text) {
        String value = text.strip().toUpperCase(Locale.ROOT);
        int unit = value.isEmpty() ? -1 : "KMG".indexOf(value.charAt(value.length() - 1));
        String digits = unit < 0 ? value : value.substring(0, value.length() - 1);
        try {
            long size = Math.multiplyExact(Long.parseLong(digits), 1L << (10 * (unit + 1)));
            if (size > 0) {
                return size;
            }
        } catch (NumberFormatException | ArithmeticException e) {
            throw new IllegalArgumentException(message(setting, text), e);
        }
        throw new IllegalArgumentException(message(setting, text));
    }

    private static String message(String setting, String text) {
        return setting + " is '" + text + "', expected a positive number of bytes";
    }
}
