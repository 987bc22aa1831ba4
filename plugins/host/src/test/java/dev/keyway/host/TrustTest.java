// SPDX-License-Identifier: Apache-2.0
package dev.keyway.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keyway.DeviceStatus;
import dev.keyway.Keyway;
import dev.keyway.PluginException;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiFunction;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/** Which plugins a trust file lets in; what it refuses is refused before any of its code runs. */
class TrustTest {
    @TempDir Path folder;
    @TempDir Path plugins;
    private Path jar;

    @BeforeEach
    void writePlugin() throws IOException {
        jar = new TestPlugin("org.tiny", "1.0.0").write(folder.resolve("tiny.jar"));
    }

    private Trust trust(String... lines) throws IOException {
        return Trust.read(Files.write(folder.resolve("trust"), List.of(lines)));
    }

    /** The statuses that a runtime lists when it loads the folder. */
    private List<DeviceStatus> load() {
        try (Keyway keyway = Keyway.builder().classPathBackends(false).plugins(plugins).open()) {
            return keyway.deviceStatus();
        }
    }

    @Test
    void withoutATrustFileEveryPluginIsLoaded() throws IOException {
        Files.copy(jar, plugins.resolve("tiny.jar"));
        assertTrue(load().getFirst().usable());
        assertFalse(Trust.ANYONE.isRequired());
        assertTrue(Trust.ANYONE.check(jar).trusted());
    }

    @Test
    void aListedHashIsLoadedAndAChangedFileIsNot() throws IOException {
        Path installed = Files.copy(jar, plugins.resolve("tiny.jar"));
        String hash = Trust.sha256(jar);
        Files.writeString(plugins.resolve("trust"), "# mine\n\nsha256 " + hash + " tiny.jar\n");
        assertTrue(load().getFirst().usable());

        // Another content, whose constructor would fail if it were called.
        new TestPlugin("org.tiny", "1.0.0").failAt("constructor").write(installed);
        DeviceStatus refused = load().getFirst();
        assertFalse(refused.usable());
        assertEquals(
                "it is not trusted: it was changed: its SHA-256 is "
                        + Trust.sha256(installed)
                        + ", listed is "
                        + hash,
                refused.reason());
    }

    @Test
    void whatIsNeitherListedNorSignedIsRefused() throws IOException {
        Files.copy(jar, plugins.resolve("tiny.jar"));
        Files.writeString(plugins.resolve("trust"), "# nobody\n");
        DeviceStatus refused = load().getFirst();
        assertFalse(refused.usable());
        assertEquals(
                "it is not trusted: its SHA-256 is not listed, and it is not signed",
                refused.reason());
        assertTrue(refused.remedy().contains("add its SHA-256"), refused::remedy);
    }

    @Test
    void theTrustFileCanBeElsewhere() throws IOException {
        Files.copy(jar, plugins.resolve("tiny.jar"));
        Files.writeString(plugins.resolve("trust"), "sha256 " + Trust.sha256(jar) + " tiny.jar\n");
        Path none = Files.writeString(folder.resolve("none"), "");
        try (Keyway keyway =
                Keyway.builder().classPathBackends(false).plugins(plugins).trust(none).open()) {
            assertFalse(keyway.deviceStatus().getFirst().usable());
        }
    }

    @Test
    void anUpdateThatIsNotTrustedLeavesTheVersionRunning() throws IOException {
        Path next = new TestPlugin("org.tiny", "2.0.0").write(folder.resolve("next.jar"));
        HostOptions options =
                HostOptions.DEFAULT.trust(trust("sha256 " + Trust.sha256(jar) + " tiny.jar"));
        try (Keyway keyway = Keyway.builder().classPathBackends(false).open();
                PluginHost host = PluginHost.open(keyway, new RecordedProblems(), options)) {
            Plugin plugin = host.install(jar);
            host.start(plugin);
            PluginException e =
                    assertThrows(PluginException.class, () -> host.update(plugin, next));
            assertTrue(e.getMessage().contains(next + ": it is not trusted"), e::getMessage);
            assertEquals("tiny 1.0.0", keyway.device("tiny").description());
        }
    }

    @Test
    void aSignedJarIsTrustedByItsSignersCertificate() throws Exception {
        SigningKey acme = SigningKey.create(folder, "acme");
        SigningKey stranger = SigningKey.create(folder, "stranger");
        acme.certificate();
        Trust trust = trust("certificate acme.pem");
        Verdict verdict = trust.check(acme.sign(jar, folder.resolve("signed.jar")));
        assertTrue(verdict.trusted(), verdict::reason);
        assertEquals("CN=acme", verdict.signer());

        Verdict other = trust.check(stranger.sign(jar, folder.resolve("other.jar")));
        assertFalse(other.trusted());
        assertTrue(other.reason().contains("its signer CN=stranger is not trusted"), other::reason);
        assertFalse(trust.check(jar).trusted());
        Verdict unlisted = trust("# none").check(folder.resolve("signed.jar"));
        assertEquals(
                "it is not trusted: its SHA-256 is not listed, and its signer CN=acme is not listed",
                unlisted.reason());
    }

