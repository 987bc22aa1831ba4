// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.indexing;

import dev.keyway.spi.Workers;

/**
 * Rows with borders made of their own elements. The rows above and below are picked by index, the
 * middle of a row is one block. Elements only move.
 */
final class EdgePadding {
    /** Elements of a task, about. */
    private static final long CHUNK = 1 << 14;

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
    private final long before;

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
        this.before = pad[0];
        this.sources = new int[from.length][];
        for (int d = 0; d < from.length; d++) {
            int i = 2 * (from.length - 1 - d);
            long first = i < pad.length ? pad[i] : 0;
            sources[d] = new int[Math.toIntExact(to[d])];
            for (int at = 0; at < sources[d].length; at++) {
                sources[d][at] = edge.source(at - first, from[d]);
            }
        }
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
                (start, end) -> {
                    for (long row = start; row < end; row++) {
                        long source = self + size * from[last] * source(row);
                        row(out + size * width * row, source);
                    }
                });
    }

    /** The number of the input's row that a row of the result takes. */
    private long source(long row) {
        long rest = row;
        long source = 0;
        long step = 1;
        for (int d = to.length - 2; d >= 0; d--) {
            source += step * sources[d][(int) (rest % to[d])];
            step *= from[d];
            rest /= to[d];
        }
        return source;
    }

    private void row(long out, long self) {
        int last = to.length - 1;
        int[] columns = sources[last];
        int width = columns.length;
        int start = (int) Math.clamp(before, 0, width);
        int end = (int) Math.clamp(before + from[last], start, width);
        ends(out, self, columns, 0, start);
        if (start < end) {
            Moves.block(
                    out + (long) size * start,
                    self + (long) size * columns[start],
                    (long) size * (end - start));
        }
        ends(out, self, columns, end, width);
    }

    private void ends(long out, long self, int[] columns, int start, int end) {
        for (int x = start; x < end; x++) {
            Moves.element(size, out + (long) size * x, self + (long) size * columns[x]);
        }
    }
}
