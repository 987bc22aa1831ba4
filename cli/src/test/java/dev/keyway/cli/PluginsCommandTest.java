// SPDX-License-Identifier: Apache-2.0
package dev.keyway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** {@code keyway plugins}. */
class PluginsCommandTest {
    @TempDir Path folder;

    @BeforeEach
    void fill() throws IOException {
        PluginFolder.fill(folder, "reference", "simulated");
    }

    @Test
    void listsPluginsWithTheirDevices() {
        Outcome table = Outcome.of("plugins", "--plugins", folder.toString()).ok();
        assertEquals(3, table.lines().size(), table.out());
        assertTrue(table.out().contains("dev.keyway.plugins.reference"), table.out());
        assertTrue(table.out().contains(folder.resolve("reference.jar").toString()), table.out());
    }

    @Test
    void aPluginThatDoesNotWorkIsListedAndTold() throws IOException {
        Files.writeString(folder.resolve("z.jar"), "no jar");
        Outcome outcome = Outcome.of("plugins", "--json", "--plugins", folder.toString());
        assertEquals(3, outcome.status());
        JsonNode plugins = outcome.json().get("plugins");
        assertEquals(3, plugins.size());
        assertEquals(1, plugins.get(0).get("devices").size());
        JsonNode bad = plugins.get(2);
        assertFalse(bad.get("working").asBoolean());
        assertEquals(folder.resolve("z.jar").toString(), bad.get("location").asText());
        assertTrue(bad.get("reason").asText().contains("no bundle"));
    }
}
