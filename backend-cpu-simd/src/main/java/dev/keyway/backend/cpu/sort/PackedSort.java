// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.sort;

import dev.keyway.backend.cpu.Memory;
import dev.keyway.backend.cpu.Spare;
import java.util.Arrays;

/**
 * Sorts 32-bit elements as longs: an integer in the order of the elements above, the position
 * below. As no two are equal, any way of sorting them is stable and gives the same. Short lines go
 * to {@link Arrays#sort(long[])}, which is vectorised where the JVM can; long ones are sorted by
 * the bytes of their integers, least first, which is as fast as that on some processors and several
 * times as fast on others.
 */
final class PackedSort implements LineSort {
    private static final int SMALL = 32;

    /** Lines of so many elements are sorted by bytes. */
    private static final int LONG = 512;

    private static final int DIGITS = 256;

    /** Of the sign in the highest byte, so that negative numbers come first. */
    private static final int SIGN = 0x80;

    private static final Spare<PackedSort> SPARE = new Spare<>(PackedSort::new);

    private boolean floating;
    private int flip;
    private long[] packed = {};
    private long[] other = {};

    /** How often each byte has each value. */
    private int[] counts = {};

    private long address;
    private long step;

    private PackedSort() {}

    /** Sorts lines of n elements until it is closed. */
    static PackedSort take(boolean floating, int n, boolean descending) {
        PackedSort sort = SPARE.take();
        sort.floating = floating;
        sort.flip = descending ? -1 : 0;
        if (sort.packed.length != n) {
            sort.packed = new long[n];
            sort.other = new long[0];
        }
        return sort;
    }

    @Override
    public void close() {
        if (packed.length <= MOST_KEPT) {
            SPARE.give(this);
        }
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
        if (packed.length < LONG) {
            Arrays.sort(packed);
            return;
        }
        if (other.length == 0) {
            other = new long[packed.length];
            counts = new int[Integer.BYTES * DIGITS];
        }
        count();
        for (int digit = 0; digit < Integer.BYTES; digit++) {
            if (counts[digit * DIGITS + value(packed[0], digit)] < packed.length) {
                pass(digit);
            }
        }
    }

    /** A byte of the integer above, the lowest first. */
    private static int value(long element, int digit) {
        int value = (int) (element >>> Integer.SIZE + Byte.SIZE * digit) & DIGITS - 1;
        return digit == Integer.BYTES - 1 ? value ^ SIGN : value;
    }

    private void count() {
        Arrays.fill(counts, 0);
        for (long element : packed) {
            counts[value(element, 0)]++;
            counts[DIGITS + value(element, 1)]++;
            counts[2 * DIGITS + value(element, 2)]++;
            counts[3 * DIGITS + value(element, 3)]++;
        }
    }

    /** Sorts by one byte and leaves in order what has the same. */
    private void pass(int digit) {
        int first = digit * DIGITS;
        int start = 0;
        for (int i = first; i < first + DIGITS; i++) {
            int count = counts[i];
            counts[i] = start;
            start += count;
        }
        long[] from = packed;
        long[] to = other;
        int shift = Integer.SIZE + Byte.SIZE * digit;
        int flipped = digit == Integer.BYTES - 1 ? SIGN : 0;
        for (long element : from) {
            int value = (int) (element >>> shift) & DIGITS - 1 ^ flipped;
            to[counts[first + value]++] = element;
        }
        packed = to;
        other = from;
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
