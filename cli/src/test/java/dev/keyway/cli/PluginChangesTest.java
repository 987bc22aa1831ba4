// SPDX-License-Identifier: Apache-2.0
package dev.keyway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** {@code keyway plugins install, update, remove, verify}. */
class PluginChangesTest {
    private static final String NAME = "dev.keyway.plugins.reference";

    @TempDir Path work;
    @TempDir Path folder;
    private Path jar;

    @BeforeEach
    void pack() throws IOException {
        jar = PluginFolder.fill(work, "reference").resolve("reference.jar");
    }

    private Outcome plugins(String command, String... more) {
        String[] arguments = new String[more.length + 4];
        arguments[0] = "plugins";
        arguments[1] = command;
        arguments[2] = "--plugins";
        arguments[3] = folder.toString();
        System.arraycopy(more, 0, arguments, 4, more.length);
        return Outcome.of(arguments);
    }

    @Test
    void installsUpdatesAndRemoves() {
        plugins("install", jar.toString()).ok();
        assertTrue(Files.exists(folder.resolve("reference.jar")));
        assertTrue(
                Outcome.of("devices", "--plugins", folder.toString()).ok().out().contains("yes"));
        Outcome again = plugins("install", jar.toString());
        assertEquals(3, again.status());
        assertTrue(again.err().contains("is installed already"), again.err());
        plugins("update", jar.toString()).ok();
        plugins("remove", NAME).ok();
        assertFalse(Files.exists(folder.resolve("reference.jar")));
        assertEquals(3, plugins("remove", NAME).status());
        assertEquals(2, plugins("remove").status());
    }

    @Test
    void verifiesAndRefusesWhatWasTamperedWith() throws IOException {
        Outcome first = plugins("install", jar.toString(), "--add-trust").ok();
        assertTrue(first.out().contains("installed"), first.out());
        Outcome trusted = plugins("verify").ok();
        assertTrue(trusted.out().contains("its SHA-256 is listed"), trusted.out());

        Path installed = folder.resolve("reference.jar");
        byte[] more = {0};
        Files.write(installed, more, StandardOpenOption.APPEND);
        Outcome changed = plugins("verify");
        assertEquals(1, changed.status(), changed::out);
        assertTrue(changed.out().contains("it was changed: its SHA-256 is"), changed.out());
        Outcome json = plugins("verify", "--json");
        assertFalse(json.json().get("plugins").get(0).get("verdict").get("trusted").asBoolean());

        Outcome devices = Outcome.of("devices", "--plugins", folder.toString());
        assertEquals(3, devices.status());
        assertTrue(devices.out().contains("why:    it is not trusted"), devices.out());
    }

    @Test
    void optionsMayStandBeforeTheSubcommand() {
        Outcome.of("plugins", "--plugins", folder.toString(), "install", jar.toString()).ok();
        assertTrue(Files.exists(folder.resolve("reference.jar")));
    }

    @Test
    void theTrustFileCanBeNamed() throws IOException {
        Path none = Files.writeString(work.resolve("none"), "# nobody\n");
        Outcome refused = plugins("install", jar.toString(), "--trust", none.toString());
        assertEquals(3, refused.status());
        assertTrue(refused.err().contains("not trusted"), refused.err());
        assertFalse(Files.exists(folder.resolve("reference.jar")));
    }
}
