// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.simulated;

import dev.keyway.OutOfMemoryException;
import dev.keyway.spi.DeviceMemory;
import dev.keyway.spi.DeviceStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Memory that only the streams' threads read and write. Callers of a transfer see a staging array,
 * which a command copies to or from the device.
 */
final class SimulatedMemory implements DeviceMemory {
    private static final int PIECE = 64 << 20;

    private final long capacity;
    private final AtomicLong used = new AtomicLong();
    private final Set<Allocation> allocations = ConcurrentHashMap.newKeySet();

    SimulatedMemory(long capacity) {
        this.capacity = capacity;
    }

    /** Identity matters: two allocations are never the same. */
    private static final class Allocation {
        private final Arena arena = Arena.ofShared();
        private final MemorySegment segment;

        Allocation(long bytes) {
            segment = arena.allocate(bytes, 64);
        }
    }

    /** A part of an allocation, for commands. */
    static MemorySegment slice(Object handle, long offset, long bytes) {
        return ((Allocation) handle).segment.asSlice(offset, bytes);
    }

    @Override
    public boolean isHost() {
        return false;
    }

    @Override
    public long capacity() {
        return capacity;
    }

    @Override
    public Object allocate(long bytes) {
        if (used.addAndGet(bytes) > capacity) {
            long inUse = used.addAndGet(-bytes);
            throw new OutOfMemoryException(
                    bytes + " bytes do not fit: " + inUse + " of " + capacity + " are in use");
        }
        try {
            Allocation allocation = new Allocation(bytes);
            allocations.add(allocation);
            return allocation;
        } catch (OutOfMemoryError e) {
            used.addAndGet(-bytes);
            throw new OutOfMemoryException("the host has no room for " + bytes + " bytes", e);
        }
    }

    @Override
    public void free(Object handle) {
        Allocation allocation = (Allocation) handle;
        if (!allocations.remove(allocation)) {
            throw new IllegalStateException("the handle was freed before or is of another device");
        }
        used.addAndGet(-allocation.segment.byteSize());
        allocation.arena.close();
    }

    @Override
    public long address(Object handle) {
        return 0;
    }

    @Override
    public void copyFromHost(
            MemorySegment source, Object handle, long offset, long bytes, DeviceStream stream) {
        for (long start = 0; start < bytes; start += PIECE) {
            int length = (int) Math.min(PIECE, bytes - start);
            MemorySegment staging = MemorySegment.ofArray(new byte[length]);
            MemorySegment.copy(source, start, staging, 0, length);
            MemorySegment target = slice(handle, offset + start, length);
            ((SimulatedStream) stream).submit("copy from host", () -> target.copyFrom(staging));
        }
    }

    @Override
    public void copyToHost(
            Object handle, long offset, MemorySegment target, long bytes, DeviceStream stream) {
        for (long start = 0; start < bytes; start += PIECE) {
            int length = (int) Math.min(PIECE, bytes - start);
            MemorySegment staging = MemorySegment.ofArray(new byte[length]);
            MemorySegment source = slice(handle, offset + start, length);
            ((SimulatedStream) stream).submit("copy to host", () -> staging.copyFrom(source));
            stream.synchronize();
            MemorySegment.copy(staging, 0, target, start, length);
        }
    }

    /** Frees what is left. */
    void close() {
        allocations.forEach(this::free);
    }
}
