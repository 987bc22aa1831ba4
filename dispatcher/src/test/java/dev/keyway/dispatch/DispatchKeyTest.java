// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** Sets of dispatch keys. */
final class DispatchKeyTest {
    @Test
    void aTensorsByteHoldsEveryKey() {
        for (DispatchKey key : DispatchKey.values()) {
            byte kept = (byte) key.bit();
            assertEquals(key, DispatchKey.highest(kept));
        }
    }
}
