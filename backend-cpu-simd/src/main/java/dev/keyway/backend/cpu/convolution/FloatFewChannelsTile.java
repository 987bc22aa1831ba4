// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Inner tile of {@link FloatFewChannelsPhase}: 4 output channels by 4 vectors of pixels, so that a
 * vector that crosses cache lines is loaded for four products. Every sum is a chain of fused
 * multiply-adds in order of the products.
 */
final class FloatFewChannelsTile {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();

    /** Output channels. */
    static final int ROWS = 4;

    /** Pixels. */
    static final int COLUMNS = 4 * LENGTH;

    private FloatFewChannelsTile() {}

    /**
     * Computes the sums of neighbouring positions.
     *
     * @param image where the products' numbers lie
     * @param offsets of the first position's
     * @param k products
     * @param weights of each product, for the four channels
     * @param start what each channel begins with
     * @param sums of each channel
     * @param pitch from one channel's to the next
     * @param count positions; up to a tile behind them is computed and written
     */
    static void add(
            float[] image,
            int[] offsets,
            int k,
            float[] weights,
            float[] start,
            float[] sums,
            int pitch,
            int count) {
        for (int q = 0; q < count; q += COLUMNS) {
            FloatVector s0x0 = FloatVector.broadcast(SPECIES, start[0]);
            FloatVector s0x1 = s0x0;
            FloatVector s0x2 = s0x0;
            FloatVector s0x3 = s0x0;
            FloatVector s1x0 = FloatVector.broadcast(SPECIES, start[1]);
            FloatVector s1x1 = s1x0;
            FloatVector s1x2 = s1x0;
            FloatVector s1x3 = s1x0;
            FloatVector s2x0 = FloatVector.broadcast(SPECIES, start[2]);
            FloatVector s2x1 = s2x0;
            FloatVector s2x2 = s2x0;
            FloatVector s2x3 = s2x0;
            FloatVector s3x0 = FloatVector.broadcast(SPECIES, start[3]);
            FloatVector s3x1 = s3x0;
            FloatVector s3x2 = s3x0;
            FloatVector s3x3 = s3x0;
            for (int p = 0; p < k; p++) {
                int at = offsets[p] + q;
                FloatVector b0 = FloatVector.fromArray(SPECIES, image, at);
                FloatVector b1 = FloatVector.fromArray(SPECIES, image, at + LENGTH);
                FloatVector b2 = FloatVector.fromArray(SPECIES, image, at + 2 * LENGTH);
                FloatVector b3 = FloatVector.fromArray(SPECIES, image, at + 3 * LENGTH);
                int row = ROWS * p;
                FloatVector x;
                x = FloatVector.broadcast(SPECIES, weights[row]);
                s0x0 = x.fma(b0, s0x0);
                s0x1 = x.fma(b1, s0x1);
                s0x2 = x.fma(b2, s0x2);
                s0x3 = x.fma(b3, s0x3);
                x = FloatVector.broadcast(SPECIES, weights[row + 1]);
                s1x0 = x.fma(b0, s1x0);
                s1x1 = x.fma(b1, s1x1);
                s1x2 = x.fma(b2, s1x2);
                s1x3 = x.fma(b3, s1x3);
                x = FloatVector.broadcast(SPECIES, weights[row + 2]);
                s2x0 = x.fma(b0, s2x0);
                s2x1 = x.fma(b1, s2x1);
                s2x2 = x.fma(b2, s2x2);
                s2x3 = x.fma(b3, s2x3);
                x = FloatVector.broadcast(SPECIES, weights[row + 3]);
                s3x0 = x.fma(b0, s3x0);
                s3x1 = x.fma(b1, s3x1);
                s3x2 = x.fma(b2, s3x2);
                s3x3 = x.fma(b3, s3x3);
            }
            int to = q;
            s0x0.intoArray(sums, to);
            s0x1.intoArray(sums, to + LENGTH);
            s0x2.intoArray(sums, to + 2 * LENGTH);
            s0x3.intoArray(sums, to + 3 * LENGTH);
            to += pitch;
            s1x0.intoArray(sums, to);
            s1x1.intoArray(sums, to + LENGTH);
            s1x2.intoArray(sums, to + 2 * LENGTH);
            s1x3.intoArray(sums, to + 3 * LENGTH);
            to += pitch;
            s2x0.intoArray(sums, to);
            s2x1.intoArray(sums, to + LENGTH);
            s2x2.intoArray(sums, to + 2 * LENGTH);
            s2x3.intoArray(sums, to + 3 * LENGTH);
            to += pitch;
            s3x0.intoArray(sums, to);
            s3x1.intoArray(sums, to + LENGTH);
            s3x2.intoArray(sums, to + 2 * LENGTH);
            s3x3.intoArray(sums, to + 3 * LENGTH);
        }
    }
}
