// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.counting;

import dev.keyway.backend.cpu.Memory;

/** f32 elements counted in bins of equal width; each step rounds as the composite's does. */
final class FloatHistogram {
    private static final int SIZE = Float.BYTES;

    private FloatHistogram() {}

    /** Adds the elements between the bounds to their bins; the upper bound is of the last. */
    static void count(long self, long count, float low, float high, int bins, long[] counts) {
        float width = high - low;
        for (long at = self; at < self + SIZE * count; at += SIZE) {
            float x = Memory.getFloat(at);
            if (x >= low && x <= high) {
                long bin = (long) ((x - low) * bins / width);
                counts[(int) Math.clamp(bin, 0, bins - 1)]++;
            }
        }
    }

    /** Widens the two bounds to those of the elements; NaN is both. */
    static void bounds(long self, long count, double[] bounds) {
        float low = (float) bounds[0];
        float high = (float) bounds[1];
        for (long at = self; at < self + SIZE * count; at += SIZE) {
            float x = Memory.getFloat(at);
            low = Math.min(low, x);
            high = Math.max(high, x);
        }
        bounds[0] = low;
        bounds[1] = high;
    }
}
