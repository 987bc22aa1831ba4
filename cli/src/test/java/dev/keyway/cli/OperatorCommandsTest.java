// SPDX-License-Identifier: Apache-2.0
package dev.keyway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** {@code keyway ops} and {@code keyway explain}. */
class OperatorCommandsTest {
    @TempDir static Path folder;

    @BeforeAll
    static void fill() throws IOException {
        PluginFolder.fill(folder, "reference", "simulated");
    }

    private static String plugins() {
        return "--plugins=" + folder;
    }

    @Test
    void opsListsEveryOperatorOnEveryDevice() {
        JsonNode operators = Outcome.of("ops", plugins(), "--json").ok().json().get("operators");
        assertTrue(operators.size() > 100, () -> "operators: " + operators.size());
        Outcome table = Outcome.of("ops", plugins()).ok();
        assertEquals(operators.size() + 1, table.lines().size());
    }

    @Test
    void opsTellsWhatServesAndTheGradient() {
        JsonNode row =
                Outcome.of("ops", "add.Tensor", plugins(), "--dtype", "f32", "--json")
                        .ok()
                        .json()
                        .get("operators")
                        .get(0);
        assertEquals("add.Tensor", row.get("operator").asText());
        assertEquals("formula", row.get("gradient").asText());
        assertEquals("{\"f32\":\"kernel\"}", row.get("served").toString());
    }

    @Test
    void explainNamesWinnerAndPlugin() {
        Outcome text = Outcome.of("explain", "add.Tensor", plugins()).ok();
        assertTrue(text.out().contains("winner"), text.out());
        assertTrue(text.out().contains("dev.keyway.plugins."), text.out());
        JsonNode json =
                Outcome.of("explain", "add.Tensor", plugins(), "--dtype=i64", "--json").ok().json();
        assertEquals("i64", json.get("dtype").asText());
        assertTrue(json.get("candidates").size() > 1);
    }

    @Test
    void explainSaysThatACompositeFailsInADTypeTheDeviceLacks() {
        String[] command = {
            "explain", "softmax", plugins(), "--device=simulated", "--dtype=f64", "--json"
        };
        String winner = Outcome.of(command).ok().json().get("winner").asText();
        assertEquals(
                "composite of other operators; those that compute fail: simulated:0 does not"
                        + " compute in f64",
                winner);
    }

    @Test
    void unknownOperatorsAreWrongUsage() {
        Outcome.of("explain", "ad.Tensor", plugins()).failed(2, "'ad.Tensor'", "add.Tensor");
        Outcome.of("ops", "frobnicate", plugins()).failed(2, "frobnicate", "keyway ops");
    }

    @Test
    void anUnknownDeviceListsThoseThereAre() {
        Outcome.of("explain", "add.Tensor", plugins(), "--device", "acme")
                .failed(3, "unknown device 'acme'", "usable: [");
        Map<String, String> environment = Map.of("KEYWAY_DEVICE", "acme:7");
        Outcome.of(environment, "ops", plugins()).failed(3, "unknown device 'acme:7'");
    }
}