    @Test
    void aCertificateThatAListedOneIssuedIsTrustedAndOneThatOnlyClaimsSoIsNot() throws Exception {
        SigningKey root = SigningKey.create(folder, "root", "-ext", "bc:c");
        SigningKey issued = root.issue("vendor");
        root.certificate();
        Trust trust = trust("certificate root.pem");
        Verdict verdict = trust.check(issued.sign(jar, folder.resolve("signed.jar")));
        assertTrue(verdict.trusted(), verdict::reason);

        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        SigningKey forged = SigningKey.create(elsewhere, "root", "-ext", "bc:c").issue("vendor");
        assertFalse(trust.check(forged.sign(jar, folder.resolve("forged.jar"))).trusted());
    }

    @Test
    void anExpiredCertificateIsRefused() throws Exception {
        SigningKey old =
                SigningKey.create(folder, "old", "-startdate", "-400d", "-validity", "100");
        old.certificate();
        Verdict verdict =
                trust("certificate old.pem").check(old.sign(jar, folder.resolve("signed.jar")));
        assertFalse(verdict.trusted());
        assertTrue(verdict.reason().contains("NotAfter"), verdict::reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"changed", "added", "removed"})
    void aSignedJarThatWasTamperedWithIsRefused(String how) throws Exception {
        SigningKey acme = SigningKey.create(folder, "acme");
        acme.certificate();
        Path signed = acme.sign(jar, folder.resolve("signed.jar"));
        String target = "tiny/TinyBackend.class";
        Path bad =
                rewrite(
                        signed,
                        (name, content) ->
                                !name.equals(target) || how.equals("added")
                                        ? content
                                        : how.equals("removed") ? new byte[0] : flipped(content),
                        how.equals("added") ? "tiny/Extra.class" : "",
                        how.equals("removed") ? target : "");
        Files.copy(bad, plugins.resolve("tiny.jar"));
        Files.copy(folder.resolve("acme.pem"), plugins.resolve("acme.pem"));
        Files.writeString(plugins.resolve("trust"), "certificate acme.pem\n");
        DeviceStatus refused = load().getFirst();
        assertFalse(refused.usable());
        assertTrue(
                refused.reason().startsWith("it is not trusted: its signature does not hold: "),
                refused::reason);
        assertTrue(
                refused.reason().contains(how.equals("added") ? "tiny/Extra.class" : target),
                refused::reason);
        // Even without a trust file it is told.
        assertFalse(Trust.ANYONE.check(bad).trusted());
    }

    private static byte[] flipped(byte[] content) {
        byte[] copy = content.clone();
        copy[copy.length / 2] ^= 1;
        return copy;
    }

    /** A copy with entries changed, one added or one left out. */
    private Path rewrite(
            Path from, BiFunction<String, byte[], byte[]> change, String added, String removed)
            throws IOException {
        Path target = folder.resolve("bad.jar");
        try (ZipFile in = new ZipFile(from.toFile());
                OutputStream file = Files.newOutputStream(target);
                ZipOutputStream out = new ZipOutputStream(file)) {
            for (ZipEntry entry : in.stream().toList()) {
                if (!entry.getName().equals(removed)) {
                    byte[] content = in.getInputStream(entry).readAllBytes();
                    out.putNextEntry(new ZipEntry(entry.getName()));
                    out.write(change.apply(entry.getName(), content));
                }
            }
            if (!added.isEmpty()) {
                out.putNextEntry(new ZipEntry(added));
                out.write("extra".getBytes(UTF_8));
            }
        }
        return target;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"sha256 12 tiny.jar", "sha1 1234", "certificate", "certificate missing.pem"})
    void aLineThatIsNotUnderstoodLoadsNothing(String line) throws IOException {
        Files.copy(jar, plugins.resolve("tiny.jar"));
        Files.writeString(plugins.resolve("trust"), "# first\n" + line + "\n");
        PluginException e = assertThrows(PluginException.class, this::load);
        assertTrue(
                e.getMessage().contains("trust, line 2: expected 'sha256 HASH NAME'")
                        || e.getMessage().contains("missing.pem can't be read"),
                e::getMessage);
    }
}
