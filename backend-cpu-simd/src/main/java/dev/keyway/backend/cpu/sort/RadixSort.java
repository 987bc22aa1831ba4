// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.sort;

import dev.keyway.backend.cpu.Memory;
import dev.keyway.backend.cpu.Spare;

/**
 * Sorts 64-bit elements by their bytes, least first, skipping bytes in which all agree; short lines
 * by insertion. Both are stable.
 */
final class RadixSort implements LineSort {
    private static final int SHORT = 64;
    private static final int DIGITS = 256;

    private static final Spare<RadixSort> SPARE = new Spare<>(RadixSort::new);

    private final int[] counts = new int[DIGITS];
    private boolean floating;
    private long flip;
    private long[] keys = {};
    private long[] otherKeys = {};
    private int[] places = {};
    private int[] otherPlaces = {};
    private long address;
    private long step;

    private RadixSort() {}

    /** Sorts lines of n elements until it is closed. */
    static RadixSort take(boolean floating, int n, boolean descending) {
        RadixSort sort = SPARE.take();
        sort.floating = floating;
        sort.flip = descending ? -1 : 0;
        if (sort.keys.length != n) {
            int other = n > SHORT ? n : 0;
            sort.keys = new long[n];
            sort.otherKeys = new long[other];
            sort.places = new int[n];
            sort.otherPlaces = new int[other];
        }
        return sort;
    }

    @Override
    public void close() {
        if (keys.length <= MOST_KEPT) {
            SPARE.give(this);
        }
    }

    @Override
    public void load(long from, long fromStep) {
        address = from;
        step = fromStep;
        for (int i = 0; i < keys.length; i++) {
            long bits = Memory.getLong(from + i * fromStep);
            keys[i] = (floating ? key(bits) : bits) ^ flip;
            places[i] = i;
        }
    }

    /** Negative numbers in reverse; both zeros are one, and all NaN, the largest. */
    private static long key(long bits) {
        long magnitude = bits & Long.MAX_VALUE;
        if (magnitude > 0x7FF0000000000000L) {
            return Long.MAX_VALUE;
        }
        return bits >= 0 ? bits : -magnitude;
    }

    @Override
    public void sort() {
        if (keys.length <= SHORT) {
            insert();
            return;
        }
        long least = keys[0];
        for (long key : keys) {
            least = Math.min(least, key);
        }
        // Distances from the least differ in no more bytes than their range has.
        long differing = 0;
        for (int i = 0; i < keys.length; i++) {
            keys[i] -= least;
            differing |= keys[i];
        }
        for (int shift = 0; shift < Long.SIZE; shift += 8) {
            if ((differing >>> shift & 0xFF) != 0) {
                pass(shift);
            }
        }
    }

    private void insert() {
        for (int i = 1; i < keys.length; i++) {
            long key = keys[i];
            int place = places[i];
            int at = i;
            while (at > 0 && keys[at - 1] > key) {
                keys[at] = keys[at - 1];
                places[at] = places[at - 1];
                at--;
            }
            keys[at] = key;
            places[at] = place;
        }
    }

    /** A byte of an unsigned number. */
    private static int digit(long key, int shift) {
        return (int) (key >>> shift) & 0xFF;
    }

    private void pass(int shift) {
        java.util.Arrays.fill(counts, 0);
        for (long key : keys) {
            counts[digit(key, shift)]++;
        }
        int start = 0;
        for (int d = 0; d < DIGITS; d++) {
            int count = counts[d];
            counts[d] = start;
            start += count;
        }
        for (int i = 0; i < keys.length; i++) {
            int to = counts[digit(keys[i], shift)]++;
            otherKeys[to] = keys[i];
            otherPlaces[to] = places[i];
        }
        long[] sortedKeys = otherKeys;
        otherKeys = keys;
        keys = sortedKeys;
        int[] sortedPlaces = otherPlaces;
        otherPlaces = places;
        places = sortedPlaces;
    }

    @Override
    public void store(int count, long values, long valueStep, long toPlaces, long placeStep) {
        for (int i = 0; i < count; i++) {
            int place = places[i];
            Memory.putLong(values + i * valueStep, Memory.getLong(address + place * step));
            Memory.putLong(toPlaces + i * placeStep, place);
        }
    }
}
