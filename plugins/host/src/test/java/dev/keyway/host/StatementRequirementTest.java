// SPDX-License-Identifier: Apache-2.0
package dev.keyway.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.DeviceException;
import dev.keyway.Keyway;
import dev.keyway.KeywayBuilder;
import dev.keyway.PluginException;
import dev.keyway.plugins.reference.ReferenceBackend;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** An application that takes only devices with a conformance statement. */
class StatementRequirementTest {
    @TempDir Path plugins;
    @TempDir Path statements;
    private String hash = "";

    @BeforeEach
    void fill() throws IOException {
        hash =
                Trust.sha256(
                        new TestPlugin("org.tiny", "1.0.0").write(plugins.resolve("tiny.jar")));
    }

    private void state(String sha256, String device, String profile, String result)
            throws IOException {
        Files.writeString(
                statements.resolve("tiny.json"),
                """
                {"suiteVersion": "1", "pluginSha256": "%s", "device": "%s", "profile": "%s",
                 "result": "%s", "signature": "none"}
                """
                        .formatted(sha256, device, profile, result));
    }

    private KeywayBuilder builder() {
        return Keyway.builder()
                .classPathBackends(false)
                .backend(new ReferenceBackend())
                .plugins(plugins)
                .require(StatementRequirement.of(statements, "core", file -> ""));
    }

    private String refused() {
        try (Keyway keyway = builder().open()) {
            return assertThrows(DeviceException.class, () -> keyway.device("tiny")).getMessage();
        }
    }

    @Test
    void aDeviceWithAStatementIsTakenAndOneWithoutIsNot() throws IOException {
        state(hash, "tiny:0", "core", "passed");
        try (Keyway keyway = builder().open()) {
            assertEquals("tiny:0", keyway.device("auto").name());
            String message =
                    assertThrows(DeviceException.class, () -> keyway.device("reference"))
                            .getMessage();
            assertTrue(message.contains("was not loaded from a file"), message);
        }
    }

    @Test
    void everythingMustFit() throws IOException {
        assertTrue(refused().contains("there is none for its type"), this::refused);
        state("00", "tiny:0", "core", "passed");
        assertTrue(refused().contains("is for another build (00)"), this::refused);
        state(hash, "other:0", "core", "passed");
        assertTrue(refused().contains("there is none for its type"), this::refused);
        state(hash, "tiny:0", "training", "passed");
        assertTrue(refused().contains("is for the profile training"), this::refused);
        state(hash, "tiny:0", "core", "failed");
        assertTrue(refused().contains("says failed"), this::refused);
    }

    @Test
    void whatIsNoStatementIsAnError() throws IOException {
        Files.writeString(statements.resolve("a.json"), "{\"device\": 1}");
        String message = assertThrows(PluginException.class, this::builder).getMessage();
        assertTrue(message.contains("has no text 'pluginSha256'"), message);
        Files.writeString(statements.resolve("a.json"), "nonsense");
        assertThrows(PluginException.class, this::builder);
        Path good = statements.resolve("a.json");
        String forged =
                assertThrows(
                                PluginException.class,
                                () ->
                                        StatementRequirement.of(
                                                good, "core", file -> "the signature is wrong"))
                        .getMessage();
        assertTrue(forged.contains("the signature is wrong"), forged);
    }
}
