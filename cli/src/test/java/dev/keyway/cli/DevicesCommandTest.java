// SPDX-License-Identifier: Apache-2.0
package dev.keyway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** {@code keyway devices}. */
class DevicesCommandTest {
    @TempDir Path folder;

    private Outcome devices(String... more) {
        String[] arguments = new String[3 + more.length];
        arguments[0] = "devices";
        arguments[1] = "--plugins";
        arguments[2] = folder.toString();
        System.arraycopy(more, 0, arguments, 3, more.length);
        return Outcome.of(arguments);
    }

    @Test
    void listsDevicesWithTheirPlugins() throws IOException {
        PluginFolder.fill(folder, "reference", "simulated");
        Outcome table = devices().ok();
        assertTrue(table.lines().getFirst().startsWith("DEVICE"), table.out());
        assertEquals(3, table.lines().size(), table.out());
        JsonNode listed = devices("--json").ok().json().get("devices");
        assertEquals(2, listed.size());
        for (JsonNode device : listed) {
            assertTrue(device.get("usable").asBoolean());
            assertTrue(device.get("plugin").asText().startsWith("dev.keyway.plugins."));
            assertTrue(table.out().contains(device.get("name").asText()));
        }
    }

    @Test
    void theFolderMayComeFromTheEnvironment() throws IOException {
        PluginFolder.fill(folder, "reference");
        Map<String, String> environment = Map.of("KEYWAY_PLUGINS", folder.toString());
        assertEquals(2, Outcome.of(environment, "devices").ok().lines().size());
    }

    @Test
    void aBadPluginIsListedBesideTheGoodOnes() throws IOException {
        PluginFolder.fill(folder, "reference");
        Files.writeString(folder.resolve("a.jar"), "no jar");
        Outcome table = devices().ok();
        assertTrue(table.out().contains("why:    no bundle"), table.out());
        assertTrue(table.out().contains("remedy: copy the plugin again"), table.out());
        assertEquals(2, devices("--json").ok().json().get("devices").size());
    }

    @Test
    void withoutAUsableDeviceTheStatusIsThree() throws IOException {
        Files.writeString(folder.resolve("a.jar"), "no jar");
        Outcome outcome = devices();
        assertEquals(3, outcome.status());
        assertFalse(outcome.out().isEmpty());
    }

    @Test
    void withoutPluginsItSaysWhatToDo() {
        devices().failed(3, "no plugin in " + folder, "--plugins", "KEYWAY_PLUGINS");
        Outcome.of("devices").failed(3, "no plugin folder", "--plugins", "KEYWAY_PLUGINS");
        Outcome.of("devices", "--plugins", folder.resolve("none").toString())
                .failed(3, "there is no such folder");
    }
}
