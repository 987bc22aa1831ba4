// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import dev.keyway.backend.cpu.Memory;
import dev.keyway.backend.cpu.Spare;
import dev.keyway.spi.Workers;
import dev.keyway.spi.toolkit.StridedLoop;

/**
 * Copies of elements of 2, 4 or 8 bytes whose target has its last dimension in neighbouring
 * elements and whose source has its last dimension but one there: the transposes of matrices, and
 * batches of them. They go by blocks of 16 by 16, of which every line of memory is read and written
 * once, down strips of the target: sixteen lines of the source are read as streams, and the lines
 * and pages of the strip that the next blocks write are still in the caches. Distances are in
 * bytes.
 *
 * @param size bytes of an element
 * @param matrices number of matrices
 * @param rows of the target
 * @param columns of the target
 * @param out address of the target
 * @param outBatch distance of its matrices
 * @param outRow distance of its rows
 * @param in address of the source
 * @param inBatch distance of its matrices
 * @param inColumn distance of neighbours in a row
 */
record Transposition(
        int size,
        long matrices,
        long rows,
        long columns,
        long out,
        long outBatch,
        long outRow,
        long in,
        long inBatch,
        long inColumn) {
    private static final int BLOCK = Tile.BLOCK;
    private static final long TASK = 1 << 14;

    /** Rows of a strip of the target. */
    private static final long STRIP = 256;

    /** Whether a loop over target and source is such a copy; a matrix of few columns is none. */
    static boolean is(StridedLoop loop) {
        int last = loop.dims() - 1;
        return (last == 1 && loop.size(last) >= BLOCK || last == 2)
                && loop.stride(0, last) == 1
                && loop.stride(1, last - 1) == 1;
    }

    /** The copy that the loop is. */
    static Transposition of(StridedLoop loop, int size, long out, long in) {
        int last = loop.dims() - 1;
        boolean batch = last == 2;
        return new Transposition(
                size,
                batch ? loop.size(0) : 1,
                loop.size(last - 1),
                loop.size(last),
                out,
                batch ? size * loop.stride(0, 0) : 0,
                size * loop.stride(0, last - 1),
                in,
                batch ? size * loop.stride(1, 0) : 0,
                size * loop.stride(1, last));
    }

    /** Copies. */
    void run(Workers workers) {
        long each = BLOCK * Math.max(1, Math.min(STRIP, rows));
        workers.parallel(units(), Math.max(1, TASK / each), this::units);
    }

    /** Copies on this thread. */
    void run() {
        units(0, units());
    }

    private long units() {
        return matrices * strips() * across();
    }

    private long strips() {
        return (rows + STRIP - 1) / STRIP;
    }

    /** Units of a strip, of sixteen columns each. */
    private long across() {
        return (columns + BLOCK - 1) / BLOCK;
    }

    private void units(long from, long to) {
        long strips = strips();
        long across = across();
        Spare<Tile> spare = Tile.of(size);
        Tile tile = spare.take();
        for (long index = from; index < to; index++) {
            long column = index % across * BLOCK;
            long row = index / across % strips * STRIP;
            long matrix = index / across / strips;
            long target = out + matrix * outBatch + row * outRow + size * column;
            long source = in + matrix * inBatch + size * row + column * inColumn;
            int width = (int) Math.min(BLOCK, columns - column);
            unit(target, source, Math.min(STRIP, rows - row), width, tile);
        }
        spare.give(tile);
    }

    private void unit(long target, long source, long height, int width, Tile tile) {
        for (long row = 0; row < height; row += BLOCK) {
            int high = (int) Math.min(BLOCK, height - row);
            long to = target + row * outRow;
            long from = source + size * row;
            if (high == BLOCK && width == BLOCK) {
                tile.transpose(to, outRow, from, inColumn);
            } else {
                rest(to, from, high, width);
            }
        }
    }

    private void rest(long to, long from, int height, int width) {
        for (int r = 0; r < height; r++) {
            for (int c = 0; c < width; c++) {
                long source = from + c * inColumn + (long) size * r;
                long target = to + r * outRow + (long) size * c;
                switch (size) {
                    case 2 -> Memory.putShort(target, Memory.getShort(source));
                    case 4 -> Memory.putInt(target, Memory.getInt(source));
                    default -> Memory.putLong(target, Memory.getLong(source));
                }
            }
        }
    }
}
