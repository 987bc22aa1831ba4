// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * The transforms of {@link FloatWinograd} for 2x2 outputs, with a square of 4x4 numbers in 16
 * vectors: of an input square {@code d} to {@code B'dB}, of weights {@code g} to {@code GgG'}, and
 * of products {@code m} to outputs {@code A'mA}. A point is a place in the square, row by row.
 */
final class FloatWinogradTransforms {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int BYTES = SPECIES.vectorByteSize();
    private static final int COLUMNS = FloatRunTile.COLUMNS;

    /** Numbers in a square. */
    static final int POINTS = 16;

    private FloatWinogradTransforms() {}

    /**
     * Input squares: row i and column j of square q is {@code planes[start + (4 * i + j) * plane +
     * q]}.
     *
     * @param plane from one place of the squares to the next
     * @param step squares that go together, at most a vector
     * @param count how often
     * @param points receives a vector for each of these, for each point
     * @param at index of the first
     * @param pitch from one vector to the next
     * @param pointPitch from one point to the next
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
            int pointPitch) {
        for (int b = 0; b < count; b++) {
            int from = start + b * step;
            int to = at + b * pitch;
            FloatVector d00 = FloatVector.fromArray(SPECIES, planes, from);
            FloatVector d01 = FloatVector.fromArray(SPECIES, planes, from + plane);
            FloatVector d02 = FloatVector.fromArray(SPECIES, planes, from + 2 * plane);
            FloatVector d03 = FloatVector.fromArray(SPECIES, planes, from + 3 * plane);
            FloatVector d10 = FloatVector.fromArray(SPECIES, planes, from + 4 * plane);
            FloatVector d11 = FloatVector.fromArray(SPECIES, planes, from + 5 * plane);
            FloatVector d12 = FloatVector.fromArray(SPECIES, planes, from + 6 * plane);
            FloatVector d13 = FloatVector.fromArray(SPECIES, planes, from + 7 * plane);
            FloatVector d20 = FloatVector.fromArray(SPECIES, planes, from + 8 * plane);
            FloatVector d21 = FloatVector.fromArray(SPECIES, planes, from + 9 * plane);
            FloatVector d22 = FloatVector.fromArray(SPECIES, planes, from + 10 * plane);
            FloatVector d23 = FloatVector.fromArray(SPECIES, planes, from + 11 * plane);
            FloatVector d30 = FloatVector.fromArray(SPECIES, planes, from + 12 * plane);
            FloatVector d31 = FloatVector.fromArray(SPECIES, planes, from + 13 * plane);
            FloatVector d32 = FloatVector.fromArray(SPECIES, planes, from + 14 * plane);
            FloatVector d33 = FloatVector.fromArray(SPECIES, planes, from + 15 * plane);
            FloatVector t00 = d00.sub(d20);
            FloatVector t10 = d10.add(d20);
            FloatVector t20 = d20.sub(d10);
            FloatVector t30 = d10.sub(d30);
            FloatVector t01 = d01.sub(d21);
            FloatVector t11 = d11.add(d21);
            FloatVector t21 = d21.sub(d11);
            FloatVector t31 = d11.sub(d31);
            FloatVector t02 = d02.sub(d22);
            FloatVector t12 = d12.add(d22);
            FloatVector t22 = d22.sub(d12);
            FloatVector t32 = d12.sub(d32);
            FloatVector t03 = d03.sub(d23);
            FloatVector t13 = d13.add(d23);
            FloatVector t23 = d23.sub(d13);
            FloatVector t33 = d13.sub(d33);
            t00.sub(t02).intoArray(points, to);
            t01.add(t02).intoArray(points, to + pointPitch);
            t02.sub(t01).intoArray(points, to + 2 * pointPitch);
            t01.sub(t03).intoArray(points, to + 3 * pointPitch);
            t10.sub(t12).intoArray(points, to + 4 * pointPitch);
            t11.add(t12).intoArray(points, to + 5 * pointPitch);
            t12.sub(t11).intoArray(points, to + 6 * pointPitch);
            t11.sub(t13).intoArray(points, to + 7 * pointPitch);
            t20.sub(t22).intoArray(points, to + 8 * pointPitch);
            t21.add(t22).intoArray(points, to + 9 * pointPitch);
            t22.sub(t21).intoArray(points, to + 10 * pointPitch);
            t21.sub(t23).intoArray(points, to + 11 * pointPitch);
            t30.sub(t32).intoArray(points, to + 12 * pointPitch);
            t31.add(t32).intoArray(points, to + 13 * pointPitch);
            t32.sub(t31).intoArray(points, to + 14 * pointPitch);
            t31.sub(t33).intoArray(points, to + 15 * pointPitch);
        }
    }

    /**
     * Weights of one input channel for {@link FloatRunTile#COLUMNS} output channels.
     *
     * @param window address of the numbers of the window's places, one behind the other
     * @param point address of the numbers of the first point
     * @param pointBytes from one point to the next
     */
    static void weights(long window, long point, long pointBytes) {
        for (int c = 0; c < 2; c++) {
            long source = window + (long) c * BYTES;
            long target = point + (long) c * BYTES;
            FloatVector g00 = load(source);
            FloatVector g01 = load(source + 2 * BYTES);
            FloatVector g02 = load(source + 4 * BYTES);
            FloatVector g10 = load(source + 6 * BYTES);
            FloatVector g11 = load(source + 8 * BYTES);
            FloatVector g12 = load(source + 10 * BYTES);
            FloatVector g20 = load(source + 12 * BYTES);
            FloatVector g21 = load(source + 14 * BYTES);
            FloatVector g22 = load(source + 16 * BYTES);
            FloatVector h10 = g00.add(g10).add(g20).mul(0.5f);
            FloatVector h20 = g00.sub(g10).add(g20).mul(0.5f);
            FloatVector h11 = g01.add(g11).add(g21).mul(0.5f);
            FloatVector h21 = g01.sub(g11).add(g21).mul(0.5f);
            FloatVector h12 = g02.add(g12).add(g22).mul(0.5f);
            FloatVector h22 = g02.sub(g12).add(g22).mul(0.5f);
            g00.intoMemorySegment(ALL, target, ORDER);
            g00.add(g01).add(g02).mul(0.5f).intoMemorySegment(ALL, target + pointBytes, ORDER);
            g00.sub(g01).add(g02).mul(0.5f).intoMemorySegment(ALL, target + 2 * pointBytes, ORDER);
            g02.intoMemorySegment(ALL, target + 3 * pointBytes, ORDER);
            h10.intoMemorySegment(ALL, target + 4 * pointBytes, ORDER);
            h10.add(h11).add(h12).mul(0.5f).intoMemorySegment(ALL, target + 5 * pointBytes, ORDER);
            h10.sub(h11).add(h12).mul(0.5f).intoMemorySegment(ALL, target + 6 * pointBytes, ORDER);
            h12.intoMemorySegment(ALL, target + 7 * pointBytes, ORDER);
            h20.intoMemorySegment(ALL, target + 8 * pointBytes, ORDER);
            h20.add(h21).add(h22).mul(0.5f).intoMemorySegment(ALL, target + 9 * pointBytes, ORDER);
            h20.sub(h21).add(h22).mul(0.5f).intoMemorySegment(ALL, target + 10 * pointBytes, ORDER);
            h22.intoMemorySegment(ALL, target + 11 * pointBytes, ORDER);
            g20.intoMemorySegment(ALL, target + 12 * pointBytes, ORDER);
            g20.add(g21).add(g22).mul(0.5f).intoMemorySegment(ALL, target + 13 * pointBytes, ORDER);
            g20.sub(g21).add(g22).mul(0.5f).intoMemorySegment(ALL, target + 14 * pointBytes, ORDER);
            g22.intoMemorySegment(ALL, target + 15 * pointBytes, ORDER);
        }
    }

    /**
     * Outputs of a row of squares, two rows of pixels. The last squares come first, so that a row
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
            int pitch) {
        for (int c = 0; c < COLUMNS; c += LENGTH) {
            FloatVector add = bias(bias, c, used);
            for (int q = count - 1; q >= 0; q--) {
                int from = at + q * COLUMNS + c;
                int pixel = to + 2 * q * COLUMNS + c;
                FloatVector m00 = FloatVector.fromArray(SPECIES, sums, from);
                FloatVector m01 = FloatVector.fromArray(SPECIES, sums, from + pointPitch);
                FloatVector m02 = FloatVector.fromArray(SPECIES, sums, from + 2 * pointPitch);
                FloatVector m03 = FloatVector.fromArray(SPECIES, sums, from + 3 * pointPitch);
                FloatVector m10 = FloatVector.fromArray(SPECIES, sums, from + 4 * pointPitch);
                FloatVector m11 = FloatVector.fromArray(SPECIES, sums, from + 5 * pointPitch);
                FloatVector m12 = FloatVector.fromArray(SPECIES, sums, from + 6 * pointPitch);
                FloatVector m13 = FloatVector.fromArray(SPECIES, sums, from + 7 * pointPitch);
                FloatVector m20 = FloatVector.fromArray(SPECIES, sums, from + 8 * pointPitch);
                FloatVector m21 = FloatVector.fromArray(SPECIES, sums, from + 9 * pointPitch);
                FloatVector m22 = FloatVector.fromArray(SPECIES, sums, from + 10 * pointPitch);
                FloatVector m23 = FloatVector.fromArray(SPECIES, sums, from + 11 * pointPitch);
                FloatVector m30 = FloatVector.fromArray(SPECIES, sums, from + 12 * pointPitch);
                FloatVector m31 = FloatVector.fromArray(SPECIES, sums, from + 13 * pointPitch);
                FloatVector m32 = FloatVector.fromArray(SPECIES, sums, from + 14 * pointPitch);
                FloatVector m33 = FloatVector.fromArray(SPECIES, sums, from + 15 * pointPitch);
                FloatVector u0 = m00.add(m10).add(m20);
                FloatVector v0 = m10.sub(m20).sub(m30);
                FloatVector u1 = m01.add(m11).add(m21);
                FloatVector v1 = m11.sub(m21).sub(m31);
                FloatVector u2 = m02.add(m12).add(m22);
                FloatVector v2 = m12.sub(m22).sub(m32);
                FloatVector u3 = m03.add(m13).add(m23);
                FloatVector v3 = m13.sub(m23).sub(m33);
                u0.add(u1).add(u2).add(add).intoArray(outputs, pixel);
                u1.sub(u2).sub(u3).add(add).intoArray(outputs, pixel + COLUMNS);
                v0.add(v1).add(v2).add(add).intoArray(outputs, pixel + pitch);
                v1.sub(v2).sub(v3).add(add).intoArray(outputs, pixel + pitch + COLUMNS);
            }
        }
    }

    /** The numbers to add to a vector of channels. */
    static FloatVector bias(long bias, int first, int used) {
        if (bias == 0) {
            return FloatVector.zero(SPECIES);
        }
        VectorMask<Float> mask = SPECIES.indexInRange(Math.min(first, used), used);
        return FloatVector.fromMemorySegment(
                SPECIES, ALL, bias + (long) Float.BYTES * first, ORDER, mask);
    }

    private static FloatVector load(long address) {
        return FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER);
    }
}
