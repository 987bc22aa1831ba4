// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import dev.keyway.backend.cpu.Memory;

/**
 * The largest number of an f32 window. Number and position are compared as one integer, without a
 * branch that random numbers would make unpredictable.
 */
final class FloatWindow {
    private FloatWindow() {}

    /** Index of the first largest number; of the last NaN where there is one. */
    static int largest(
            long plane, int width, int firstRow, int endRow, int firstColumn, int endColumn) {
        long best = Long.MIN_VALUE;
        for (int i = firstRow; i < endRow; i++) {
            for (int j = firstColumn; j < endColumn; j++) {
                int index = i * width + j;
                best = Math.max(best, key(Memory.getFloat(plane + 4L * index), index));
            }
        }
        boolean number = best >> 32 != Integer.MAX_VALUE;
        return number ? ~(int) best : (int) best;
    }

    /**
     * Orders by number, zeros being equal, then from the last index to the first; NaN is above all.
     */
    private static long key(float value, int index) {
        if (Float.isNaN(value)) {
            return (long) Integer.MAX_VALUE << 32 | index;
        }
        int bits = Float.floatToRawIntBits(value + 0.0f);
        int ordered = bits ^ (bits >> 31 & Integer.MAX_VALUE);
        return (long) ordered << 32 | ~index & 0xFFFFFFFFL;
    }
}
