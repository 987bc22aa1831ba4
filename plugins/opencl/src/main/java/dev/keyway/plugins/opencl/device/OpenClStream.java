// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl.device;

import dev.keyway.DeviceException;
import dev.keyway.UnsupportedOperatorException;
import dev.keyway.plugins.opencl.binding.CommandFunctions;
import dev.keyway.plugins.opencl.binding.Status;
import dev.keyway.spi.DeviceStream;
import dev.keyway.spi.KernelCall;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * An in-order command queue, created when first used. Commands of several threads come one after
 * another.
 */
public final class OpenClStream implements DeviceStream {
    private final OpenClDevice device;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable OpenQueue queue;
    private boolean closed;

    OpenClStream(OpenClDevice device) {
        this.device = device;
    }

    /** The stream of a call. */
    public static OpenClStream of(KernelCall call) {
        return (OpenClStream) call.stream();
    }

    /** What the device can. */
    public DeviceInfo info() {
        return device.info();
    }

    private CommandFunctions commands() {
        return device.cl().commands();
    }

    private OpenQueue queue() {
        OpenQueue open = queue;
        return open != null ? open : open();
    }

    private OpenQueue open() {
        lock.lock();
        try {
            OpenQueue open = queue;
            if (open == null) {
                if (closed) {
                    throw new DeviceException("the stream is closed");
                }
                open = new OpenQueue(device);
                queue = open;
            }
            return open;
        } finally {
            lock.unlock();
        }
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
        locked(open -> open.launcher().launch(operator, program, source, entry, size, args));
    }

    private interface Command {
        void submit(OpenQueue open);
    }

    private void locked(Command command) {
        lock.lock();
        try {
            command.submit(queue());
        } finally {
            lock.unlock();
        }
    }

    /** Repeats the pattern, 1 to 8 bytes, over a part of a tensor's buffer. */
    public void fill(Object handle, MemorySegment pattern, long offset, long bytes) {
        long buffer = ((OpenClMemory.Buffer) handle).handle;
        locked(
                open ->
                        Status.check(
                                commands()
                                        .enqueueFillBuffer(
                                                open.handle(),
                                                buffer,
                                                pattern.address(),
                                                pattern.byteSize(),
                                                offset,
                                                bytes,
                                                0,
                                                0,
                                                0),
                                "fill"));
    }

    /** Copies between buffers of the device. */
    public void copy(Object from, long fromOffset, Object to, long toOffset, long bytes) {
        long source = ((OpenClMemory.Buffer) from).handle;
        long target = ((OpenClMemory.Buffer) to).handle;
        locked(
                open ->
                        Status.check(
                                commands()
                                        .enqueueCopyBuffer(
                                                open.handle(),
                                                source,
                                                target,
                                                fromOffset,
                                                toOffset,
                                                bytes,
                                                0,
                                                0,
                                                0),
                                "copy"));
    }

    /** Copies from the host; the source may be used again when it returns. */
    public void write(MemorySegment source, Object handle, long offset, long bytes) {
        long buffer = ((OpenClMemory.Buffer) handle).handle;
        locked(open -> open.staging().write(source, buffer, offset, bytes));
    }

    /** Copies to the host and waits; throws errors of earlier work. */
    public void read(Object handle, long offset, MemorySegment target, long bytes) {
        long buffer = ((OpenClMemory.Buffer) handle).handle;
        OpenQueue open = queue();
        if (target.isNative() && device.info().unified()) {
            int status =
                    commands()
                            .enqueueReadBuffer(
                                    open.handle(),
                                    buffer,
                                    1,
                                    offset,
                                    bytes,
                                    target.address(),
                                    0,
                                    0,
                                    0);
            open.launcher().check(status, "copying to the host");
        } else {
            locked(same -> same.staging().read(buffer, offset, target, bytes));
        }
        open.errors().rethrow();
    }

    @Override
    public DeviceEvent record() {
        OpenQueue open = queue;
        return open == null ? DeviceEvent.COMPLETE : Point.record(device, open.handle());
    }

    @Override
    public void waitFor(DeviceEvent event) {
        if (event.isComplete()) {
            return;
        }
        if (event instanceof Point point && point.device() == device) {
            locked(open -> open.waitFor(point.event()));
        } else {
            event.synchronize(); // of another context, where the queue can't wait for it
        }
    }

    @Override
    public void synchronize() {
        OpenQueue open = queue;
        if (open != null) {
            open.finish();
        }
    }

    /** Releases the queue after its work; throws an error that nobody has seen. */
    @Override
    public void close() {
        lock.lock();
        try {
            OpenQueue open = queue;
            closed = true;
            queue = null;
            if (open != null) {
                open.close();
            }
        } finally {
            lock.unlock();
        }
    }
}
