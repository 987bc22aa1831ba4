// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl.device;

import dev.keyway.plugins.opencl.binding.CommandFunctions;
import dev.keyway.plugins.opencl.binding.Status;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A native in-order queue and what belongs to it; the stream guards it. */
final class OpenQueue {
    private final OpenClDevice device;
    private final CommandFunctions commands;
    private final long handle;
    private final ErrorReports errors;
    private final Staging staging;
    private final Launcher launcher;

    OpenQueue(OpenClDevice device) {
        this.device = device;
        this.commands = device.cl().commands();
        this.handle = create(device);
        this.errors = new ErrorReports(device, handle);
        this.staging = new Staging(device, handle);
        this.launcher = new Launcher(device, handle, errors);
    }

    private static long create(OpenClDevice device) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment status = arena.allocate(ValueLayout.JAVA_INT);
            long queue =
                    device.cl()
                            .objects()
                            .createCommandQueue(
                                    device.context(), device.info().id(), 0, status.address());
            Status.check(status.get(ValueLayout.JAVA_INT, 0), "clCreateCommandQueue");
            return queue;
        }
    }

    long handle() {
        return handle;
    }

    Staging staging() {
        return staging;
    }

    Launcher launcher() {
        return launcher;
    }

    ErrorReports errors() {
        return errors;
    }

    /** Blocks until all is finished; throws the error of asynchronous work, once. */
    void finish() {
        launcher.check(commands.finish(handle), "clFinish");
        errors.rethrow();
    }

    /** Later commands wait for a native event of the device. */
    void waitFor(long event) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment events = arena.allocateFrom(ValueLayout.JAVA_LONG, event);
            Status.check(
                    commands.enqueueBarrierWithWaitList(handle, 1, events.address(), 0),
                    "waiting for an event");
        }
    }

    /** Releases everything after the work; throws an error that nobody has seen. */
    void close() {
        try {
            finish();
        } finally {
            staging.close();
            launcher.close();
            errors.close();
            commands.finish(handle);
            Status.check(
                    device.cl().objects().releaseCommandQueue(handle), "clReleaseCommandQueue");
        }
    }
}
