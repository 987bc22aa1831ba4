// SPDX-License-Identifier: Apache-2.0
package dev.keyway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** {@code keyway devices --explain} and {@code keyway conformance --against}. */
class ChoiceTest {
    @TempDir Path folder;
    @TempDir Path work;

    @BeforeEach
    void fill() throws IOException {
        PluginFolder.fill(folder, "reference", "simulated");
    }

    @Test
    void saysWhichDeviceWouldBeTakenAndWhy() {
        Outcome outcome = Outcome.of("devices", "--explain", "--plugins", folder.toString()).ok();
        assertEquals("reference:0 for 'auto' (the default)", outcome.lines().getFirst());
        assertTrue(outcome.lines().get(1).startsWith("  chosen    reference:0 of "));
        assertTrue(outcome.lines().get(2).startsWith("  next      simulated:0 of "));
    }

    @Test
    void aPolicyLeavesOutDevicesWithAReason() {
        Outcome outcome =
                Outcome.of(
                                "devices",
                                "--explain",
                                "--json",
                                "--device",
                                "cpu-only",
                                "--plugins",
                                folder.toString())
                        .ok();
        JsonNode tree = outcome.json();
        assertEquals("--device", tree.get("origin").asText());
        assertEquals("reference:0", tree.get("device").asText());
        JsonNode last = tree.get("candidates").get(1);
        assertEquals("simulated:0", last.get("device").asText());
        assertEquals("does not compute on the host", last.get("reason").asText());
    }

    @Test
    void theWishMayComeFromAFileNamedInTheEnvironment() throws IOException {
        Path file = Files.writeString(work.resolve("device"), "simulated\n");
        Outcome outcome =
                Outcome.of(
                                Map.of("KEYWAY_DEVICE", "file:" + file),
                                "devices",
                                "--explain",
                                "--plugins",
                                folder.toString())
                        .ok();
        String origin = "($KEYWAY_DEVICE, from the file " + file + ")";
        assertEquals("simulated:0 for 'simulated' " + origin, outcome.lines().getFirst());
    }

    @Test
    void comparesTwoDevices() {
        Outcome outcome =
                Outcome.of(
                                "conformance",
                                "--device",
                                "reference",
                                "--against",
                                "simulated",
                                "--operators",
                                "exp,mm",
                                "--plugins",
                                folder.toString())
                        .ok();
        assertTrue(outcome.out().contains("reference:0 ("), outcome.out());
        assertTrue(outcome.out().contains(", 0 calls differ; "), outcome.out());
        assertTrue(outcome.out().contains("2 pairs of operator and dtype on one device only"));
        Outcome.of(
                        "conformance",
                        "--device",
                        "reference",
                        "--against",
                        "absent",
                        "--plugins",
                        folder.toString())
                .failed(3, "unknown device 'absent'");
    }
}
