// SPDX-License-Identifier: Apache-2.0
package dev.keyway.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keyway.ArgumentException;
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
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Base64;

/** An application that takes only devices with a signed conformance statement. */
class StatementRequirementTest {
    @TempDir Path plugins;
    @TempDir Path statements;
    private String hash = "";
    private KeyPair keys;
    private Path signer;

    StatementRequirementTest() throws GeneralSecurityException {
        keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        signer = Path.of("acme.pem.pub");
    }

    @BeforeEach
    void fill() throws IOException {
        hash = Trust.sha256(new TestPlugin("org.tiny", "1.0.0").write(plugins.resolve("tiny.jar")));
        String encoded = Base64.getMimeEncoder().encodeToString(keys.getPublic().getEncoded());
        signer =
                Files.writeString(
                        statements.resolve("acme.pem.pub"),
                        "-----BEGIN PUBLIC KEY-----\n" + encoded + "\n-----END PUBLIC KEY-----\n");
    }

    /** Writes a statement whose content is signed, and then shown with white space. */
    private void state(String sha256, String device, String profile, String result)
            throws IOException, GeneralSecurityException {
        String compact =
                "{\"checks\":7,\"device\":\"%s\",\"pluginSha256\":\"%s\",\"profile\":\"%s\",\"result\":\"%s\"}"
                        .formatted(device, sha256, profile, result);
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(keys.getPrivate());
        signature.update(compact.getBytes(UTF_8));
        Base64.Encoder base64 = Base64.getEncoder();
        Files.writeString(
                statements.resolve("tiny.json"),
                """
                {
                  "statement" : %s,
                  "publicKey" : "%s",
                  "signature" : "%s"
                }
                """
                        .formatted(
                                compact.replace(",", ",\n    "),
                                base64.encodeToString(keys.getPublic().getEncoded()),
                                base64.encodeToString(signature.sign())));
    }

    private KeywayBuilder builder() {
        return Keyway.builder()
                .classPathBackends(false)
                .backend(new ReferenceBackend())
                .plugins(plugins)
                .require(StatementRequirement.of(statements, "core", signer));
    }

    private String refused() {
        try (Keyway keyway = builder().open()) {
            return assertThrows(DeviceException.class, () -> keyway.device("tiny")).getMessage();
        }
    }

    @Test
    void aDeviceWithAStatementIsTakenAndOneWithoutIsNot() throws Exception {
        state(hash, "tiny:0", "core", "passed");
        try (Keyway keyway = builder().open()) {
            assertEquals("tiny:0", keyway.device("auto").name());
            String message =
                    assertThrows(DeviceException.class, () -> keyway.device("reference"))
                            .getMessage();
            assertTrue(message.contains("was not loaded from a file"), message);
        }
        state(hash, "tiny:0", "training", "passed");
        try (Keyway keyway = builder().open()) {
            assertEquals("tiny:0", keyway.device("tiny").name());
        }
    }

    @Test
    void everythingMustFit() throws Exception {
        assertTrue(refused().contains("there is none for its type"), this::refused);
        state("00", "tiny:0", "core", "passed");
        assertTrue(refused().contains("is for another build (00)"), this::refused);
        state(hash, "other:0", "core", "passed");
        assertTrue(refused().contains("there is none for its type"), this::refused);
        state(hash, "tiny:0", "none", "passed");
        assertTrue(refused().contains("is for the profile none"), this::refused);
        state(hash, "tiny:0", "core", "failed");
        assertTrue(refused().contains("says failed"), this::refused);
    }

    @Test
    void aStatementThatWasChangedOrIsOfAStrangerIsAnError() throws Exception {
        state("00", "tiny:0", "core", "passed");
        Path file = statements.resolve("tiny.json");
        Files.writeString(file, Files.readString(file).replace("\"00\"", "\"" + hash + "\""));
        String changed = assertThrows(PluginException.class, this::builder).getMessage();
        assertTrue(changed.contains("does not hold: it was changed"), changed);
        keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        state(hash, "tiny:0", "core", "passed");
        String stranger = assertThrows(PluginException.class, this::builder).getMessage();
        assertTrue(stranger.contains("signed by a key that is not trusted"), stranger);
    }

    @Test
    void whatIsNoStatementIsAnError() throws IOException {
        Path file = Files.writeString(statements.resolve("a.json"), "{\"device\": 1}");
        String message = assertThrows(PluginException.class, this::builder).getMessage();
        assertTrue(message.contains("has no text 'publicKey'"), message);
        Files.writeString(file, "nonsense");
        assertThrows(PluginException.class, this::builder);
        assertThrows(
                PluginException.class, () -> StatementRequirement.of(statements, "core", file));
        assertThrows(ArgumentException.class, () -> StatementRequirement.of(statements, "all"));
    }
}
