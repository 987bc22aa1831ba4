// SPDX-License-Identifier: Apache-2.0
package dev.keyway.spi;

import java.lang.foreign.MemorySegment;

/**
 * Allocation and transfer on a device. The runtime's caching allocator calls {@link #allocate} for
 * large pieces and hands parts of them out as handle and offset. Transfers are ordered on the given
 * stream. Methods may be called by any thread, {@link #allocate} and {@link #free} by one at a
 * time.
 */
public interface DeviceMemory {
    /** Whether {@link #address} gives host addresses that kernels of any host device may use. */
    boolean isHost();

    /** The most that may be allocated, in bytes. */
    long capacity();

    /**
     * Whether the driver keeps freed memory for reuse, so that the runtime must not: then each
     * storage is one {@link #allocate}, of its size rounded up to 64 bytes, and is freed when it is
     * closed and the work before has passed. Tools that watch a driver's memory see each tensor.
     */
    default boolean cachesFreed() {
        return false;
    }

    /**
     * Allocates.
     *
     * @return the vendor's handle, which the runtime only passes back
     * @throws dev.keyway.OutOfMemoryException when there is no room
     */
    Object allocate(long bytes);

    /** Frees a handle of {@link #allocate}; no work uses it any more. */
    void free(Object handle);

    /** Host address of the handle's first byte; 0 on opaque devices. Aligned to 64 bytes. */
    long address(Object handle);

    /** Copies host bytes to the device; the source may be reused when the call returns. */
    void copyFromHost(
            MemorySegment source, Object handle, long offset, long bytes, DeviceStream stream);

    /** Copies device bytes to the host; returns when they are there. */
    void copyToHost(
            Object handle, long offset, MemorySegment target, long bytes, DeviceStream stream);
}
