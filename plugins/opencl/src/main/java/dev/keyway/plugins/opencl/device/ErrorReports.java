// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl.device;

import dev.keyway.ArgumentException;
import dev.keyway.plugins.opencl.binding.CommandFunctions;
import dev.keyway.plugins.opencl.binding.Status;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * How a kernel that finds a wrong value (an index out of bounds, a division by zero) tells: it
 * writes a code, its operator's number and the value into a small buffer of the stream, unless an
 * earlier one did. The buffer is read, and cleared, when somebody waits for the stream.
 */
final class ErrorReports {
    private static final long READ_WRITE = 1;
    private static final int BYTES = 24;
    private static final int INDEX_OUT_OF_BOUNDS = 1;
    private static final int DIVISION_BY_ZERO = 2;

    private final OpenClDevice device;
    private final CommandFunctions commands;
    private final long queue;
    private final long buffer;

    /** Whether a kernel that may fail was submitted since the last look. */
    private volatile boolean armed;

    ErrorReports(OpenClDevice device, long queue) {
        this.device = device;
        this.commands = device.cl().commands();
        this.queue = queue;
        this.buffer = OpenClMemory.create(device, READ_WRITE, BYTES);
        clear();
    }

    long buffer() {
        return buffer;
    }

    void arm() {
        armed = true;
    }

    private void clear() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment zero = arena.allocate(BYTES);
            Status.check(
                    commands.enqueueWriteBuffer(
                            queue, buffer, 1, 0, BYTES, zero.address(), 0, 0, 0),
                    "clearing error reports");
        }
    }

    /** Throws what a kernel reported, once; waits for the queue where one might have. */
    synchronized void rethrow() {
        if (!armed) {
            return;
        }
        armed = false;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment report = arena.allocate(BYTES, 8);
            Status.check(
                    commands.enqueueReadBuffer(
                            queue, buffer, 1, 0, BYTES, report.address(), 0, 0, 0),
                    "reading error reports");
            int code = report.get(ValueLayout.JAVA_INT, 0);
            if (code == 0) {
                return;
            }
            clear();
            String operator = device.names().name(report.get(ValueLayout.JAVA_INT, 4));
            long value = report.get(ValueLayout.JAVA_LONG, 8);
            long bound = report.get(ValueLayout.JAVA_LONG, 16);
            throw new ArgumentException(operator + ": " + message(code, value, bound));
        }
    }

    private static String message(int code, long value, long bound) {
        return switch (code) {
            case INDEX_OUT_OF_BOUNDS ->
                    "index " + value + " is out of bounds for a dimension of size " + bound;
            case DIVISION_BY_ZERO -> "integer division by zero";
            default -> "integers to negative integer powers are not allowed";
        };
    }

    void close() {
        Status.check(device.cl().objects().releaseMemObject(buffer), "clReleaseMemObject");
    }
}
