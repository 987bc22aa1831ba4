// SPDX-License-Identifier: Apache-2.0
package dev.keyway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Help teaches, and wrong usage is one line with status 2. */
class UsageTest {
    @Test
    void helpListsCommandsVariablesAndStatuses() {
        String help = Outcome.of("--help").ok().out();
        for (String word :
                new String[] {
                    "train",
                    "devices",
                    "plugins",
                    "ops",
                    "explain",
                    "conformance",
                    "new-plugin",
                    "KEYWAY_PLUGINS",
                    "KEYWAY_DEVICE",
                    "Exit status"
                }) {
            assertTrue(help.contains(word), word);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "train",
                "devices",
                "plugins",
                "ops",
                "explain",
                "conformance",
                "new-plugin"
            })
    void everyCommandsHelpHasExamples(String command) {
        String help = Outcome.of(command, "--help").ok().out();
        assertTrue(help.contains("Usage: keyway " + command), help);
        assertTrue(help.contains("Examples:"), help);
        assertTrue(help.contains("--json"), help);
        assertEquals(help, Outcome.of("help", command).ok().out());
    }

    @Test
    void versionNamesKeywayAndJava() {
        String version = Outcome.of("--version").ok().out();
        assertTrue(version.contains("keyway"), version);
        assertTrue(version.contains("Java 25"), version);
    }

    @Test
    void wrongUsageSaysWhatAndWhereToRead() {
        Outcome.of().failed(2, "a command is missing", "keyway --help");
        Outcome.of("frobnicate").failed(2, "frobnicate", "keyway --help");
        Outcome.of("devices", "--frob").failed(2, "--frob", "keyway devices --help");
        Outcome.of("explain").failed(2, "OP", "keyway explain --help");
        Outcome.of("explain", "add.Tensor", "--dtype", "f33")
                .failed(2, "unknown dtype 'f33'", "f32");
        Outcome.of("ops", "--dtype").failed(2, "--dtype", "keyway ops --help");
    }
}
