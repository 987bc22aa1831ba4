// SPDX-License-Identifier: Apache-2.0
package dev.keyway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code keyway conformance}: exit status, reports and replays. */
class ConformanceCommandTest {
    @TempDir static Path plugins;
    @TempDir Path folder;

    @BeforeAll
    static void fill() throws IOException {
        PluginFolder.fill(plugins, "reference");
        BrokenPlugin.write(plugins.resolve("broken.jar"));
    }

    private static Outcome run(String device, String... more) {
        List<String> arguments =
                new java.util.ArrayList<>(
                        List.of(
                                "conformance",
                                "--plugins",
                                plugins.toString(),
                                "--device",
                                device));
        arguments.addAll(List.of(more));
        return Outcome.of(arguments.toArray(String[]::new));
    }

    @Test
    void aDeviceThatPasses() throws IOException {
        Path report = folder.resolve("report");
        Outcome outcome =
                run("reference", "--operators", "relu,exp", "--report", report.toString()).ok();
        assertTrue(outcome.out().matches("reference:0: (\\d+) of \\1 checks passed\\s*"));
        for (String name : List.of("conformance.json", "conformance.md", "TEST-conformance.xml")) {
            assertTrue(Files.size(report.resolve(name)) > 100, name);
        }
        JsonNode json = run("reference", "--operators", "relu", "--json").ok().json();
        assertEquals("reference:0", json.get("device").asText());
    }

    @Test
    void aDeviceThatFailsSaysHowToReplay() {
        Outcome outcome = run("broken", "--operators", "relu");
        assertEquals(1, outcome.status(), outcome::toString);
        List<String> lines = outcome.lines();
        assertTrue(lines.getFirst().matches("broken:0: \\d+ of \\d+ checks passed"), outcome.out());
        String line = lines.get(1).strip();
        assertTrue(line.matches("seed=1:op=relu:dtype=\\w+:case=\\d+.*"), outcome.out());
        Outcome again = run("broken", "--replay", line);
        assertEquals(1, again.status(), again::toString);
        assertTrue(again.out().contains(line), again.out());
        run("reference", "--replay", line).ok();
    }

    @Test
    void theDeviceMayComeFromTheEnvironment() {
        Map<String, String> environment =
                Map.of("KEYWAY_PLUGINS", plugins.toString(), "KEYWAY_DEVICE", "broken:0");
        Outcome outcome = Outcome.of(environment, "conformance", "--operators", "exp").ok();
        assertTrue(outcome.out().startsWith("broken:0: "), outcome.out());
    }

    @Test
    void wrongUsage() {
        run("reference", "--operators", "frobnicate").failed(2, "--operators", "frobnicate");
        run("reference", "--replay", "nonsense").failed(2, "--replay", "nonsense");
        run("reference", "--replay", "seed=1:op=relu:dtype=f32:case=99999")
                .failed(2, "no check of this device");
        run("reference", "--seed", "x").failed(2, "--seed");
        run("reference", "--tighten", "2").failed(2, "--tighten", "not loosened");
    }

    @Test
    void theTolerancesOfOperators() {
        Outcome outcome = run("reference", "--tolerances", "--operators", "exp,clone").ok();
        List<String> lines = outcome.lines();
        assertTrue(lines.getFirst().matches("OPERATOR +F16 +BF16 +F32 +F64 *"), outcome.out());
        assertTrue(lines.get(1).matches("clone +exact +exact +exact +exact *"), outcome.out());
        assertTrue(lines.get(2).startsWith("exp "), outcome.out());
        run("reference", "--tighten", "0.5", "--operators", "clone").ok();
    }

    @Test
    void theDeviceIsOpenedAgain() {
        Outcome outcome = run("reference", "--operators", "device.lifecycle").ok();
        assertTrue(outcome.out().startsWith("reference:0: 3 of 3 checks"), outcome.out());
    }

    @Test
    void noDeviceAndNoPlaceForTheReport() throws IOException {
        run("acme").failed(3, "acme", "reference:0");
        Path file = Files.writeString(folder.resolve("file"), "text");
        run("reference", "--operators", "relu", "--report", file.toString()).failed(4, "file");
        assertEquals("text", Files.readString(file));
    }
}
