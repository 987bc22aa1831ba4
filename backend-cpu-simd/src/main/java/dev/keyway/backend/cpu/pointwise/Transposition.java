// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.Workers;
import dev.keyway.spi.toolkit.StridedLoop;

/**
 * Copies of elements of 2, 4 or 8 bytes whose target has its last dimension in neighbouring
 * elements and whose source has its last dimension but one there: the transposes of matrices, and
 * batches of them. They go by blocks of 16 by 16, of which every line of memory is read and written
 * once. Distances are in bytes.
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
        long strips = (rows + BLOCK - 1) / BLOCK;
        long chunk = Math.max(1, TASK / (BLOCK * columns));
        workers.parallel(matrices * strips, chunk, this::strips);
    }

    /** Copies on this thread. */
    void run() {
        strips(0, matrices * ((rows + BLOCK - 1) / BLOCK));
    }

    private void strips(long from, long to) {
        long strips = (rows + BLOCK - 1) / BLOCK;
        Tile tile = Tile.of(size);
        for (long index = from; index < to; index++) {
            long matrix = index / strips;
            long row = index % strips * BLOCK;
            long target = out + matrix * outBatch + row * outRow;
            long source = in + matrix * inBatch + size * row;
            strip(target, source, (int) Math.min(BLOCK, rows - row), tile);
        }
    }

    private void strip(long target, long source, int height, Tile tile) {
        for (long column = 0; column < columns; column += BLOCK) {
            int width = (int) Math.min(BLOCK, columns - column);
            long to = target + size * column;
            long from = source + column * inColumn;
            if (height == BLOCK && width == BLOCK) {
                tile.transpose(to, outRow, from, inColumn);
            } else {
                rest(to, from, height, width);
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
