// SPDX-License-Identifier: Apache-2.0
package dev.keyway.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * {@code keyway plugins update} to a jar of another version; what is refused leaves the old one.
 */
class PluginUpdateTest {
    private static final String NEW = "9.8.7";

    @TempDir Path work;
    @TempDir Path folder;
    private Path old;
    private Path fresh;
    private String version;

    @BeforeEach
    void installTheOldVersion() throws IOException {
        old = PluginFolder.fill(work, "reference").resolve("reference.jar");
        fresh = PluginFolder.withVersion(old, work.resolve("reference-new.jar"), NEW);
        Outcome.of("plugins", "install", at(), old.toString(), "--add-trust").ok();
        version = installed();
        assertTrue(version.matches("\\d.*") && !version.startsWith(NEW), version);
    }

    private String at() {
        return "--plugins=" + folder;
    }

    private Outcome update(Path jar, String... more) {
        return Outcome.of(
                Stream.concat(
                                Stream.of("plugins", "update", at(), jar.toString()),
                                Arrays.stream(more))
                        .toArray(String[]::new));
    }

    /** The version of the one plugin in the folder, which works. */
    private String installed() {
        JsonNode plugins = Outcome.of("plugins", at(), "--json").ok().json().get("plugins");
        assertEquals(1, plugins.size(), plugins::toString);
        assertTrue(plugins.get(0).get("working").asBoolean(), plugins::toString);
        String[] name = plugins.get(0).get("plugin").asText().split(" ");
        assertEquals("dev.keyway.plugins.reference", name[0]);
        return name[1];
    }

    private List<String> jars() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(path -> path.getFileName().toString())
                    .filter(name -> !name.equals("trust"))
                    .toList();
        }
    }

    private void theOldOneStays() throws IOException {
        assertEquals(List.of("reference.jar"), jars());
        assertEquals(version, installed());
        assertArrayEquals(
                Files.readAllBytes(old), Files.readAllBytes(folder.resolve("reference.jar")));
        assertEquals(0, Outcome.of("plugins", "verify", at()).status());
    }

    /** Lists the jar's SHA-256 as it is now. */
    private void trust(Path jar) throws IOException, NoSuchAlgorithmException {
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(jar));
        Files.writeString(
                folder.resolve("trust"),
                "sha256 " + HexFormat.of().formatHex(hash) + " " + jar.getFileName() + "\n",
                StandardOpenOption.APPEND);
    }

    @Test
    void theNewVersionTakesThePlaceOfTheOld() throws Exception {
        trust(fresh);
        Outcome updated = update(fresh).ok();
        assertTrue(updated.out().contains("reference-new.jar"), updated.out());
        assertEquals(List.of("reference-new.jar"), jars());
        assertEquals(NEW, installed());
        assertArrayEquals(
                Files.readAllBytes(fresh), Files.readAllBytes(folder.resolve("reference-new.jar")));
        Outcome devices = Outcome.of("devices", at()).ok();
        assertTrue(devices.out().contains("yes"), devices.out());
    }

    @Test
    void underTheOldNameToo() throws Exception {
        Path same = Files.createDirectory(work.resolve("next")).resolve("reference.jar");
        Files.copy(fresh, same);
        update(same, "--add-trust").ok();
        assertEquals(List.of("reference.jar"), jars());
        assertEquals(NEW, installed());
        update(old).ok(); // back, as it is listed still
        theOldOneStays();
    }

    @Test
    void aTamperedNewVersionIsRefused() throws Exception {
        trust(fresh);
        Files.write(fresh, new byte[] {0}, StandardOpenOption.APPEND);
        update(fresh).failed(3, "it was changed: its SHA-256 is");
        theOldOneStays();
    }

    @Test
    void anUnknownNewVersionIsRefused() throws IOException {
        update(fresh).failed(3, "not trusted");
        theOldOneStays();
    }

    @Test
    void halfAJarIsRefused() throws IOException {
        byte[] bytes = Files.readAllBytes(fresh);
        Files.write(fresh, Arrays.copyOf(bytes, bytes.length / 2));
        update(fresh, "--add-trust").failed(3, "jar");
        theOldOneStays();
    }
}
