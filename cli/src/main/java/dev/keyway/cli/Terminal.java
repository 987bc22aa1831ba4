// SPDX-License-Identifier: Apache-2.0
package dev.keyway.cli;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

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
        return new Terminal(utf8(System.out), utf8(System.err), System.getenv(), errorIsTerminal());
    }

    /** Java tells only whether input and output are a terminal both; Linux tells for each. */
    private static boolean errorIsTerminal() {
        Path descriptor = Path.of("/proc/self/fd/2");
        try {
            return Files.readSymbolicLink(descriptor).startsWith("/dev/pts");
        } catch (IOException | UnsupportedOperationException e) {
            return System.console() != null && System.console().isTerminal();
        }
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
