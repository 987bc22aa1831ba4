// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl.device;

import dev.keyway.plugins.opencl.binding.CommandFunctions;
import dev.keyway.plugins.opencl.binding.Queries;
import dev.keyway.plugins.opencl.binding.Status;
import dev.keyway.spi.DeviceStream.DeviceEvent;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A point in a queue: a native event, released by {@link #close}. It may outlive the queue. */
final class Point implements DeviceEvent {
    private static final int EXECUTION_STATUS = 0x11D3;

    private final OpenClDevice device;
    private final long event;

    private Point(OpenClDevice device, long event) {
        this.device = device;
        this.event = event;
    }

    /** Behind everything submitted so far. */
    static Point record(OpenClDevice device, long queue) {
        CommandFunctions commands = device.cl().commands();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment event = arena.allocate(ValueLayout.JAVA_LONG);
            Status.check(
                    commands.enqueueMarkerWithWaitList(queue, 0, 0, event.address()),
                    "recording an event");
            // Other queues may wait for it, and nothing else would send it to the device.
            Status.check(commands.flush(queue), "clFlush");
            return new Point(device, event.get(ValueLayout.JAVA_LONG, 0));
        }
    }

    OpenClDevice device() {
        return device;
    }

    /** The native event, the plugin's own until this is closed. */
    long event() {
        return event;
    }

    @Override
    public boolean isComplete() {
        long status =
                Queries.number(
                        (name, size, value, sizeOut) ->
                                device.cl().info().getEventInfo(event, name, size, value, sizeOut),
                        EXECUTION_STATUS);
        return (int) status <= 0; // complete, or ended by an error
    }

    @Override
    public void synchronize() {
        try (Arena arena = Arena.ofConfined()) {
            // An error of earlier work is told by the stream's synchronize, not by its events.
            device.cl()
                    .commands()
                    .waitForEvents(1, arena.allocateFrom(ValueLayout.JAVA_LONG, event).address());
        }
    }

    @Override
    public void close() {
        Status.check(device.cl().commands().releaseEvent(event), "clReleaseEvent");
    }
}
