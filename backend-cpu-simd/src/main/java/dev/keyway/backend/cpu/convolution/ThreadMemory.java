// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Memory that stays with a thread, for copies of what a unit of work reads. A class of the plugin's
 * own in it would keep the plugin loaded.
 */
final class ThreadMemory {
    /** Bytes of a cache line. */
    static final int LINE = 64;

    private static final ThreadLocal<MemorySegment> MEMORY =
            ThreadLocal.withInitial(() -> MemorySegment.NULL);

    private ThreadMemory() {}

    /** So many bytes at least, from the beginning of a cache line on, whatever is in them. */
    static long lines(long bytes) {
        if (MEMORY.get().byteSize() < bytes) {
            MEMORY.set(Arena.ofAuto().allocate(bytes, LINE));
        }
        return MEMORY.get().address();
    }
}
