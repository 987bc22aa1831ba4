// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.OutOfMemoryException;
import dev.keyway.spi.DeviceMemory;
import dev.keyway.spi.DeviceStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;

/** The runtime's host memory, which outlives every plugin that computes on it. */
final class HostMemory implements DeviceMemory {
    private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    /** From so many bytes on memory lies in large pages, where the system has them. */
    private static final long LARGE = 2 * LargePages.SIZE;

    @Override
    public boolean isHost() {
        return true;
    }

    /** The machine's or the container's memory, in bytes. */
    @Override
    public long capacity() {
        return ManagementFactory.getOperatingSystemMXBean()
                        instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getTotalMemorySize()
                : Runtime.getRuntime().maxMemory();
    }

    @Override
    public Object allocate(long bytes) {
        return bytes >= LARGE && LargePages.exist()
                ? new Large(LargePages.allocate(bytes), bytes)
                : small(bytes);
    }

    /** The arena lives as long as the handle, until {@link #free}. */
    @SuppressWarnings("MustBeClosedChecker")
    private static Small small(long bytes) {
        Arena arena = Arena.ofShared();
        try {
            return new Small(arena, arena.allocate(bytes, 64).address());
        } catch (OutOfMemoryError e) {
            arena.close();
            throw new OutOfMemoryException("the host has no room for " + bytes + " bytes", e);
        }
    }

    @Override
    public void free(Object handle) {
        ((Piece) handle).free();
    }

    @Override
    public long address(Object handle) {
        return ((Piece) handle).address();
    }

    @Override
    public void copyFromHost(
            MemorySegment source, Object handle, long offset, long bytes, DeviceStream stream) {
        MemorySegment.copy(source, 0, ALL, address(handle) + offset, bytes);
    }

    @Override
    public void copyToHost(
            Object handle, long offset, MemorySegment target, long bytes, DeviceStream stream) {
        MemorySegment.copy(ALL, address(handle) + offset, target, 0, bytes);
    }

    private sealed interface Piece {
        long address();

        void free();
    }

    private record Small(Arena arena, long address) implements Piece {
        @Override
        public void free() {
            arena.close();
        }
    }

    private record Large(long address, long bytes) implements Piece {
        @Override
        public void free() {
            LargePages.free(address, bytes);
        }
    }
}
