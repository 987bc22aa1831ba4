// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl.device;

import dev.keyway.plugins.opencl.binding.CommandFunctions;
import dev.keyway.plugins.opencl.binding.Status;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Pinned host memory of one stream, in pieces used in turn: a transfer to the device copies into a
 * piece and returns, while the device still reads from it. One thread at a time uses it.
 */
final class Staging {
    private static final int PIECE = 1 << 20;
    private static final int PIECES = 4;
    private static final long READ_WRITE_HOST_POINTER = 1 | 1 << 4;
    private static final long MAP_READ_WRITE = 3;

    private final OpenClDevice device;
    private final CommandFunctions commands;
    private final long queue;
    private final Piece[] pieces = new Piece[PIECES];
    private int next;

    private static final class Piece {
        private final long buffer;
        private final MemorySegment memory;
        private long event;

        Piece(long buffer, MemorySegment memory) {
            this.buffer = buffer;
            this.memory = memory;
        }
    }

    Staging(OpenClDevice device, long queue) {
        this.device = device;
        this.commands = device.cl().commands();
        this.queue = queue;
    }

    /** Returns when the source may be used again. */
    void write(MemorySegment source, long buffer, long offset, long bytes) {
        for (long start = 0; start < bytes; start += PIECE) {
            long length = Math.min(PIECE, bytes - start);
            Piece piece = take();
            MemorySegment.copy(source, start, piece.memory, 0, length);
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment event = arena.allocate(ValueLayout.JAVA_LONG);
                Status.check(
                        commands.enqueueWriteBuffer(
                                queue,
                                buffer,
                                0,
                                offset + start,
                                length,
                                piece.memory.address(),
                                0,
                                0,
                                event.address()),
                        "copying to the device");
                piece.event = event.get(ValueLayout.JAVA_LONG, 0);
            }
        }
    }

    /** Returns when the bytes are in the target. */
    void read(long buffer, long offset, MemorySegment target, long bytes) {
        for (long start = 0; start < bytes; start += PIECE) {
            long length = Math.min(PIECE, bytes - start);
            Piece piece = take();
            Status.check(
                    commands.enqueueReadBuffer(
                            queue,
                            buffer,
                            1,
                            offset + start,
                            length,
                            piece.memory.address(),
                            0,
                            0,
                            0),
                    "copying to the host");
            MemorySegment.copy(piece.memory, 0, target, start, length);
        }
    }

    /** The next piece, when the device has done with it. */
    private Piece take() {
        int at = next;
        next = (next + 1) % PIECES;
        Piece piece = pieces[at];
        if (piece == null) {
            piece = create();
            pieces[at] = piece;
        }
        await(piece);
        return piece;
    }

    private void await(Piece piece) {
        if (piece.event != 0) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment events = arena.allocateFrom(ValueLayout.JAVA_LONG, piece.event);
                Status.check(commands.waitForEvents(1, events.address()), "copying to the device");
            } finally {
                commands.releaseEvent(piece.event);
                piece.event = 0;
            }
        }
    }

    private Piece create() {
        long buffer = OpenClMemory.create(device, READ_WRITE_HOST_POINTER, PIECE);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment status = arena.allocate(ValueLayout.JAVA_INT);
            long address =
                    commands.enqueueMapBuffer(
                            queue, buffer, 1, MAP_READ_WRITE, 0, PIECE, 0, 0, 0, status.address());
            Status.check(status.get(ValueLayout.JAVA_INT, 0), "mapping host memory");
            return new Piece(buffer, MemorySegment.ofAddress(address).reinterpret(PIECE));
        }
    }

    /** After the queue's work. */
    void close() {
        for (Piece piece : pieces) {
            if (piece != null) {
                await(piece);
                commands.enqueueUnmapMemObject(
                        queue, piece.buffer, piece.memory.address(), 0, 0, 0);
                device.cl().objects().releaseMemObject(piece.buffer);
            }
        }
    }
}
