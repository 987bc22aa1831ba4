// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The f32 tile of convolutions. Its rows are runs of numbers that are neighbours in an array, such
 * as the pixels of a row, so that one offset for each product finds all of a run; its columns are
 * two vectors. Every element is one chain of fused multiply-adds in order of k, so its bits depend
 * neither on the tile's size nor on the width.
 */
final class FloatRunTile {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final boolean WIDE = SPECIES.vectorByteSize() == 64;

    /** Rows in a run. */
    static final int RUN = WIDE ? 7 : 4;

    /** Columns: two vectors. */
    static final int COLUMNS = 2 * SPECIES.length();

    /** Rows in a run of those that divide into eights better. */
    private static final int LONG_RUN = 8;

    private FloatRunTile() {}

    /** Rows in a run for so many: as few as possible are computed beyond the last. */
    static int run(int rows) {
        boolean longer =
                WIDE && Math.ceilDiv(rows, LONG_RUN) * LONG_RUN < Math.ceilDiv(rows, RUN) * RUN;
        return longer ? LONG_RUN : RUN;
    }

    /**
     * {@code sums += a * b} for a list of runs, where row r of run i at k is {@code a[bases[i] + r
     * + offsets[k]]}.
     *
     * @param runs how many, from {@code bases[first]} on
     * @param b address, packed, {@link #COLUMNS} numbers for each k
     * @param sums rows of {@link #COLUMNS} accumulators, run after run
     * @param at index of the first accumulator
     */
    static void multiply(
            float[] a,
            int[] bases,
            int first,
            int runs,
            int[] offsets,
            int k,
            long b,
            float[] sums,
            int at) {
        multiply(a, bases, first, runs, RUN, offsets, k, b, sums, at);
    }

    /** As above, with {@code run} rows in each run, see {@link #run}. */
    static void multiply(
            float[] a,
            int[] bases,
            int first,
            int runs,
            int run,
            int[] offsets,
            int k,
            long b,
            float[] sums,
            int at) {
        for (int i = 0; i < runs; i++) {
            int base = bases[first + i];
            int to = at + i * run * COLUMNS;
            if (WIDE && run == LONG_RUN) {
                FloatRunTile8.add(a, base, offsets, k, b, sums, to);
            } else if (WIDE) {
                FloatRunTile7.add(a, base, offsets, k, b, sums, to);
            } else {
                FloatRunTile4.add(a, base, offsets, k, b, sums, to);
            }
        }
    }
}
