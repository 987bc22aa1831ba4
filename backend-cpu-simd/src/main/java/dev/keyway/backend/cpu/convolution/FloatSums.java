// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.CacheLines;
import dev.keyway.backend.cpu.Memory;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

import java.util.Arrays;

/** Arrays for f32 sums with channels in the lanes, and what they begin with. */
final class FloatSums {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int COLUMNS = FloatRunTile.COLUMNS;

    /** Bytes of a cache line. */
    private static final int LINE = 64;

    private static final ThreadLocal<float[][]> ARRAYS =
            ThreadLocal.withInitial(() -> new float[3][0]);

    private FloatSums() {}

    /** An array of the thread for copies of images. */
    static float[] image(int length) {
        return array(0, length);
    }

    /** An array of the thread for sums, with what {@link FloatColumns#store} may read behind. */
    static float[] sums(int length) {
        return array(1, length + LENGTH * COLUMNS);
    }

    /** An array of the thread for what is written from sums of several places. */
    static float[] lines(int rows) {
        return array(2, (rows + LENGTH) * COLUMNS);
    }

    private static float[] array(int place, int length) {
        float[][] arrays = ARRAYS.get();
        if (arrays[place].length < length) {
            arrays[place] = new float[length];
        }
        return arrays[place];
    }

    /**
     * Writes the biases of a panel's channels, or zeros, into rows of {@link FloatRunTile#COLUMNS}
     * sums.
     *
     * @param at index of the first
     * @param bias address of the first channel's; 0 for none
     * @param used channels
     */
    static void begin(float[] sums, int at, int rows, long bias, int used) {
        if (bias == 0) {
            Arrays.fill(sums, at, at + rows * COLUMNS, 0);
            return;
        }
        for (int c = 0; c < COLUMNS; c += LENGTH) {
            VectorMask<Float> mask = SPECIES.indexInRange(Math.min(c, used), used);
            FloatVector start =
                    FloatVector.fromMemorySegment(
                            SPECIES, ALL, bias + (long) Float.BYTES * c, ORDER, mask);
            for (int r = 0; r < rows; r++) {
                start.intoArray(sums, at + r * COLUMNS + c);
            }
        }
    }

    /**
     * Fetches packed weights ({@link CacheLines}), in a third of the time that the first tile would
     * take to.
     *
     * @param sums of {@link #sums}; what is read ends in its last number, so that it is read at all
     */
    static void touch(long weights, long bytes, float[] sums) {
        sums[sums.length - 1] = CacheLines.touch(weights, bytes);
    }

    /** The same for pieces of memory at equal distances. */
    static void touch(long first, long bytes, int count, long distance, float[] sums) {
        int all = 0;
        for (int i = 0; i < count; i++) {
            long piece = first + i * distance;
            for (long at = piece & -LINE; at < piece + bytes; at += LINE) {
                all |= Memory.getInt(at);
            }
        }
        sums[sums.length - 1] = all;
    }
}
