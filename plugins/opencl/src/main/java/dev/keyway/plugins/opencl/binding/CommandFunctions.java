// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl.binding;

import java.lang.invoke.MethodHandle;

/** Commands to queues, and events. Handles and pointers are longs. */
public final class CommandFunctions {
    private final MethodHandle enqueueNDRangeKernel;
    private final MethodHandle enqueueReadBuffer;
    private final MethodHandle enqueueWriteBuffer;
    private final MethodHandle enqueueCopyBuffer;
    private final MethodHandle enqueueFillBuffer;
    private final MethodHandle enqueueMapBuffer;
    private final MethodHandle enqueueUnmapMemObject;
    private final MethodHandle enqueueMarkerWithWaitList;
    private final MethodHandle enqueueBarrierWithWaitList;
    private final MethodHandle waitForEvents;
    private final MethodHandle releaseEvent;
    private final MethodHandle flush;
    private final MethodHandle finish;

    CommandFunctions(Symbols symbols) {
        enqueueNDRangeKernel = symbols.bind("clEnqueueNDRangeKernel", "illilllill");
        enqueueReadBuffer = symbols.bind("clEnqueueReadBuffer", "illilllill");
        enqueueWriteBuffer = symbols.bind("clEnqueueWriteBuffer", "illilllill");
        enqueueCopyBuffer = symbols.bind("clEnqueueCopyBuffer", "illllllill");
        enqueueFillBuffer = symbols.bind("clEnqueueFillBuffer", "illllllill");
        enqueueMapBuffer = symbols.bind("clEnqueueMapBuffer", "lllilllilll");
        enqueueUnmapMemObject = symbols.bind("clEnqueueUnmapMemObject", "illlill");
        enqueueMarkerWithWaitList = symbols.bind("clEnqueueMarkerWithWaitList", "ilill");
        enqueueBarrierWithWaitList = symbols.bind("clEnqueueBarrierWithWaitList", "ilill");
        waitForEvents = symbols.bind("clWaitForEvents", "iil");
        releaseEvent = symbols.bind("clReleaseEvent", "il");
        flush = symbols.bind("clFlush", "il");
        finish = symbols.bind("clFinish", "il");
    }

    /** Runs a kernel. Returns a status code. */
    public int enqueueNDRangeKernel(
            long queue,
            long kernel,
            int dims,
            long offset,
            long global,
            long local,
            int waitCount,
            long waits,
            long event) {
        try {
            return (int)
                    enqueueNDRangeKernel.invokeExact(
                            queue, kernel, dims, offset, global, local, waitCount, waits, event);
        } catch (Throwable e) {
            throw Symbols.unexpected(e);
        }
    }

    /** Reads to the host. Returns a status code. */
    public int enqueueReadBuffer(
            long queue,
            long buffer,
            int blocking,
            long offset,
            long size,
            long target,
            int waitCount,
            long waits,
            long event) {
        try {
            return (int)
                    enqueueReadBuffer.invokeExact(
                            queue, buffer, blocking, offset, size, target, waitCount, waits, event);
        } catch (Throwable e) {
            throw Symbols.unexpected(e);
        }
    }

    /** Writes from the host. Returns a status code. */
    public int enqueueWriteBuffer(
            long queue,
            long buffer,
            int blocking,
            long offset,
            long size,
            long source,
            int waitCount,
            long waits,
            long event) {
        try {
            return (int)
                    enqueueWriteBuffer.invokeExact(
                            queue, buffer, blocking, offset, size, source, waitCount, waits, event);
        } catch (Throwable e) {
            throw Symbols.unexpected(e);
        }
    }

    /** Copies on the device. Returns a status code. */
    public int enqueueCopyBuffer(
            long queue,
            long from,
            long to,
            long fromOffset,
            long toOffset,
            long size,
            int waitCount,
            long waits,
            long event) {
        try {
            return (int)
                    enqueueCopyBuffer.invokeExact(
                            queue, from, to, fromOffset, toOffset, size, waitCount, waits, event);
        } catch (Throwable e) {
            throw Symbols.unexpected(e);
        }
    }

    /** Repeats a pattern. Returns a status code. */
    public int enqueueFillBuffer(
            long queue,
            long buffer,
            long pattern,
            long patternSize,
            long offset,
            long size,
            int waitCount,
            long waits,
            long event) {
        try {
            return (int)
                    enqueueFillBuffer.invokeExact(
                            queue,
                            buffer,
                            pattern,
                            patternSize,
                            offset,
                            size,
                            waitCount,
                            waits,
                            event);
        } catch (Throwable e) {
            throw Symbols.unexpected(e);
        }
    }

    /** Maps a buffer into host memory. */
    public long enqueueMapBuffer(
            long queue,
            long buffer,
            int blocking,
            long flags,
            long offset,
            long size,
            int waitCount,
            long waits,
            long event,
            long status) {
        try {
            return (long)
                    enqueueMapBuffer.invokeExact(
                            queue, buffer, blocking, flags, offset, size, waitCount, waits, event,
                            status);
        } catch (Throwable e) {
            throw Symbols.unexpected(e);
        }
    }

    /** Unmaps. Returns a status code. */
    public int enqueueUnmapMemObject(
            long queue, long buffer, long mapped, int waitCount, long waits, long event) {
        try {
            return (int)
                    enqueueUnmapMemObject.invokeExact(
                            queue, buffer, mapped, waitCount, waits, event);
        } catch (Throwable e) {
            throw Symbols.unexpected(e);
        }
    }

    /** An event behind everything submitted. Returns a status code. */
    public int enqueueMarkerWithWaitList(long queue, int waitCount, long waits, long event) {
        try {
            return (int) enqueueMarkerWithWaitList.invokeExact(queue, waitCount, waits, event);
        } catch (Throwable e) {
            throw Symbols.unexpected(e);
        }
    }

    /** Later commands wait for events. Returns a status code. */
    public int enqueueBarrierWithWaitList(long queue, int waitCount, long waits, long event) {
        try {
            return (int) enqueueBarrierWithWaitList.invokeExact(queue, waitCount, waits, event);
        } catch (Throwable e) {
            throw Symbols.unexpected(e);
        }
    }

    /** Blocks. Returns a status code. */
    public int waitForEvents(int count, long events) {
        try {
            return (int) waitForEvents.invokeExact(count, events);
        } catch (Throwable e) {
            throw Symbols.unexpected(e);
        }
    }

    /** One reference less. Returns a status code. */
    public int releaseEvent(long event) {
        try {
            return (int) releaseEvent.invokeExact(event);
        } catch (Throwable e) {
            throw Symbols.unexpected(e);
        }
    }

    /** Sends queued commands to the device. Returns a status code. */
    public int flush(long queue) {
        try {
            return (int) flush.invokeExact(queue);
        } catch (Throwable e) {
            throw Symbols.unexpected(e);
        }
    }

    /** Blocks until the queue is empty. Returns a status code. */
    public int finish(long queue) {
        try {
            return (int) finish.invokeExact(queue);
        } catch (Throwable e) {
            throw Symbols.unexpected(e);
        }
    }
}
