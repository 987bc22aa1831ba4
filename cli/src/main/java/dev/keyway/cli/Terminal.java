// SPDX-License-Identifier: Apache-2.0
package dev.keyway.cli;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a command writes and what it was started with.
 *
 * @param out results
 * @param err progress and errors
 * @param environment the environment variables
 * @param interactive whether a person watches {@code err}
 */
record Terminal(
        PrintStream out, PrintStream err, Map<String, String> environment, boolean interactive) {
    /** The process's own, in UTF-8. */
    static Terminal system() {
        boolean watched = System.console() != null && System.console().isTerminal();
        return new Terminal(utf8(System.out), utf8(System.err), System.getenv(), watched);
    }

    private static PrintStream utf8(PrintStream stream) {
        return new PrintStream(stream, true, StandardCharsets.UTF_8);
    }

    /** The variable's value; null when unset or blank. */
    @Nullable String variable(String name) {
        String value = environment.get(name);
        return value == null || value.isBlank() ? null : value;
    }
}
