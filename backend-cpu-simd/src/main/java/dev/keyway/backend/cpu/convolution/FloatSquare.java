// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Transposes a square of f32 as wide and as high as a vector. In each round, rows whose indices
 * differ in one bit exchange the columns whose indices differ in that bit.
 */
final class FloatSquare {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

    /** Rows and columns. */
    static final int LENGTH = SPECIES.length();

    static final VectorShuffle<Float> UP8 = shuffle(-8);
    static final VectorShuffle<Float> DOWN8 = shuffle(8);
    static final VectorMask<Float> HIGH8 = mask(8, true);
    static final VectorMask<Float> LOW8 = mask(8, false);
    static final VectorShuffle<Float> UP4 = shuffle(-4);
    static final VectorShuffle<Float> DOWN4 = shuffle(4);
    static final VectorMask<Float> HIGH4 = mask(4, true);
    static final VectorMask<Float> LOW4 = mask(4, false);
    static final VectorShuffle<Float> UP2 = shuffle(-2);
    static final VectorShuffle<Float> DOWN2 = shuffle(2);
    static final VectorMask<Float> HIGH2 = mask(2, true);
    static final VectorMask<Float> LOW2 = mask(2, false);
    static final VectorShuffle<Float> UP1 = shuffle(-1);
    static final VectorShuffle<Float> DOWN1 = shuffle(1);
    static final VectorMask<Float> HIGH1 = mask(1, true);
    static final VectorMask<Float> LOW1 = mask(1, false);

    private FloatSquare() {}

    /**
     * Column c of {@code from} becomes row c of {@code to}.
     *
     * @param at index of the first number
     * @param pitch distance of rows
     * @param to rows one behind the other
     * @param start index of the first
     */
    static void transpose(float[] from, int at, int pitch, float[] to, int start) {
        if (LENGTH == 16) {
            registers(from, at, pitch, to, start);
            return;
        }
        for (int r = 0; r < LENGTH; r++) {
            for (int c = 0; c < LENGTH; c++) {
                to[start + c * LENGTH + r] = from[at + r * pitch + c];
            }
        }
    }

    /** Lane i is taken from lane i + step, modulo the length. */
    private static VectorShuffle<Float> shuffle(int step) {
        return VectorShuffle.fromOp(SPECIES, i -> (i + step) & (LENGTH - 1));
    }

    /** Lanes whose index has the bit. */
    private static VectorMask<Float> mask(int bit, boolean set) {
        boolean[] lanes = new boolean[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            lanes[i] = (i & bit) != 0 == set;
        }
        return VectorMask.fromArray(SPECIES, lanes, 0);
    }

