// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.sort;

import dev.keyway.backend.cpu.Memory;
import java.util.Arrays;

/**
 * Sorts 32-bit elements as longs: an integer in the order of the elements above, the position
 * below. As no two are equal, any way of sorting them is stable and gives the same; {@link
 * Arrays#sort(long[])} is vectorised where the JVM can.
 */
final class PackedSort implements LineSort {
    private static final int SMALL = 32;

    private final boolean floating;
    private final int flip;
    private final long[] packed;
    private long address;
    private long step;

    PackedSort(boolean floating, int n, boolean descending) {
        this.floating = floating;
        this.flip = descending ? -1 : 0;
        this.packed = new long[n];
    }

    @Override
    public void load(long from, long fromStep) {
        address = from;
        step = fromStep;
        for (int i = 0; i < packed.length; i++) {
            int bits = Memory.getInt(from + i * fromStep);
            int key = floating ? key(bits) : bits;
            packed[i] = (long) (key ^ flip) << 32 | i;
        }
    }

    /** Negative numbers in reverse; both zeros are one, and all NaN, the largest. */
    static int key(int bits) {
        if ((bits & 0x7FFFFFFF) > 0x7F800000) {
            return Integer.MAX_VALUE;
        }
        return bits >= 0 ? bits : -(bits & 0x7FFFFFFF);
    }

    @Override
    public void sort() {
        Arrays.sort(packed);
    }

    /**
     * Brings the first {@code k} to the front, sorted; the others in any order. Where the pivots
     * are bad again and again, sorts all.
     */
    void select(int k) {
        int low = 0;
        int high = packed.length - 1;
        int rounds = 2 * (Integer.SIZE - Integer.numberOfLeadingZeros(packed.length));
        while (high - low > SMALL && k <= high) {
            if (rounds-- == 0) {
                Arrays.sort(packed);
                return;
            }
            int middle = partition(low, high);
            if (middle < k) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        Arrays.sort(packed, low, Math.max(high + 1, low));
        Arrays.sort(packed, 0, k);
    }

    /** Hoare's partition around the median of three; returns the pivot's place. */
    private int partition(int low, int high) {
        int middle = (low + high) >>> 1;
        order(low, middle);
        order(low, high);
        order(middle, high);
        long pivot = packed[middle];
        swap(middle, high - 1);
        int i = low;
        int j = high - 1;
        while (true) {
            do {
                i++;
            } while (packed[i] < pivot);
            do {
                j--;
            } while (packed[j] > pivot);
            if (i >= j) {
                break;
            }
            swap(i, j);
        }
        swap(i, high - 1);
        return i;
    }

    private void order(int a, int b) {
        if (packed[b] < packed[a]) {
            swap(a, b);
        }
    }

    private void swap(int a, int b) {
        long value = packed[a];
        packed[a] = packed[b];
        packed[b] = value;
    }

    @Override
    public void store(int count, long values, long valueStep, long places, long placeStep) {
        for (int i = 0; i < count; i++) {
            int place = (int) packed[i];
            Memory.putInt(values + i * valueStep, Memory.getInt(address + place * step));
            Memory.putLong(places + i * placeStep, place);
        }
    }
}
