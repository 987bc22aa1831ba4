// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.simulated;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.keyway.OutOfMemoryException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Allocation and transfers. */
@Timeout(60)
class SimulatedMemoryTest {
    @Test
    void memoryIsOpaque() {
        SimulatedMemory memory = new SimulatedMemory(1024);
        Object handle = memory.allocate(64);
        assertFalse(memory.isHost());
        assertEquals(0, memory.address(handle));
        memory.close();
    }

    @Test
    void theCapacityIsALimit() {
        SimulatedMemory memory = new SimulatedMemory(1024);
        Object first = memory.allocate(1000);
        OutOfMemoryException full =
                assertThrows(OutOfMemoryException.class, () -> memory.allocate(25));
        assertEquals("25 bytes do not fit: 1000 of 1024 are in use", full.getMessage());
        memory.free(first);
        memory.free(memory.allocate(1024));
        assertThrows(IllegalStateException.class, () -> memory.free(first));
        memory.close();
    }

    @Test
    void bytesReturnAsTheyWereAndTheSourceMayBeUsedAgain() {
        SimulatedMemory memory = new SimulatedMemory(1024);
        Object handle = memory.allocate(256);
        try (SimulatedStream stream = SimulatedStream.start("keyway-simulated-test");
                Arena arena = Arena.ofConfined()) {
            MemorySegment source = arena.allocateFrom(ValueLayout.JAVA_INT, 1, 2, 3, 4);
            memory.copyFromHost(source, handle, 16, 16, stream);
            source.fill((byte) 0);
            MemorySegment target = arena.allocate(8);
            memory.copyToHost(handle, 20, target, 8, stream);
            assertArrayEquals(new int[] {2, 3}, target.toArray(ValueLayout.JAVA_INT));
            assertThrows(
                    IndexOutOfBoundsException.class,
                    () -> memory.copyToHost(handle, 252, target, 8, stream));
        }
        memory.close();
    }

    @Test
    void closeFreesWhatIsLeft() {
        SimulatedMemory memory = new SimulatedMemory(1024);
        Object handle = memory.allocate(64);
        MemorySegment segment = SimulatedMemory.slice(handle, 0, 64);
        memory.close();
        assertFalse(segment.scope().isAlive());
    }
}