    private static void registers(float[] from, int at, int pitch, float[] to, int start) {
        FloatVector r0 = FloatVector.fromArray(SPECIES, from, at);
        FloatVector r1 = FloatVector.fromArray(SPECIES, from, at + pitch);
        FloatVector r2 = FloatVector.fromArray(SPECIES, from, at + 2 * pitch);
        FloatVector r3 = FloatVector.fromArray(SPECIES, from, at + 3 * pitch);
        FloatVector r4 = FloatVector.fromArray(SPECIES, from, at + 4 * pitch);
        FloatVector r5 = FloatVector.fromArray(SPECIES, from, at + 5 * pitch);
        FloatVector r6 = FloatVector.fromArray(SPECIES, from, at + 6 * pitch);
        FloatVector r7 = FloatVector.fromArray(SPECIES, from, at + 7 * pitch);
        FloatVector r8 = FloatVector.fromArray(SPECIES, from, at + 8 * pitch);
        FloatVector r9 = FloatVector.fromArray(SPECIES, from, at + 9 * pitch);
        FloatVector r10 = FloatVector.fromArray(SPECIES, from, at + 10 * pitch);
        FloatVector r11 = FloatVector.fromArray(SPECIES, from, at + 11 * pitch);
        FloatVector r12 = FloatVector.fromArray(SPECIES, from, at + 12 * pitch);
        FloatVector r13 = FloatVector.fromArray(SPECIES, from, at + 13 * pitch);
        FloatVector r14 = FloatVector.fromArray(SPECIES, from, at + 14 * pitch);
        FloatVector r15 = FloatVector.fromArray(SPECIES, from, at + 15 * pitch);
        FloatVector t;
        t = r0.blend(r8.rearrange(UP8), HIGH8);
        r8 = r8.blend(r0.rearrange(DOWN8), LOW8);
        r0 = t;
        t = r1.blend(r9.rearrange(UP8), HIGH8);
        r9 = r9.blend(r1.rearrange(DOWN8), LOW8);
        r1 = t;
        t = r2.blend(r10.rearrange(UP8), HIGH8);
        r10 = r10.blend(r2.rearrange(DOWN8), LOW8);
        r2 = t;
        t = r3.blend(r11.rearrange(UP8), HIGH8);
        r11 = r11.blend(r3.rearrange(DOWN8), LOW8);
        r3 = t;
        t = r4.blend(r12.rearrange(UP8), HIGH8);
        r12 = r12.blend(r4.rearrange(DOWN8), LOW8);
        r4 = t;
        t = r5.blend(r13.rearrange(UP8), HIGH8);
        r13 = r13.blend(r5.rearrange(DOWN8), LOW8);
        r5 = t;
        t = r6.blend(r14.rearrange(UP8), HIGH8);
        r14 = r14.blend(r6.rearrange(DOWN8), LOW8);
        r6 = t;
        t = r7.blend(r15.rearrange(UP8), HIGH8);
        r15 = r15.blend(r7.rearrange(DOWN8), LOW8);
        r7 = t;
        t = r0.blend(r4.rearrange(UP4), HIGH4);
        r4 = r4.blend(r0.rearrange(DOWN4), LOW4);
        r0 = t;
        t = r1.blend(r5.rearrange(UP4), HIGH4);
        r5 = r5.blend(r1.rearrange(DOWN4), LOW4);
        r1 = t;
        t = r2.blend(r6.rearrange(UP4), HIGH4);
        r6 = r6.blend(r2.rearrange(DOWN4), LOW4);
        r2 = t;
        t = r3.blend(r7.rearrange(UP4), HIGH4);
        r7 = r7.blend(r3.rearrange(DOWN4), LOW4);
        r3 = t;
        t = r8.blend(r12.rearrange(UP4), HIGH4);
        r12 = r12.blend(r8.rearrange(DOWN4), LOW4);
        r8 = t;
        t = r9.blend(r13.rearrange(UP4), HIGH4);
        r13 = r13.blend(r9.rearrange(DOWN4), LOW4);
        r9 = t;
        t = r10.blend(r14.rearrange(UP4), HIGH4);
        r14 = r14.blend(r10.rearrange(DOWN4), LOW4);
        r10 = t;
        t = r11.blend(r15.rearrange(UP4), HIGH4);
        r15 = r15.blend(r11.rearrange(DOWN4), LOW4);
        r11 = t;
        t = r0.blend(r2.rearrange(UP2), HIGH2);
        r2 = r2.blend(r0.rearrange(DOWN2), LOW2);
        r0 = t;
        t = r1.blend(r3.rearrange(UP2), HIGH2);
        r3 = r3.blend(r1.rearrange(DOWN2), LOW2);
        r1 = t;
        t = r4.blend(r6.rearrange(UP2), HIGH2);
        r6 = r6.blend(r4.rearrange(DOWN2), LOW2);
        r4 = t;
        t = r5.blend(r7.rearrange(UP2), HIGH2);
        r7 = r7.blend(r5.rearrange(DOWN2), LOW2);
        r5 = t;
        t = r8.blend(r10.rearrange(UP2), HIGH2);
        r10 = r10.blend(r8.rearrange(DOWN2), LOW2);
        r8 = t;
        t = r9.blend(r11.rearrange(UP2), HIGH2);
        r11 = r11.blend(r9.rearrange(DOWN2), LOW2);
        r9 = t;
        t = r12.blend(r14.rearrange(UP2), HIGH2);
        r14 = r14.blend(r12.rearrange(DOWN2), LOW2);
        r12 = t;
        t = r13.blend(r15.rearrange(UP2), HIGH2);
        r15 = r15.blend(r13.rearrange(DOWN2), LOW2);
        r13 = t;
        t = r0.blend(r1.rearrange(UP1), HIGH1);
        r1 = r1.blend(r0.rearrange(DOWN1), LOW1);
        r0 = t;
        t = r2.blend(r3.rearrange(UP1), HIGH1);
        r3 = r3.blend(r2.rearrange(DOWN1), LOW1);
        r2 = t;
        t = r4.blend(r5.rearrange(UP1), HIGH1);
        r5 = r5.blend(r4.rearrange(DOWN1), LOW1);
        r4 = t;
        t = r6.blend(r7.rearrange(UP1), HIGH1);
        r7 = r7.blend(r6.rearrange(DOWN1), LOW1);
        r6 = t;
        t = r8.blend(r9.rearrange(UP1), HIGH1);
        r9 = r9.blend(r8.rearrange(DOWN1), LOW1);
        r8 = t;
        t = r10.blend(r11.rearrange(UP1), HIGH1);
        r11 = r11.blend(r10.rearrange(DOWN1), LOW1);
        r10 = t;
        t = r12.blend(r13.rearrange(UP1), HIGH1);
        r13 = r13.blend(r12.rearrange(DOWN1), LOW1);
        r12 = t;
        t = r14.blend(r15.rearrange(UP1), HIGH1);
        r15 = r15.blend(r14.rearrange(DOWN1), LOW1);
        r14 = t;
        r0.intoArray(to, start);
        r1.intoArray(to, start + LENGTH);
        r2.intoArray(to, start + 2 * LENGTH);
        r3.intoArray(to, start + 3 * LENGTH);
        r4.intoArray(to, start + 4 * LENGTH);
        r5.intoArray(to, start + 5 * LENGTH);
        r6.intoArray(to, start + 6 * LENGTH);
        r7.intoArray(to, start + 7 * LENGTH);
        r8.intoArray(to, start + 8 * LENGTH);
        r9.intoArray(to, start + 9 * LENGTH);
        r10.intoArray(to, start + 10 * LENGTH);
        r11.intoArray(to, start + 11 * LENGTH);
        r12.intoArray(to, start + 12 * LENGTH);
        r13.intoArray(to, start + 13 * LENGTH);
        r14.intoArray(to, start + 14 * LENGTH);
        r15.intoArray(to, start + 15 * LENGTH);
    }
}
