// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.fault;

import dev.keyway.DType;
import dev.keyway.OutOfMemoryException;
import dev.keyway.Tensor;
import dev.keyway.spi.Backend;
import dev.keyway.spi.DeviceDescription;
import dev.keyway.spi.DeviceDriver;
import dev.keyway.spi.DeviceMemory;
import dev.keyway.spi.DeviceStream;
import dev.keyway.spi.DeviceStream.DeviceEvent;
import dev.keyway.spi.KernelCall;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Services;
import dev.keyway.spi.toolkit.PlainKernels;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A right device with opaque memory and queues; a mutant overrides one of its steps. */
class QueueBackend implements Backend, PlainKernels.Access {
    private static final long CAPACITY = 96L << 20;

    private final AtomicInteger queues = new AtomicInteger();
    private final AtomicLong used = new AtomicLong();

    /** A piece of the device's memory. */
    static final class Allocation {
        private final Arena arena = Arena.ofShared();
        private final MemorySegment bytes;

        Allocation(long size) {
            bytes = arena.allocate(size, 64);
        }

        long size() {
            return bytes.byteSize();
        }
    }

    Allocation allocation(long bytes) {
        return new Allocation(bytes);
    }

    void release(Allocation allocation) {
        allocation.arena.close();
    }

    /** How many threads the queue with this number has. */
    int threads(int queue) {
        return 1;
    }

    DeviceEvent record(Queue queue) {
        return queue.mark();
    }

    void waitFor(Queue queue, DeviceEvent event) {
        queue.submit("wait", event::synchronize);
    }

    void synchronize(Queue queue) {
        queue.mark().synchronize();
        queue.rethrow(true);
    }

    void close(Queue queue) {
        queue.finish();
        queue.rethrow(true);
    }

    void toDevice(MemorySegment source, MemorySegment target, Queue queue) {
        byte[] bytes = source.toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
        queue.submit("copy from host", () -> target.copyFrom(MemorySegment.ofArray(bytes)));
    }

    void toHost(MemorySegment source, MemorySegment target, Queue queue) {
        MemorySegment staging = MemorySegment.ofArray(new byte[(int) target.byteSize()]);
        queue.submit("copy to host", () -> staging.copyFrom(source));
        queue.stream().synchronize();
        target.copyFrom(staging);
    }

    /** Where a transfer begins. */
    long start(long offset) {
        return offset;
    }

    void freed(long bytes) {
        used.addAndGet(-bytes);
    }

    @Override
    public String deviceType() {
        return "queue";
    }

    @Override
    public List<DeviceDescription> probe(Services services) {
        return List.of(DeviceDescription.usable(0, "queues", "for tests"));
    }

    @Override
    public DeviceDriver open(int index, Services services) {
        return new Driver();
    }

    @Override
    public void register(KernelRegistry registry) {
        PlainKernels.register(registry, this);
    }

    private static MemorySegment slice(Object handle, long offset, long bytes) {
        return ((Allocation) handle).bytes.asSlice(offset, bytes);
    }

    @Override
    public MemorySegment memory(Tensor tensor) {
        long start = tensor.storage().offset();
        return slice(tensor.storage().handle(), start, tensor.storage().nbytes());
    }

    @Override
    public void submit(KernelCall call, Runnable work) {
        Queue.of(call.stream()).submit(call.operatorName(), work);
    }

    private final class Driver implements DeviceDriver {
        @Override
        public boolean computes(DType dtype) {
            return QueueBackend.this.computes(dtype);
        }

        @Override
        public DeviceMemory memory() {
            return new Memory();
        }

        @Override
        public DeviceStream newStream() {
            int number = queues.getAndIncrement();
            return new Queue(QueueBackend.this, number, threads(number)).stream();
        }

        @Override
        public void close() {}
    }

    private final class Memory implements DeviceMemory {
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
            if (used.addAndGet(bytes) > CAPACITY) {
                used.addAndGet(-bytes);
                throw new OutOfMemoryException(bytes + " bytes do not fit");
            }
            return allocation(bytes);
        }

        @Override
        public void free(Object handle) {
            Allocation allocation = (Allocation) handle;
            freed(allocation.bytes.byteSize());
            release(allocation);
        }

        @Override
        public long address(Object handle) {
            return 0;
        }

        @Override
        public void copyFromHost(
                MemorySegment source, Object handle, long offset, long bytes, DeviceStream to) {
            toDevice(source.asSlice(0, bytes), slice(handle, offset, bytes), Queue.of(to));
        }

        @Override
        public void copyToHost(
                Object handle, long offset, MemorySegment target, long bytes, DeviceStream from) {
            MemorySegment part = target.asSlice(0, bytes);
            toHost(slice(handle, start(offset), bytes), part, Queue.of(from));
        }
    }
}
