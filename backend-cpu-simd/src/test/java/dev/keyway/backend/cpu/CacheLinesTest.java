// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** What is fetched lies within the bytes that are asked for, and stays as it is. */
final class CacheLinesTest {
    @Test
    void nothingIsWrittenWhateverTheBytes() {
        for (int bytes : new int[] {0, 1, 3, 4, 63, 64, 65, 68, 257, 4096}) {
            try (KernelFixture memory = new KernelFixture(1)) {
                long address = memory.allocate(bytes);
                CacheLines.fetch(address, bytes);
                for (int i = 0; i < bytes; i++) {
                    assertEquals((byte) 0xA5, Memory.getByte(address + i));
                }
            }
        }
    }
}
