// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu;

/** Fetches memory into the caches before it is computed with. Java has no prefetch. */
public final class CacheLines {
    private static final int LINE = 64;
    private static final int STREAMS = 4;
    private static final int RARE = 0x7E57ED;

    /** Whether a sum was {@link #RARE}: it keeps the compiler from dropping the loads. */
    private static boolean rare;

    private CacheLines() {}

    /**
     * Reads a number of each cache line, at four places of the memory in turn. Nothing waits for
     * these loads, so that many lines are on their way at once; the multiply-adds of a tile that
     * wait for some fill the processor's queues instead.
     *
     * @param from the first address; lines that begin before the end are read
     * @return made of what was read: a caller must keep it, else nothing is read
     */
    public static int touch(long from, long bytes) {
        long stream = bytes / STREAMS & -LINE;
        int all = 0;
        for (long at = from; at < from + stream; at += LINE) {
            all |= Memory.getInt(at);
            all |= Memory.getInt(at + stream);
            all |= Memory.getInt(at + 2 * stream);
            all |= Memory.getInt(at + 3 * stream);
        }
        for (long at = from + STREAMS * stream; at < from + bytes; at += LINE) {
            all |= Memory.getInt(at);
        }
        return all;
    }

    /**
     * Reads a number of each cache line, in order, of memory whose numbers are then read or written
     * at random: the processor foresees lines in order and has them on their way; of random ones it
     * waits for each. Any thread; nothing is read beyond the bytes.
     *
     * @param from the first address
     * @param bytes few enough for the first cache
     */
    public static void fetch(long from, int bytes) {
        int all = 0;
        for (int i = 0; i <= bytes - Integer.BYTES; i += LINE) {
            all |= Memory.getInt(from + i);
        }
        if (all == RARE) {
            rare = true;
        }
    }
}
