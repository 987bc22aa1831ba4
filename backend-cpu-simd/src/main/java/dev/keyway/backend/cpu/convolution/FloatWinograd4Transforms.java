// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The transforms of {@link FloatWinograd} for 4x4 outputs, whose squares have 6x6 numbers: by the
 * points 0, 1, -1, 2, -2 and infinity, as A. Lavin and S. Gray, Fast Algorithms for Convolutional
 * Neural Networks, 2016, section 4.3. Each goes over the square's columns, then over its rows.
 */
final class FloatWinograd4Transforms {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int BYTES = SPECIES.vectorByteSize();
    private static final int COLUMNS = FloatRunTile.COLUMNS;

    /** Numbers in a row of a square. */
    private static final int EDGE = 6;

    /** Leaves what is added to it as it is. */
    private static final FloatVector NOTHING = splat(-0f);

    private static final FloatVector TWO = splat(2);
    private static final FloatVector FOUR = splat(4);
    private static final FloatVector EIGHT = splat(8);
    private static final FloatVector MINUS_TWO = splat(-2);
    private static final FloatVector MINUS_FOUR = splat(-4);
    private static final FloatVector MINUS_FIVE = splat(-5);
    private static final FloatVector QUARTER = splat(0.25f);
    private static final FloatVector SIXTH = splat(1f / 6);
    private static final FloatVector MINUS_SIXTH = splat(-1f / 6);
    private static final FloatVector TWELFTH = splat(1f / 12);
    private static final FloatVector TWENTY_FOURTH = splat(1f / 24);

    /** Numbers in a square. */
    static final int POINTS = EDGE * EDGE;

    /** Numbers that a transform keeps between columns and rows. */
    static final int SCRATCH = POINTS * LENGTH;

    private FloatWinograd4Transforms() {}

    private static FloatVector splat(float value) {
        return FloatVector.broadcast(SPECIES, value);
    }

    /**
     * Input squares: row i and column j of square q is {@code planes[start + (6 * i + j) * plane +
     * q]}.
     *
     * @param plane from one place of the squares to the next
     * @param step squares that go together, at most a vector
     * @param count how often
     * @param points receives a vector for each of these, for each point
     * @param at index of the first
     * @param pitch from one vector to the next
     * @param pointPitch from one point to the next
     * @param scratch of {@link #SCRATCH} numbers
     */
    static void input(
            float[] planes,
            int start,
            int plane,
            int step,
            int count,
            float[] points,
            int at,
            int pitch,
            int pointPitch,
            float[] scratch) {
        int down = EDGE * plane;
        for (int b = 0; b < count; b++) {
            for (int j = 0; j < EDGE; j++) {
                int from = start + b * step + j * plane;
                inputs(
                        load(planes, from),
                        load(planes, from + down),
                        load(planes, from + 2 * down),
                        load(planes, from + 3 * down),
                        load(planes, from + 4 * down),
                        load(planes, from + 5 * down),
                        scratch,
                        j * LENGTH,
                        EDGE * LENGTH);
            }
            for (int i = 0; i < EDGE; i++) {
                int from = i * EDGE * LENGTH;
                inputs(
                        load(scratch, from),
                        load(scratch, from + LENGTH),
                        load(scratch, from + 2 * LENGTH),
                        load(scratch, from + 3 * LENGTH),
                        load(scratch, from + 4 * LENGTH),
                        load(scratch, from + 5 * LENGTH),
                        points,
                        at + b * pitch + i * EDGE * pointPitch,
                        pointPitch);
            }
        }
    }

    private static void inputs(
            FloatVector d0,
            FloatVector d1,
            FloatVector d2,
            FloatVector d3,
            FloatVector d4,
            FloatVector d5,
            float[] to,
            int at,
            int step) {
        FloatVector even = MINUS_FOUR.fma(d2, d4);
        FloatVector odd = MINUS_FOUR.fma(d1, d3);
        FloatVector evens = d4.sub(d2);
        FloatVector odds = d3.sub(d1);
        FOUR.fma(d0, MINUS_FIVE.fma(d2, d4)).intoArray(to, at);
        even.add(odd).intoArray(to, at + step);
        even.sub(odd).intoArray(to, at + 2 * step);
        TWO.fma(odds, evens).intoArray(to, at + 3 * step);
        MINUS_TWO.fma(odds, evens).intoArray(to, at + 4 * step);
        FOUR.fma(d1, MINUS_FIVE.fma(d3, d5)).intoArray(to, at + 5 * step);
    }

