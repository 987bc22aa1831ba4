// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Deals out the numbers of 16 windows of 3x3 that lie one behind the other: number t of each window
 * goes into vector t. In each of two rounds, every third number of three vectors comes into one.
 */
final class FloatNines {
    private static final VectorSpecies<Integer> SPECIES = IntVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int BYTES = SPECIES.vectorByteSize();

    /** Every third number from one on: of two vectors, then of what that gives and a third. */
    private static final IntVector FIRST0 = ofTwo(0);

    private static final IntVector FIRST1 = ofTwo(1);
    private static final IntVector FIRST2 = ofTwo(2);
    private static final IntVector LAST0 = ofThird(0);
    private static final IntVector LAST1 = ofThird(1);
    private static final IntVector LAST2 = ofThird(2);

    /** Windows. */
    static final int COUNT = 16;

    /** Whether vectors are as wide. */
    static final boolean FITS = FloatVector.SPECIES_PREFERRED.length() == COUNT;

    private FloatNines() {}

    private static IntVector ofTwo(int first) {
        int[] places = new int[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            places[i] = Math.min(first + 3 * i, 2 * LENGTH - 1);
        }
        return IntVector.fromArray(SPECIES, places, 0);
    }

    private static IntVector ofThird(int first) {
        int[] places = new int[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            int place = first + 3 * i;
            places[i] = place < 2 * LENGTH ? i : place - LENGTH;
        }
        return IntVector.fromArray(SPECIES, places, 0);
    }

    /**
     * Vector t goes to {@code targets[t] + at * steps[t] + offset}, in bytes.
     *
     * @param source address of the windows
     */
    static void deal(long source, long[] targets, long[] steps, long at, long offset) {
        IntVector r0 = load(source);
        IntVector r1 = load(source + BYTES);
        IntVector r2 = load(source + 2 * BYTES);
        IntVector r3 = load(source + 3 * BYTES);
        IntVector r4 = load(source + 4 * BYTES);
        IntVector r5 = load(source + 5 * BYTES);
        IntVector r6 = load(source + 6 * BYTES);
        IntVector r7 = load(source + 7 * BYTES);
        IntVector r8 = load(source + 8 * BYTES);
        IntVector m0x0 = LAST0.selectFrom(FIRST0.selectFrom(r0, r1), r2);
        IntVector m0x1 = LAST1.selectFrom(FIRST1.selectFrom(r0, r1), r2);
        IntVector m0x2 = LAST2.selectFrom(FIRST2.selectFrom(r0, r1), r2);
        IntVector m1x0 = LAST0.selectFrom(FIRST0.selectFrom(r3, r4), r5);
        IntVector m1x1 = LAST1.selectFrom(FIRST1.selectFrom(r3, r4), r5);
        IntVector m1x2 = LAST2.selectFrom(FIRST2.selectFrom(r3, r4), r5);
        IntVector m2x0 = LAST0.selectFrom(FIRST0.selectFrom(r6, r7), r8);
        IntVector m2x1 = LAST1.selectFrom(FIRST1.selectFrom(r6, r7), r8);
        IntVector m2x2 = LAST2.selectFrom(FIRST2.selectFrom(r6, r7), r8);
        r0 = LAST0.selectFrom(FIRST0.selectFrom(m0x0, m1x0), m2x0);
        r3 = LAST1.selectFrom(FIRST1.selectFrom(m0x0, m1x0), m2x0);
        r6 = LAST2.selectFrom(FIRST2.selectFrom(m0x0, m1x0), m2x0);
        r1 = LAST0.selectFrom(FIRST0.selectFrom(m0x1, m1x1), m2x1);
        r4 = LAST1.selectFrom(FIRST1.selectFrom(m0x1, m1x1), m2x1);
        r7 = LAST2.selectFrom(FIRST2.selectFrom(m0x1, m1x1), m2x1);
        r2 = LAST0.selectFrom(FIRST0.selectFrom(m0x2, m1x2), m2x2);
        r5 = LAST1.selectFrom(FIRST1.selectFrom(m0x2, m1x2), m2x2);
        r8 = LAST2.selectFrom(FIRST2.selectFrom(m0x2, m1x2), m2x2);
        r0.intoMemorySegment(ALL, targets[0] + at * steps[0] + offset, ORDER);
        r1.intoMemorySegment(ALL, targets[1] + at * steps[1] + offset, ORDER);
        r2.intoMemorySegment(ALL, targets[2] + at * steps[2] + offset, ORDER);
        r3.intoMemorySegment(ALL, targets[3] + at * steps[3] + offset, ORDER);
        r4.intoMemorySegment(ALL, targets[4] + at * steps[4] + offset, ORDER);
        r5.intoMemorySegment(ALL, targets[5] + at * steps[5] + offset, ORDER);
        r6.intoMemorySegment(ALL, targets[6] + at * steps[6] + offset, ORDER);
        r7.intoMemorySegment(ALL, targets[7] + at * steps[7] + offset, ORDER);
        r8.intoMemorySegment(ALL, targets[8] + at * steps[8] + offset, ORDER);
    }

    private static IntVector load(long address) {
        return IntVector.fromMemorySegment(SPECIES, ALL, address, ORDER);
    }
}
