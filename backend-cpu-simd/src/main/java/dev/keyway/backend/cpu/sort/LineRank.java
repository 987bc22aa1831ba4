// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.sort;

import dev.keyway.backend.cpu.Memory;
import java.util.Arrays;

/**
 * The element of a given rank in a line of 32-bit elements, in the order of {@link PackedSort}: the
 * upper bits of the keys are counted, the elements of the one bucket in which the rank falls are
 * collected and partitioned. Of one thread.
 */
final class LineRank {
    private static final int BITS = 11;
    private static final int SHIFT = Integer.SIZE - BITS;

    /** Below it counting costs more than it spares. */
    private static final int SHORT = 1 << BITS;

    private static final int SMALL = 32;

    private final boolean floating;
    private final int n;
    private final int[] counts;
    private long[] packed;
    private int nans;

    LineRank(boolean floating, int n) {
        this.floating = floating;
        this.n = n;
        this.counts = new int[n < SHORT ? 0 : 1 << BITS];
        this.packed = new long[n < SHORT ? n : 0];
    }

    /** Looks at a line; neighbours are {@code step} bytes apart. Returns how many are NaN. */
    int load(long from, long step) {
        nans = 0;
        Arrays.fill(counts, 0);
        for (int i = 0; i < n; i++) {
            int bits = Memory.getInt(from + i * step);
            int key = floating ? PackedSort.key(bits) : bits;
            nans += floating && key == Integer.MAX_VALUE ? 1 : 0;
            if (n < SHORT) {
                packed[i] = (long) key << 32 | i;
            } else {
                counts[bucket(key)]++;
            }
        }
        return nans;
    }

    private static int bucket(int key) {
        return (key ^ Integer.MIN_VALUE) >>> SHIFT;
    }

    /** The position in the loaded line of the element of a rank; of equal ones the first first. */
    int place(long from, long step, int rank) {
        if (n < SHORT) {
            return (int) select(packed, n, rank);
        }
        int before = 0;
        int bucket = 0;
        while (before + counts[bucket] <= rank) {
            before += counts[bucket++];
        }
        int count = counts[bucket];
        if (packed.length < count) {
            packed = new long[count];
        }
        int found = 0;
        for (int i = 0; found < count; i++) {
            int bits = Memory.getInt(from + i * step);
            int key = floating ? PackedSort.key(bits) : bits;
            if (bucket(key) == bucket) {
                packed[found++] = (long) key << 32 | i;
            }
        }
        return (int) select(packed, count, rank - before);
    }

    /** Hoare's quickselect; where the pivots are bad again and again, sorts. */
    private static long select(long[] line, int count, int rank) {
        int low = 0;
        int high = count - 1;
        int rounds = 2 * (Integer.SIZE - Integer.numberOfLeadingZeros(count));
        while (high - low > SMALL && rounds-- > 0) {
            long pivot = median(line[low], line[(low + high) >>> 1], line[high]);
            int i = low;
            int j = high;
            while (i <= j) {
                while (line[i] < pivot) {
                    i++;
                }
                while (line[j] > pivot) {
                    j--;
                }
                if (i <= j) {
                    long value = line[i];
                    line[i++] = line[j];
                    line[j--] = value;
                }
            }
            if (rank <= j) {
                high = j;
            } else if (rank >= i) {
                low = i;
            } else {
                return line[rank];
            }
        }
        Arrays.sort(line, low, high + 1);
        return line[rank];
    }

    private static long median(long a, long b, long c) {
        return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
    }
}
