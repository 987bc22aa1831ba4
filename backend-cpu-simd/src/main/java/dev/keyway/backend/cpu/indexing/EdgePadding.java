// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.indexing;

import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.Workers;

/**
 * Rows with borders made of their own elements. The rows above and below are picked by index, the
 * middle of a row is one block. Elements only move.
 */
final class EdgePadding {
    /** Elements of a task, about. */
    private static final long CHUNK = 1 << 14;

    /** Bytes of the longest vector. */
    private static final long SHORT = 64;

    /** What stands outside. */
    enum Edge {
        /** The elements inside, mirrored at the edge, which stands once. */
        MIRRORED,
        /** The edge. */
        REPEATED;

        int source(long at, long size) {
            if (this == REPEATED) {
                return (int) Math.clamp(at, 0, size - 1);
            }
            return (int) (at < 0 ? -at : at >= size ? 2 * (size - 1) - at : at);
        }
    }

    private final int size;
    private final long[] from;
    private final long[] to;
    private final int[][] sources;
    private final int[] columns;

    /** Where the input's own columns begin and end in a row of the result. */
    private final int start;

    private final int end;

    /**
     * @param size bytes of an element
     * @param from the sizes of the input
     * @param to those of the result
     * @param pad elements before and behind, of the last dimension first
     */
    EdgePadding(int size, long[] from, long[] to, long[] pad, Edge edge) {
        this.size = size;
        this.from = from;
        this.to = to;
        this.sources = new int[from.length][];
        for (int d = 0; d < from.length; d++) {
            int i = 2 * (from.length - 1 - d);
            long first = i < pad.length ? pad[i] : 0;
            sources[d] = new int[Math.toIntExact(to[d])];
            for (int at = 0; at < sources[d].length; at++) {
                sources[d][at] = edge.source(at - first, from[d]);
            }
        }
        this.columns = sources[from.length - 1];
        this.start = (int) Math.clamp(pad[0], 0, columns.length);
        this.end = (int) Math.clamp(pad[0] + from[from.length - 1], start, columns.length);
    }

    /** Fills {@code out}; a task takes whole rows. */
    void run(Workers workers, long out, long self) {
        int last = to.length - 1;
        long width = to[last];
        long rows = 1;
        for (int d = 0; d < last; d++) {
            rows *= to[d];
        }
        workers.parallel(
                width == 0 ? 0 : rows,
                Math.max(1, CHUNK / Math.max(1, width)),
                (start, end) -> rows(start, end, out, self));
    }

    /** Rows one after another; what the outer dimensions say holds until a plane is full. */
    private void rows(long start, long end, long out, long self) {
        int last = to.length - 1;
        long bytes = size * to[last];
        int height = last == 0 ? 1 : sources[last - 1].length;
        int y = (int) (start % height);
        long plane = plane(start / height);
        for (long row = start; row < end; row++) {
            long source = last == 0 ? 0 : plane + sources[last - 1][y];
            row(out + bytes * row, self + size * from[last] * source);
            if (++y == height && row + 1 < end) {
                y = 0;
                plane = plane((row + 1) / height);
            }
        }
    }

    /** The number of the input's first row for a plane of the result. */
    private long plane(long number) {
        long rest = number;
        long source = 0;
        long step = to.length < 2 ? 1 : from[to.length - 2];
        for (int d = to.length - 3; d >= 0; d--) {
            source += step * sources[d][(int) (rest % to[d])];
            step *= from[d];
            rest /= to[d];
        }
        return source;
    }

    private void row(long out, long self) {
        ends(out, self, 0, start);
        if (start < end) {
            long at = (long) size * columns[start];
            middle(out + (long) size * start, self + at, (long) size * (end - start));
        }
        ends(out, self, end, columns.length);
    }

    /** The shortest blocks by a loop, as a call costs more than it copies. */
    private static void middle(long out, long self, long bytes) {
        if (bytes >= SHORT) {
            Moves.block(out, self, bytes);
            return;
        }
        long full = bytes - bytes % Long.BYTES;
        for (long at = 0; at < full; at += Long.BYTES) {
            Memory.putLong(out + at, Memory.getLong(self + at));
        }
        for (long at = full; at < bytes; at++) {
            Memory.putByte(out + at, Memory.getByte(self + at));
        }
    }

    private void ends(long out, long self, int first, int behind) {
        if (size == Integer.BYTES) {
            for (int x = first; x < behind; x++) {
                Memory.putInt(out + 4L * x, Memory.getInt(self + 4L * columns[x]));
            }
            return;
        }
        for (int x = first; x < behind; x++) {
            Moves.element(size, out + (long) size * x, self + (long) size * columns[x]);
        }
    }
}
