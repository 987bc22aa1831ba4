// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.simulated;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The setting of the device's memory. */
class MemorySizeTest {
    @Test
    void numbersMayHaveUnits() {
        assertEquals(4096, MemorySize.parse("x", "4096"));
        assertEquals(4096, MemorySize.parse("x", " 4k "));
        assertEquals(3L << 20, MemorySize.parse("x", "3M"));
        assertEquals(2L << 30, MemorySize.parse("x", "2G"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "M", "0", "-1", "12T", "1.5G", "9999999999G"})
    void othersAreRefused(String text) {
        IllegalArgumentException refused =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> MemorySize.parse("KEYWAY_SIMULATED_MEMORY", text));
        assertEquals(
                "KEYWAY_SIMULATED_MEMORY is '" + text + "', expected a positive number of bytes",
                refused.getMessage());
    }
}
