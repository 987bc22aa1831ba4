// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.OutOfMemoryException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Memory of the host, small pieces and those that lie in large pages. */
final class HostMemoryTest {
    private static final long LARGE = 2 * LargePages.SIZE;
    private static final long[] SIZES = {1, 4096, LARGE - 1, LARGE, LARGE + 1, 5 * LARGE - 4096};
    private static final int ROUNDS = 20;

    private final HostMemory memory = new HostMemory();

    @Test
    void everyByteIsThereAndZero() {
        for (long size : SIZES) {
            for (int round = 0; round < ROUNDS; round++) {
                Object handle = memory.allocate(size);
                MemorySegment piece = segment(handle, size);
                assertEquals(0, memory.address(handle) % 64);
                assertEquals(-1, piece.mismatch(MemorySegment.ofArray(new byte[(int) size])));
                piece.fill((byte) 3);
                memory.free(handle);
            }
        }
    }

    @Test
    void piecesLieApart() {
        Object[] handles = new Object[SIZES.length];
        for (int i = 0; i < SIZES.length; i++) {
            handles[i] = memory.allocate(SIZES[i]);
            segment(handles[i], SIZES[i]).fill((byte) (i + 1));
        }
        memory.free(handles[3]);
        for (int i = 0; i < SIZES.length; i++) {
            for (long at = 0; at < SIZES[i] && i != 3; at += 1021) {
                byte value = segment(handles[i], SIZES[i]).get(ValueLayout.JAVA_BYTE, at);
                assertEquals(i + 1, value, SIZES[i] + " bytes");
            }
        }
        for (int i = 0; i < SIZES.length; i++) {
            if (i != 3) {
                memory.free(handles[i]);
            }
        }
    }

    @Test
    void whatTheSystemHasNoRoomForIsRefused() {
        long bytes = 1L << 60;
        OutOfMemoryException refused =
                assertThrows(OutOfMemoryException.class, () -> memory.allocate(bytes));
        assertEquals("the host has no room for " + bytes + " bytes", refused.getMessage());
        memory.free(memory.allocate(LARGE));
    }

    @Test
    void largePagesBeginAtTheirSize() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        assertEquals(system.startsWith("linux"), LargePages.exist());
        Object handle = memory.allocate(LARGE);
        long rest = memory.address(handle) % LargePages.SIZE;
        assertTrue(rest == 0 || !LargePages.exist(), () -> rest + " bytes behind a page's begin");
        memory.free(handle);
    }

    private MemorySegment segment(Object handle, long size) {
        return MemorySegment.ofAddress(memory.address(handle)).reinterpret(size);
    }
}
