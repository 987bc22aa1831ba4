// SPDX-License-Identifier: Apache-2.0
package dev.keyway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.keyway.DeviceException;
import dev.keyway.Keyway;
import dev.keyway.host.StatementRequirement;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;

/** The statement that {@code keyway conformance} writes is the one that an application requires. */
class RequiredStatementTest {
    @TempDir Path folder;
    @TempDir Path work;

    @Test
    void aSignedStatementLetsTheDeviceIn() throws IOException {
        PluginFolder.fill(folder, "reference", "simulated");
        Path key = work.resolve("acme.pem");
        Path statement = work.resolve("reference.json");
        Outcome.of("conformance", "key", key.toString()).ok();
        Outcome.of(
                "conformance",
                "--plugins",
                folder.toString(),
                "--device",
                "reference",
                "--profile",
                "core",
                "--key",
                key.toString(),
                "--statement",
                statement.toString());
        Path signer = work.resolve("acme.pem.pub");
        try (Keyway keyway =
                Keyway.builder()
                        .classPathBackends(false)
                        .plugins(folder)
                        .require(StatementRequirement.of(statement, "core", signer))
                        .open()) {
            assertEquals("reference:0", keyway.device().name());
            assertThrows(DeviceException.class, () -> keyway.device("simulated"));
        }
    }
}
