// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.chaos;

import dev.keyway.OutOfMemoryException;
import dev.keyway.spi.DeviceMemory;
import dev.keyway.spi.DeviceStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Opaque memory. What is allocated holds garbage, so that reading too early shows. */
final class ChaosMemory implements DeviceMemory {
    private static final long CAPACITY = 1L << 30;
    private static final byte GARBAGE = (byte) 0xA5;

    private final FaultSwitch faults;
    private final Scheduler scheduler;
    private final AtomicLong used;
    private final boolean uncached;
    private final Set<Allocation> allocations = ConcurrentHashMap.newKeySet();

    /** Memory that counts its bytes in {@code used}. */
    ChaosMemory(FaultSwitch faults, Scheduler scheduler, AtomicLong used) {
        this.faults = faults;
        this.scheduler = scheduler;
        this.used = used;
        this.uncached = faults.faults().uncached();
    }

    /** Identity matters: two allocations are never the same. */
    private static final class Allocation {
        private final Arena arena = Arena.ofShared();
        private final MemorySegment segment;

        Allocation(long bytes) {
            segment = arena.allocate(bytes, 64).fill(GARBAGE);
        }
    }

    /** A part of an allocation, for commands. */
    static MemorySegment slice(Object handle, long offset, long bytes) {
        return ((Allocation) handle).segment.asSlice(offset, bytes);
    }

    /** Where each tensor shall be an allocation, which may fail. */
    @Override
    public boolean cachesFreed() {
        return uncached;
    }

    @Override
    public boolean isHost() {
        return false;
    }

    @Override
    public long capacity() {
        return CAPACITY;
    }

    @Override
    public Object allocate(long bytes) {
        scheduler.checkNotLost("allocate");
        faults.allocating(bytes);
        if (used.addAndGet(bytes) > CAPACITY) {
            used.addAndGet(-bytes);
            throw new OutOfMemoryException("chaos: " + bytes + " bytes do not fit");
        }
        Allocation allocation = new Allocation(bytes);
        allocations.add(allocation);
        return allocation;
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
        MemorySegment staging = MemorySegment.ofArray(new byte[Math.toIntExact(bytes)]);
        staging.copyFrom(source.asSlice(0, bytes));
        MemorySegment target = slice(handle, offset, bytes);
        ((ChaosStream) stream).submit("copy from host", () -> target.copyFrom(staging));
    }

    @Override
    public void copyToHost(
            Object handle, long offset, MemorySegment target, long bytes, DeviceStream stream) {
        MemorySegment staging = MemorySegment.ofArray(new byte[Math.toIntExact(bytes)]);
        MemorySegment source = slice(handle, offset, bytes);
        ((ChaosStream) stream).submit("copy to host", () -> staging.copyFrom(source));
        stream.synchronize();
        MemorySegment.copy(staging, 0, target, 0, bytes);
    }

    /** Frees what is left. */
    void close() {
        allocations.forEach(this::free);
    }
}
