// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl.device;

import dev.keyway.plugins.opencl.binding.CommandFunctions;
import dev.keyway.plugins.opencl.binding.OpenCl;
import dev.keyway.plugins.opencl.binding.Queries;
import dev.keyway.plugins.opencl.binding.Status;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The recorded points of one queue. The runtime's events have no close, so the native ones are kept
 * here, numbered, and released when they are seen to be complete. Thread-safe.
 */
final class Markers {
    private static final int EXECUTION_STATUS = 0x11D3;

    private final OpenCl cl;
    private final CommandFunctions commands;
    private final long queue;
    private final Deque<Marker> pending = new ArrayDeque<>();
    private long last;
    private long completed;
    private boolean closed;

    private record Marker(long number, long event) {}

    Markers(OpenCl cl, long queue) {
        this.cl = cl;
        this.commands = cl.commands();
        this.queue = queue;
    }

    /** A point behind everything submitted so far. */
    synchronized long record() {
        if (closed) {
            return last;
        }
        prune();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment event = arena.allocate(ValueLayout.JAVA_LONG);
            Status.check(
                    commands.enqueueMarkerWithWaitList(queue, 0, 0, event.address()),
                    "recording an event");
            // Other queues may wait for it, and nothing else would send it to the device.
            Status.check(commands.flush(queue), "clFlush");
            pending.add(new Marker(++last, event.get(ValueLayout.JAVA_LONG, 0)));
        }
        return last;
    }

    synchronized boolean isComplete(long number) {
        prune();
        return completed >= number;
    }

    private void prune() {
        while (!pending.isEmpty() && isComplete(pending.getFirst())) {
            Marker first = pending.removeFirst();
            completed = first.number;
            commands.releaseEvent(first.event);
        }
    }

    private boolean isComplete(Marker marker) {
        long status =
                Queries.number(
                        (name, size, value, sizeOut) ->
                                cl.info().getEventInfo(marker.event, name, size, value, sizeOut),
                        EXECUTION_STATUS);
        return (int) status <= 0; // complete, or ended by an error
    }

    /** The native event of a point with a reference for the caller; 0 when it is complete. */
    synchronized long retain(long number) {
        prune();
        for (Marker marker : pending) {
            if (marker.number == number) {
                Status.check(commands.retainEvent(marker.event), "clRetainEvent");
                return marker.event;
            }
        }
        return 0;
    }

    void await(long number) {
        long event = retain(number);
        if (event == 0) {
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            // An error of earlier work is told by the stream's synchronize, not by its events.
            commands.waitForEvents(1, arena.allocateFrom(ValueLayout.JAVA_LONG, event).address());
        } finally {
            commands.releaseEvent(event);
        }
    }

    /** The queue is empty. */
    synchronized void close() {
        closed = true;
        pending.forEach(marker -> commands.releaseEvent(marker.event));
        pending.clear();
        completed = last;
    }
}
