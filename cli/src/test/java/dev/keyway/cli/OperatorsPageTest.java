// SPDX-License-Identifier: Apache-2.0
package dev.keyway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The page of operators in the documentation is what the command prints. */
class OperatorsPageTest {
    @Test
    void thePageIsCurrent(@TempDir Path plugins) throws IOException {
        PluginFolder.fill(plugins, "backend.cpu", "reference", "simulated");
        String printed = Outcome.of("ops", "--markdown", "--plugins=" + plugins).ok().out();
        String page = Files.readString(Path.of("../docs/operators.md"));
        assertEquals(
                printed,
                page,
                "docs/operators.md is not current; write it with ./keyway ops --markdown >"
                        + " docs/operators.md");
    }
}
