// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.Workers;
import dev.keyway.spi.toolkit.StridedLoop;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Copies of 4-byte elements whose target has its last dimension in neighbouring elements and whose
 * source has its last dimension but one there: the transposes of matrices, and batches of them.
 * They go by blocks of 16 by 16, of which every line of memory is read and written once. Distances
 * are in bytes.
 *
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
        long matrices,
        long rows,
        long columns,
        long out,
        long outBatch,
        long outRow,
        long in,
        long inBatch,
        long inColumn) {
    private static final int BLOCK = 16;
    private static final int SIZE = Integer.BYTES;
    private static final long TASK = 1 << 14;
    private static final VectorSpecies<Integer> SPECIES = IntVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();

    /** Whether a loop over target and source is such a copy. */
    static boolean is(StridedLoop loop) {
        int last = loop.dims() - 1;
        return (last == 1 || last == 2)
                && loop.stride(0, last) == 1
                && loop.stride(1, last - 1) == 1;
    }

    /** The copy that the loop is. */
    static Transposition of(StridedLoop loop, long out, long in) {
        int last = loop.dims() - 1;
        boolean batch = last == 2;
        return new Transposition(
                batch ? loop.size(0) : 1,
                loop.size(last - 1),
                loop.size(last),
                out,
                batch ? SIZE * loop.stride(0, 0) : 0,
                SIZE * loop.stride(0, last - 1),
                in,
                batch ? SIZE * loop.stride(1, 0) : 0,
                SIZE * loop.stride(1, last));
    }

    /** Copies. */
    void run(Workers workers) {
        long strips = (rows + BLOCK - 1) / BLOCK;
        long chunk = Math.max(1, TASK / (BLOCK * columns));
        workers.parallel(matrices * strips, chunk, this::strips);
    }

    private void strips(long from, long to) {
        long strips = (rows + BLOCK - 1) / BLOCK;
        int[] tile = new int[BLOCK * BLOCK];
        for (long index = from; index < to; index++) {
            long matrix = index / strips;
            long row = index % strips * BLOCK;
            long target = out + matrix * outBatch + row * outRow;
            long source = in + matrix * inBatch + SIZE * row;
            strip(target, source, (int) Math.min(BLOCK, rows - row), tile);
        }
    }

    private void strip(long target, long source, int height, int[] tile) {
        for (long column = 0; column < columns; column += BLOCK) {
            int width = (int) Math.min(BLOCK, columns - column);
            long to = target + SIZE * column;
            long from = source + column * inColumn;
            if (height == BLOCK && width == BLOCK) {
                load(from, tile);
                store(to, tile);
            } else {
                rest(to, from, height, width);
            }
        }
    }

    private void load(long from, int[] tile) {
        for (int c = 0; c < BLOCK; c++) {
            long line = from + c * inColumn;
            for (int r = 0; r < BLOCK; r += LENGTH) {
                Exact.INTS
                        .cast(
                                IntVector.fromMemorySegment(
                                        SPECIES, ALL, line + (long) SIZE * r, ORDER))
                        .intoArray(tile, c * BLOCK + r);
            }
        }
    }

    private void store(long to, int[] tile) {
        for (int r = 0; r < BLOCK; r++) {
            long line = to + r * outRow;
            for (int c = 0; c < BLOCK; c++) {
                Memory.putInt(line + (long) SIZE * c, tile[c * BLOCK + r]);
            }
        }
    }

    private void rest(long to, long from, int height, int width) {
        for (int r = 0; r < height; r++) {
            for (int c = 0; c < width; c++) {
                int element = Memory.getInt(from + c * inColumn + (long) SIZE * r);
                Memory.putInt(to + r * outRow + (long) SIZE * c, element);
            }
        }
    }
}
