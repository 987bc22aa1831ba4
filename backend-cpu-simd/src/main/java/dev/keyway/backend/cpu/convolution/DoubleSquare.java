// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Transposes a square of f64 as wide and as high as a vector. In each round, rows whose indices
 * differ in one bit exchange the columns whose indices differ in that bit.
 */
final class DoubleSquare {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;

    /** Rows and columns. */
    static final int LENGTH = SPECIES.length();

    private static final VectorShuffle<Double> UP4 = shuffle(-4);
    private static final VectorShuffle<Double> DOWN4 = shuffle(4);
    private static final VectorMask<Double> HIGH4 = mask(4, true);
    private static final VectorMask<Double> LOW4 = mask(4, false);
    private static final VectorShuffle<Double> UP2 = shuffle(-2);
    private static final VectorShuffle<Double> DOWN2 = shuffle(2);
    private static final VectorMask<Double> HIGH2 = mask(2, true);
    private static final VectorMask<Double> LOW2 = mask(2, false);
    private static final VectorShuffle<Double> UP1 = shuffle(-1);
    private static final VectorShuffle<Double> DOWN1 = shuffle(1);
    private static final VectorMask<Double> HIGH1 = mask(1, true);
    private static final VectorMask<Double> LOW1 = mask(1, false);

    private DoubleSquare() {}

    /**
     * Column c of {@code from} becomes row c of {@code to}.
     *
     * @param at index of the first number
     * @param pitch distance of rows
     * @param to rows one behind the other
     */
    static void transpose(double[] from, int at, int pitch, double[] to) {
        if (LENGTH == 8) {
            registers(from, at, pitch, to);
            return;
        }
        for (int r = 0; r < LENGTH; r++) {
            for (int c = 0; c < LENGTH; c++) {
                to[c * LENGTH + r] = from[at + r * pitch + c];
            }
        }
    }

    /** Lane i is taken from lane i + step, modulo the length. */
    private static VectorShuffle<Double> shuffle(int step) {
        return VectorShuffle.fromOp(SPECIES, i -> (i + step) & (LENGTH - 1));
    }

    /** Lanes whose index has the bit. */
    private static VectorMask<Double> mask(int bit, boolean set) {
        boolean[] lanes = new boolean[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            lanes[i] = (i & bit) != 0 == set;
        }
        return VectorMask.fromArray(SPECIES, lanes, 0);
    }

    private static void registers(double[] from, int at, int pitch, double[] to) {
        DoubleVector r0 = DoubleVector.fromArray(SPECIES, from, at);
        DoubleVector r1 = DoubleVector.fromArray(SPECIES, from, at + pitch);
        DoubleVector r2 = DoubleVector.fromArray(SPECIES, from, at + 2 * pitch);
        DoubleVector r3 = DoubleVector.fromArray(SPECIES, from, at + 3 * pitch);
        DoubleVector r4 = DoubleVector.fromArray(SPECIES, from, at + 4 * pitch);
        DoubleVector r5 = DoubleVector.fromArray(SPECIES, from, at + 5 * pitch);
        DoubleVector r6 = DoubleVector.fromArray(SPECIES, from, at + 6 * pitch);
        DoubleVector r7 = DoubleVector.fromArray(SPECIES, from, at + 7 * pitch);
        DoubleVector t;
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
        r0.intoArray(to, 0);
        r1.intoArray(to, LENGTH);
        r2.intoArray(to, 2 * LENGTH);
        r3.intoArray(to, 3 * LENGTH);
        r4.intoArray(to, 4 * LENGTH);
        r5.intoArray(to, 5 * LENGTH);
        r6.intoArray(to, 6 * LENGTH);
        r7.intoArray(to, 7 * LENGTH);
    }
}
