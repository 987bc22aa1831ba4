// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.matrix;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Transposes a square of f32 as wide and as high as a vector. One round zips row i of the upper
 * half with row i of the lower half into rows 2i and 2i + 1, which turns the indices' bits (row,
 * column) by one place; as many rounds as an index has bits exchange row and column.
 */
final class FloatTransposition {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

    /** Rows and columns. */
    static final int LENGTH = SPECIES.length();

    private static final int HALF = LENGTH / 2 * LENGTH;
    private static final VectorShuffle<Float> LOW = VectorShuffle.makeZip(SPECIES, 0);
    private static final VectorShuffle<Float> HIGH = VectorShuffle.makeZip(SPECIES, 1);

    private FloatTransposition() {}

    /** Transposes the first square of {@code block}, row-major; the second one is scratch. */
    static void run(float[] block) {
        int from = 0;
        for (int bit = 1; bit < LENGTH; bit *= 2) {
            int to = LENGTH * LENGTH - from;
            round(block, from, to);
            from = to;
        }
        if (from != 0) {
            System.arraycopy(block, from, block, 0, LENGTH * LENGTH);
        }
    }

    private static void round(float[] block, int from, int to) {
        for (int i = 0; i < HALF; i += LENGTH) {
            FloatVector upper = FloatVector.fromArray(SPECIES, block, from + i);
            FloatVector lower = FloatVector.fromArray(SPECIES, block, from + HALF + i);
            upper.rearrange(LOW, lower).intoArray(block, to + 2 * i);
            upper.rearrange(HIGH, lower).intoArray(block, to + 2 * i + LENGTH);
        }
    }
}
