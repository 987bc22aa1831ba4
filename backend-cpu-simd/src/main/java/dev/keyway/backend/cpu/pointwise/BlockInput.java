// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import dev.keyway.Tensor;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.toolkit.StridedLoop;
import java.lang.foreign.MemorySegment;

/**
 * An input of a chain, read in row-major order: dense, one element again and again, or anything
 * else, which is copied block by block. Immutable.
 *
 * @param address of the first element
 * @param size bytes of an element
 * @param step 1 where dense, 0 where one element stands for all, -1 where it is copied
 * @param number whether one element stands for all
 * @param loop over the elements
 */
record BlockInput(long address, int size, int step, boolean number, StridedLoop loop) {
    /** Bytes from which on a copy of memory is faster than a loop. */
    private static final long LONG = 256;

    /** {@code dense}: one element that stands for all is copied, too. */
    static BlockInput of(Tensor tensor, boolean dense) {
        StridedLoop loop = StridedLoop.of(tensor);
        boolean row = loop.rows() == 1;
        boolean single = row && loop.rowSize() == 1;
        boolean number = row && loop.rowStride(0) == 0 && !single;
        int step = single || row && loop.rowStride(0) == 1 ? 1 : number && !dense ? 0 : -1;
        return new BlockInput(tensor.address(), tensor.dtype().itemSize(), step, number, loop);
    }

    /**
     * Copies elements.
     *
     * @param cursor at the row of the first one; left at the row behind the last one
     * @param start the first one's number
     */
    void read(StridedLoop.Cursor cursor, long start, long count, long to) {
        long row = loop.rowSize();
        long stride = loop.rowStride(0);
        long in = start % row;
        long left = count;
        long target = to;
        while (left > 0) {
            long part = Math.min(left, row - in);
            copy(address + size * (cursor.offset(0) + in * stride), size * stride, part, target);
            target += part * size;
            left -= part;
            in += part;
            if (in == row) {
                in = 0;
                cursor.advance();
            }
        }
    }

    private void copy(long from, long stride, long count, long to) {
        if (stride == size && count * size >= LONG) {
            MemorySegment.copy(Memory.ALL, from, Memory.ALL, to, count * size);
            return;
        }
        switch (size) {
            case 1 -> {
                for (long i = 0; i < count; i++) {
                    Memory.putByte(to + i, Memory.getByte(from + i * stride));
                }
            }
            case 2 -> {
                for (long i = 0; i < count; i++) {
                    Memory.putShort(to + 2 * i, Memory.getShort(from + i * stride));
                }
            }
            case 4 -> {
                for (long i = 0; i < count; i++) {
                    Memory.putInt(to + 4 * i, Memory.getInt(from + i * stride));
                }
            }
            default -> {
                for (long i = 0; i < count; i++) {
                    Memory.putLong(to + 8 * i, Memory.getLong(from + i * stride));
                }
            }
        }
    }
}
