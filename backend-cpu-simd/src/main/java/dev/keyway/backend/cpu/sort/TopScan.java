// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.sort;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Memory;
import java.util.Arrays;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The first k of a long dense line of 32-bit elements in the order of {@link PackedSort}, by one
 * pass: elements before the last of those found so far are collected; when there is no more room,
 * the first k of them stay. Of one thread.
 */
final class TopScan {
    private static final VectorSpecies<Integer> SPECIES = IntVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Integer.BYTES;
    private static final int INFINITY = 0x7F800000;

    private final boolean floating;
    private final int flip;
    private final int k;
    private final long[] found;
    private int count;
    private int last;

    /** Elements that are collected before the first k of them are looked for. */
    private static final int ROOM = 64;

    /** Room for a few times k elements. */
    TopScan(boolean floating, int k, boolean descending) {
        this.floating = floating;
        this.flip = descending ? -1 : 0;
        this.k = k;
        this.found = new long[Math.max(4 * k, ROOM) + LENGTH];
    }

    /** Whether a pass pays: the line is long and only a small part of it stays. */
    static boolean pays(int n, int k) {
        return n >= 2 * ROOM && k <= n / 16;
    }

    /** The first k, sorted, each with its position in the low half. */
    long[] select(long line, int n) {
        count = 0;
        last = Integer.MAX_VALUE;
        int full = n - n % LENGTH;
        scan(line, full);
        for (int i = full; i < n; i++) {
            int bits = Memory.getInt(line + (long) SIZE * i);
            take((floating ? PackedSort.key(bits) : bits) ^ flip, i);
        }
        Arrays.sort(found, 0, count);
        return found;
    }

    private void scan(long line, int full) {
        for (int i = 0; i < full; i += LENGTH) {
            IntVector bits =
                    IntVector.fromMemorySegment(SPECIES, ALL, line + (long) SIZE * i, ORDER);
            IntVector keys = bits;
            if (floating) {
                IntVector size = bits.and(Integer.MAX_VALUE);
                keys =
                        bits.blend(size.neg(), bits.compare(VectorOperators.LT, 0))
                                .blend(
                                        Integer.MAX_VALUE,
                                        size.compare(VectorOperators.GT, INFINITY));
            }
            VectorMask<Integer> before =
                    keys.lanewise(VectorOperators.XOR, flip).compare(VectorOperators.LE, last);
            if (before.anyTrue()) {
                collect(line, i, before.toLong());
            }
        }
    }

    /** The elements of a vector, one bit each. */
    private void collect(long line, int start, long lanes) {
        for (long rest = lanes; rest != 0; rest &= rest - 1) {
            int i = start + Long.numberOfTrailingZeros(rest);
            int bits = Memory.getInt(line + (long) SIZE * i);
            take((floating ? PackedSort.key(bits) : bits) ^ flip, i);
        }
    }

    /** Equal elements behind the last are no better; until k are found, each is taken. */
    private void take(int key, int place) {
        if (count >= k && key >= last && last != Integer.MAX_VALUE) {
            return;
        }
        found[count++] = (long) key << 32 | place;
        if (count == found.length) {
            Arrays.sort(found);
            count = k;
            last = (int) (found[k - 1] >> 32);
        }
    }
}
