// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.indexing;

import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.Workers;

/**
 * Elements where a mask is true, packed one after another, or written there from a packed sequence.
 * Mask and elements are dense and of one shape; the trues of each chunk are counted first. Elements
 * only move.
 */
final class MaskedMoves {
    private static final int CHUNK = TruePositions.CHUNK;
    private static final int LENGTH = TruePositions.LENGTH;

    private MaskedMoves() {}

    /** Packs what the mask picks; returns how many there are. */
    static long select(Workers workers, int size, long self, long mask, long count, long out) {
        long[] starts = TruePositions.starts(workers, mask, count);
        workers.parallel(
                count,
                CHUNK,
                (start, end) -> {
                    long packed = out + size * starts[(int) (start / CHUNK)];
                    move(size, self, mask, start, end, packed, true);
                });
        return starts[starts.length - 1];
    }

    /**
     * Copies, and replaces what the mask picks by a packed sequence.
     *
     * @param starts of {@link TruePositions#starts}
     */
    static void scatter(
            Workers workers,
            int size,
            long self,
            long mask,
            long count,
            long[] starts,
            long source,
            long out) {
        workers.parallel(
                count,
                CHUNK,
                (start, end) -> {
                    Moves.block(out + size * start, self + size * start, size * (end - start));
                    long packed = source + size * starts[(int) (start / CHUNK)];
                    move(size, out, mask, start, end, packed, false);
                });
    }

    private static void move(
            int size, long spread, long mask, long start, long end, long packed, boolean pack) {
        long full = end - (end - start) % LENGTH;
        long at = packed;
        for (long i = start; i < full; i += LENGTH) {
            long lanes = TruePositions.lanes(mask + i);
            if (lanes != 0) {
                lanes(size, spread + size * i, lanes, at, pack);
                at += (long) size * Long.bitCount(lanes);
            }
        }
        for (long i = full; i < end; i++) {
            if (Memory.getByte(mask + i) != 0) {
                long place = spread + size * i;
                Moves.element(size, pack ? at : place, pack ? place : at);
                at += size;
            }
        }
    }

    private static void lanes(int size, long spread, long lanes, long packed, boolean pack) {
        switch (size) {
            case 4 -> ints(spread, lanes, packed, pack);
            case 8 -> longs(spread, lanes, packed, pack);
            default -> {
                long at = packed;
                for (long rest = lanes; rest != 0; rest &= rest - 1) {
                    long place = spread + (long) size * Long.numberOfTrailingZeros(rest);
                    Moves.element(size, pack ? at : place, pack ? place : at);
                    at += size;
                }
            }
        }
    }

    private static void ints(long spread, long lanes, long packed, boolean pack) {
        long at = packed;
        for (long rest = lanes; rest != 0; rest &= rest - 1) {
            long place = spread + 4L * Long.numberOfTrailingZeros(rest);
            Memory.putInt(pack ? at : place, Memory.getInt(pack ? place : at));
            at += Integer.BYTES;
        }
    }

    private static void longs(long spread, long lanes, long packed, boolean pack) {
        long at = packed;
        for (long rest = lanes; rest != 0; rest &= rest - 1) {
            long place = spread + 8L * Long.numberOfTrailingZeros(rest);
            Memory.putLong(pack ? at : place, Memory.getLong(pack ? place : at));
            at += Long.BYTES;
        }
    }
}
