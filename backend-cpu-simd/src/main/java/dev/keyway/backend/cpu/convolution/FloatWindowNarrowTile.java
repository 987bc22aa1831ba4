// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static dev.keyway.backend.cpu.convolution.FloatLoads.load;

import dev.keyway.backend.cpu.Memory;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Inner tile of all windows of {@link FloatWindowTile} for narrow vectors: up to 4 pixels by 2
 * vectors at a time.
 */
final class FloatWindowNarrowTile {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final int BYTES = SPECIES.vectorByteSize();
    private static final int COLUMNS = 2 * LANES;
    private static final int PIXELS = 4;

    private FloatWindowNarrowTile() {}

    /**
     * See {@link FloatWindowTile#add}.
     *
     * @param window columns of the window
     * @param step from one of the window's columns to the next: -1 from right to left
     * @param from the first number of the row, from {@code base} on
     * @param end behind the last one
     */
    static void add(
            float[] a,
            int base,
            int window,
            int stride,
            int step,
            int from,
            int end,
            int[] steps,
            int count,
            long b,
            float[] sums,
            int at) {
        for (int r = 0; r < FloatWindowTile.RUN; r += PIXELS) {
            int pixels = Math.min(PIXELS, FloatWindowTile.RUN - r);
            int start = r * stride - step * (window / 2);
            int to = at + r * COLUMNS;
            four(
                    a, base, window, stride, step, start, from, end, steps, count, b, sums, to,
                    pixels);
        }
    }

    private static void four(
            float[] a,
            int base,
            int window,
            int stride,
            int step,
            int start,
            int from,
            int end,
            int[] steps,
            int count,
            long b,
            float[] sums,
            int at,
            int pixels) {
        // The last pixel stands for those that are missing.
        int last = at + (pixels - 1) * COLUMNS;
        int at1 = Math.min(at + COLUMNS, last);
        int at2 = Math.min(at + 2 * COLUMNS, last);
        int end3 = pixels == PIXELS ? end : from;
        FloatVector s0x0 = FloatVector.fromArray(SPECIES, sums, at);
        FloatVector s0x1 = FloatVector.fromArray(SPECIES, sums, at + LANES);
        FloatVector s1x0 = FloatVector.fromArray(SPECIES, sums, at1);
        FloatVector s1x1 = FloatVector.fromArray(SPECIES, sums, at1 + LANES);
        FloatVector s2x0 = FloatVector.fromArray(SPECIES, sums, at2);
        FloatVector s2x1 = FloatVector.fromArray(SPECIES, sums, at2 + LANES);
        FloatVector s3x0 = FloatVector.fromArray(SPECIES, sums, last);
        FloatVector s3x1 = FloatVector.fromArray(SPECIES, sums, last + LANES);
        for (int p = 0; p < count; p++) {
            long row = Memory.bounded(b + steps[2 * p + 1]);
            int i = base + steps[2 * p];
            for (int k = 0; k < window; k++) {
                FloatVector w0 = load(row);
                FloatVector w1 = load(row + BYTES);
                int q0 = start + k * step;
                int q1 = q0 + stride;
                int q2 = q1 + stride;
                int q3 = q2 + stride;
                if (q0 >= from && q0 < end) {
                    FloatVector x = FloatVector.broadcast(SPECIES, a[i + q0]);
                    s0x0 = x.fma(w0, s0x0);
                    s0x1 = x.fma(w1, s0x1);
                }
                if (q1 >= from && q1 < end) {
                    FloatVector x = FloatVector.broadcast(SPECIES, a[i + q1]);
                    s1x0 = x.fma(w0, s1x0);
                    s1x1 = x.fma(w1, s1x1);
                }
                if (q2 >= from && q2 < end) {
                    FloatVector x = FloatVector.broadcast(SPECIES, a[i + q2]);
                    s2x0 = x.fma(w0, s2x0);
                    s2x1 = x.fma(w1, s2x1);
                }
                if (q3 >= from && q3 < end3) {
                    FloatVector x = FloatVector.broadcast(SPECIES, a[i + q3]);
                    s3x0 = x.fma(w0, s3x0);
                    s3x1 = x.fma(w1, s3x1);
                }
                row += 2 * BYTES;
            }
        }
        s0x0.intoArray(sums, at);
        s0x1.intoArray(sums, at + LANES);
        s1x0.intoArray(sums, at1);
        s1x1.intoArray(sums, at1 + LANES);
        s2x0.intoArray(sums, at2);
        s2x1.intoArray(sums, at2 + LANES);
        if (pixels == PIXELS) {
            s3x0.intoArray(sums, last);
            s3x1.intoArray(sums, last + LANES);
        }
    }
}