    /**
     * Weights of one input channel for {@link FloatRunTile#COLUMNS} output channels.
     *
     * @param window address of the numbers of the window's places, one behind the other
     * @param point address of the numbers of the first point
     * @param pointBytes from one point to the next
     * @param scratch of {@link #SCRATCH} numbers
     */
    static void weights(long window, long point, long pointBytes, float[] scratch) {
        for (int c = 0; c < 2; c++) {
            for (int j = 0; j < 3; j++) {
                long source = window + (long) BYTES * (2 * j + c);
                windows(
                        load(source),
                        load(source + 6 * BYTES),
                        load(source + 12 * BYTES),
                        scratch,
                        j * LENGTH,
                        3 * LENGTH);
            }
            for (int i = 0; i < EDGE; i++) {
                int from = i * 3 * LENGTH;
                int line = EDGE * 3 * LENGTH;
                windows(
                        load(scratch, from),
                        load(scratch, from + LENGTH),
                        load(scratch, from + 2 * LENGTH),
                        scratch,
                        line,
                        LENGTH);
                long target = point + (long) BYTES * c + pointBytes * EDGE * i;
                for (int k = 0; k < EDGE; k++) {
                    load(scratch, line + k * LENGTH)
                            .intoMemorySegment(ALL, target + pointBytes * k, ORDER);
                }
            }
        }
    }

    private static void windows(
            FloatVector g0, FloatVector g1, FloatVector g2, float[] to, int at, int step) {
        FloatVector sides = g0.add(g2);
        FloatVector outer = TWENTY_FOURTH.fma(g0, SIXTH.mul(g2));
        FloatVector inner = TWELFTH.mul(g1);
        QUARTER.mul(g0).intoArray(to, at);
        MINUS_SIXTH.mul(sides.add(g1)).intoArray(to, at + step);
        MINUS_SIXTH.mul(sides.sub(g1)).intoArray(to, at + 2 * step);
        outer.add(inner).intoArray(to, at + 3 * step);
        outer.sub(inner).intoArray(to, at + 4 * step);
        g2.intoArray(to, at + 5 * step);
    }

    /**
     * Outputs of a row of squares, four rows of pixels. The last squares come first, so that a row
     * may end within a square: what is written behind it belongs to the next one.
     *
     * @param sums for each point, for each square, {@link FloatRunTile#COLUMNS} numbers
     * @param pointPitch from one point to the next
     * @param at index of the first square's
     * @param count squares
     * @param bias address of the numbers to add; 0 for none
     * @param used how many numbers are there
     * @param outputs receives {@code COLUMNS} numbers for each pixel, row by row
     * @param to index of the first pixel's
     * @param pitch from one row of pixels to the next
     * @param scratch of {@link #SCRATCH} numbers
     */
    static void output(
            float[] sums,
            int pointPitch,
            int at,
            int count,
            long bias,
            int used,
            float[] outputs,
            int to,
            int pitch,
            float[] scratch) {
        int down = EDGE * pointPitch;
        for (int c = 0; c < COLUMNS; c += LENGTH) {
            FloatVector add = FloatWinogradTransforms.bias(bias, c, used);
            for (int q = count - 1; q >= 0; q--) {
                for (int j = 0; j < EDGE; j++) {
                    int from = at + q * COLUMNS + c + j * pointPitch;
                    outputs(
                            load(sums, from),
                            load(sums, from + down),
                            load(sums, from + 2 * down),
                            load(sums, from + 3 * down),
                            load(sums, from + 4 * down),
                            load(sums, from + 5 * down),
                            NOTHING,
                            scratch,
                            j * LENGTH,
                            EDGE * LENGTH);
                }
                for (int i = 0; i < 4; i++) {
                    int from = i * EDGE * LENGTH;
                    outputs(
                            load(scratch, from),
                            load(scratch, from + LENGTH),
                            load(scratch, from + 2 * LENGTH),
                            load(scratch, from + 3 * LENGTH),
                            load(scratch, from + 4 * LENGTH),
                            load(scratch, from + 5 * LENGTH),
                            add,
                            outputs,
                            to + i * pitch + 4 * q * COLUMNS + c,
                            COLUMNS);
                }
            }
        }
    }

    private static void outputs(
            FloatVector m0,
            FloatVector m1,
            FloatVector m2,
            FloatVector m3,
            FloatVector m4,
            FloatVector m5,
            FloatVector add,
            float[] to,
            int at,
            int step) {
        FloatVector p = m1.add(m2);
        FloatVector q = m1.sub(m2);
        FloatVector r = m3.add(m4);
        FloatVector s = m3.sub(m4);
        m0.add(p).add(r).add(add).intoArray(to, at);
        TWO.fma(s, q).add(add).intoArray(to, at + step);
        FOUR.fma(r, p).add(add).intoArray(to, at + 2 * step);
        EIGHT.fma(s, q).add(m5).add(add).intoArray(to, at + 3 * step);
    }

    private static FloatVector load(float[] numbers, int at) {
        return Exact.FLOATS.cast(FloatVector.fromArray(SPECIES, numbers, at));
    }

    private static FloatVector load(long address) {
        return Exact.FLOATS.cast(FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
    }
}
