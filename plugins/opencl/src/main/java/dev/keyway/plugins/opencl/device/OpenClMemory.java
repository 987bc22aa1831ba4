// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl.device;

import dev.keyway.DeviceException;
import dev.keyway.OutOfMemoryException;
import dev.keyway.plugins.opencl.binding.Status;
import dev.keyway.spi.DeviceMemory;
import dev.keyway.spi.DeviceStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Buffers of a device. They have no host address: whoever uses a part of one passes the buffer with
 * an offset. Drivers may reserve memory only when a buffer is first used, so the sizes are counted
 * here, too.
 */
final class OpenClMemory implements DeviceMemory {
    private static final long READ_WRITE = 1;
    private static final int OUT_OF_RESOURCES = -5;

    private final OpenClDevice device;
    private final AtomicLong used = new AtomicLong();
    private final Set<Buffer> buffers = ConcurrentHashMap.newKeySet();

    OpenClMemory(OpenClDevice device) {
        this.device = device;
    }

    /** A buffer; identity matters. */
    static final class Buffer {
        final long handle;
        private final long bytes;

        private Buffer(long handle, long bytes) {
            this.handle = handle;
            this.bytes = bytes;
        }
    }

    @Override
    public boolean isHost() {
        return false;
    }

    @Override
    public long capacity() {
        return device.info().memory();
    }

    @Override
    public Object allocate(long bytes) {
        long largest = device.info().largest();
        if (bytes > largest) {
            throw new OutOfMemoryException(
                    bytes + " bytes: a buffer of this device has at most " + largest);
        }
        if (used.addAndGet(bytes) > capacity()) {
            long inUse = used.addAndGet(-bytes);
            throw new OutOfMemoryException(
                    bytes + " bytes do not fit: " + inUse + " of " + capacity() + " are in use");
        }
        try {
            Buffer buffer = new Buffer(create(device, READ_WRITE, bytes), bytes);
            buffers.add(buffer);
            return buffer;
        } catch (DeviceException e) {
            used.addAndGet(-bytes);
            throw e;
        }
    }

    /** A buffer that the runtime's allocator knows nothing of. */
    static long create(OpenClDevice device, long flags, long bytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment status = arena.allocate(ValueLayout.JAVA_INT);
            long handle =
                    device.cl()
                            .objects()
                            .createBuffer(device.context(), flags, bytes, 0, status.address());
            int code = status.get(ValueLayout.JAVA_INT, 0);
            if (code == OUT_OF_RESOURCES) {
                throw new OutOfMemoryException(bytes + " bytes: " + Status.name(code));
            }
            Status.check(code, "clCreateBuffer of " + bytes + " bytes");
            return handle;
        }
    }

    @Override
    public void free(Object handle) {
        Buffer buffer = (Buffer) handle;
        if (!buffers.remove(buffer)) {
            throw new IllegalStateException("the handle was freed before or is of another device");
        }
        used.addAndGet(-buffer.bytes);
        Status.check(device.cl().objects().releaseMemObject(buffer.handle), "clReleaseMemObject");
    }

    @Override
    public long address(Object handle) {
        return 0;
    }

    @Override
    public void copyFromHost(
            MemorySegment source, Object handle, long offset, long bytes, DeviceStream stream) {
        ((OpenClStream) stream).write(source, handle, offset, bytes);
    }

    @Override
    public void copyToHost(
            Object handle, long offset, MemorySegment target, long bytes, DeviceStream stream) {
        ((OpenClStream) stream).read(handle, offset, target, bytes);
    }

    /** Frees what is left. */
    void close() {
        buffers.forEach(this::free);
    }
}
