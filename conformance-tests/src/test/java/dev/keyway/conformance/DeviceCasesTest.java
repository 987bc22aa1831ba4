// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.Keyway;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Set;

/** Streams, copies and memory of the devices that come along, side by side in one runtime. */
class DeviceCasesTest {
    private static final Set<String> NAMES =
            Set.of("device.streams", "device.transfers", "device.memory", "device.lifecycle");

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "reference", "simulated"})
    void passOnEveryDevice(String device) {
        ConformanceOptions options = ConformanceOptions.all().operators(NAMES).reopen(Keyway::open);
        try (Keyway keyway = Keyway.open()) {
            Report report = ConformanceRunner.run(keyway, keyway.device(device), options);
            assertTrue(report.passed(), report::text);
            assertTrue(report.results().size() > 40, report::summary);
            String line = report.results().getFirst().line();
            Report again =
                    ConformanceRunner.run(
                            keyway, keyway.device(device), ConformanceOptions.all().replay(line));
            assertEquals(line, again.results().getFirst().line());
            assertEquals(1, again.results().size());
        }
    }
}
