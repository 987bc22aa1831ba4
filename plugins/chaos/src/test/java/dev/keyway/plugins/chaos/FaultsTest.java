// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.DeviceStatus;
import dev.keyway.Keyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The words of a setting. */
class FaultsTest {
    @Test
    void nothingIsNone() {
        assertEquals(Faults.NONE, Faults.parse(""));
        assertEquals(Faults.NONE, Faults.parse(" , "));
    }

    @Test
    void everyWord() {
        assertEquals(
                new Faults(1, 2, 3, 4, 5, true, Order.RANDOM, 6),
                Faults.parse(
                        "allocation=1, one-allocation=2,launch=3,command=4,lost=5,cache=off,"
                                + "order=random:6"));
        assertEquals(Order.LATEST, Faults.parse("order=latest").order());
    }

    @ParameterizedTest
    @ValueSource(strings = {"alocation=1", "command", "command=x", "order=worst", "order=random:x"})
    void whatIsNoFaultIsToldWithWhatIs(String setting) {
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> Faults.parse(setting));
        String message = String.valueOf(e.getMessage());
        assertTrue(message.startsWith("'" + setting + "' is no fault"), message);
        assertTrue(message.contains("one-allocation=N"), message);
    }

    @Test
    void aWrongSettingMakesTheDeviceUnusableWithTheReason() {
        try (Keyway keyway =
                Keyway.builder()
                        .threads(1)
                        .classPathBackends(false)
                        .backend(new ChaosBackend(() -> "comand=1"))
                        .open()) {
            DeviceStatus status = keyway.deviceStatus().getFirst();
            assertFalse(status.usable());
            assertTrue(status.reason().contains("'comand=1' is no fault"), status.reason());
        }
    }
}
