// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl.device;

import dev.keyway.DeviceException;
import dev.keyway.UnsupportedOperatorException;
import dev.keyway.plugins.opencl.binding.CommandFunctions;
import dev.keyway.plugins.opencl.binding.ObjectFunctions;
import dev.keyway.plugins.opencl.binding.Status;
import dev.keyway.spi.DeviceStream;
import dev.keyway.spi.KernelCall;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.locks.ReentrantLock;

/**
 * An in-order command queue. Commands of several threads come one after another; a kernel of
 * several launches keeps others out with {@link #hold}.
 */
public final class OpenClStream implements DeviceStream {
    private final OpenClDevice device;
    private final CommandFunctions commands;
    private final long queue;
    private final ReentrantLock lock = new ReentrantLock();
    private final Markers markers;
    private final ErrorReports errors;
    private final Staging staging;
    private final Scratch scratch;
    private final Launcher launcher;
    private volatile boolean closed;

    private record Point(OpenClStream stream, long number) implements DeviceEvent {
        @Override
        public boolean isComplete() {
            return stream.markers.isComplete(number);
        }

        @Override
        public void synchronize() {
            stream.markers.await(number);
        }
    }

    OpenClStream(OpenClDevice device) {
        this.device = device;
        this.commands = device.cl().commands();
        this.queue = createQueue(device.cl().objects(), device);
        this.markers = new Markers(device.cl(), queue);
        this.errors = new ErrorReports(device, queue);
        this.staging = new Staging(device, queue);
        this.scratch = new Scratch(device);
        this.launcher = new Launcher(device, queue, errors);
    }

    private static long createQueue(ObjectFunctions objects, OpenClDevice device) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment status = arena.allocate(ValueLayout.JAVA_INT);
            long queue =
                    objects.createCommandQueue(
                            device.context(), device.info().id(), 0, status.address());
            Status.check(status.get(ValueLayout.JAVA_INT, 0), "clCreateCommandQueue");
            return queue;
        }
    }

    /** The stream of a call. */
    public static OpenClStream of(KernelCall call) {
        return (OpenClStream) call.stream();
    }

    /** What the device can. */
    public DeviceInfo info() {
        return device.info();
    }

    /** Keeps other threads' commands out until it is closed. */
    public Hold hold() {
        lock.lock();
        if (closed) {
            lock.unlock();
            throw new DeviceException("the stream is closed");
        }
        return lock::unlock;
    }

    /** Ends {@link #hold}. */
    @FunctionalInterface
    public interface Hold extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * A buffer of at least this size for the launches under one {@link #hold}, in one of a few
     * slots. The stream has one of each and uses it again.
     */
    public long scratch(int slot, long bytes) {
        return scratch.get(slot, bytes);
    }

    /** Submits a kernel. */
    public void launch(
            String operator, KernelSource source, String entry, WorkSize size, Arguments args) {
        if (size.isEmpty()) {
            return;
        }
        if (source.needsF64() && !info().fp64()) {
            throw new UnsupportedOperatorException(
                    operator
                            + " is not supported for f64 on "
                            + info().name()
                            + ", which does not compute in it; convert with to(dtype) or choose"
                            + " another device");
        }
        // Outside the lock: the first use compiles it.
        long program = device.programs().get(source);
        try (Hold _ = hold()) {
            launcher.launch(operator, program, source, entry, size, args);
        }
    }

    /** Repeats the pattern, 1 to 8 bytes, over a part of a tensor's buffer. */
    public void fill(Object handle, MemorySegment pattern, long offset, long bytes) {
        long buffer = ((OpenClMemory.Buffer) handle).handle;
        try (Hold _ = hold()) {
            Status.check(
                    commands.enqueueFillBuffer(
                            queue,
                            buffer,
                            pattern.address(),
                            pattern.byteSize(),
                            offset,
                            bytes,
                            0,
                            0,
                            0),
                    "fill");
        }
    }

    /** Copies between buffers of the device. */
    public void copy(Object from, long fromOffset, Object to, long toOffset, long bytes) {
        long source = ((OpenClMemory.Buffer) from).handle;
        long target = ((OpenClMemory.Buffer) to).handle;
        try (Hold _ = hold()) {
            Status.check(
                    commands.enqueueCopyBuffer(
                            queue, source, target, fromOffset, toOffset, bytes, 0, 0, 0),
                    "copy");
        }
    }

    /** Copies from the host; the source may be used again when it returns. */
    public void write(MemorySegment source, Object handle, long offset, long bytes) {
        long buffer = ((OpenClMemory.Buffer) handle).handle;
        try (Hold _ = hold()) {
            staging.write(source, buffer, offset, bytes);
        }
    }

    /** Copies to the host and waits; throws errors of earlier work. */
    public void read(Object handle, long offset, MemorySegment target, long bytes) {
        long buffer = ((OpenClMemory.Buffer) handle).handle;
        if (target.isNative() && device.info().unified()) {
            int status =
                    commands.enqueueReadBuffer(
                            queue, buffer, 1, offset, bytes, target.address(), 0, 0, 0);
            launcher.check(status, "copying to the host");
        } else {
            try (Hold _ = hold()) {
                staging.read(buffer, offset, target, bytes);
            }
        }
        errors.rethrow();
    }

    @Override
    public DeviceEvent record() {
        return new Point(this, markers.record());
    }

    @Override
    public void waitFor(DeviceEvent event) {
        if (event.isComplete()) {
            return;
        }
        if (!(event instanceof Point point) || point.stream.device != device) {
            event.synchronize(); // of another context, where the queue can't wait for it
            return;
        }
        long other = point.stream.markers.retain(point.number);
        if (other == 0) {
            return;
        }
        try (Hold _ = hold();
                Arena arena = Arena.ofConfined()) {
            MemorySegment events = arena.allocateFrom(ValueLayout.JAVA_LONG, other);
            Status.check(
                    commands.enqueueBarrierWithWaitList(queue, 1, events.address(), 0),
                    "waiting for an event");
        } finally {
            commands.releaseEvent(other);
        }
    }

    @Override
    public void synchronize() {
        if (!closed) {
            launcher.check(commands.finish(queue), "clFinish");
            errors.rethrow();
        }
    }

    /** Releases the queue after its work; throws an error that nobody has seen. */
    @Override
    public void close() {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            int status = commands.finish(queue);
            try {
                launcher.check(status, "clFinish");
                errors.rethrow();
            } finally {
                release();
            }
        } finally {
            lock.unlock();
        }
    }

    private void release() {
        markers.close();
        staging.close();
        launcher.close();
        scratch.close();
        errors.close();
        commands.finish(queue);
        Status.check(device.cl().objects().releaseCommandQueue(queue), "clReleaseCommandQueue");
    }
}
