// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The f64 tile of convolutions. Its rows are runs of numbers that are neighbours in an array, such
 * as the pixels of a row, so that one offset for each product finds all of a run; its columns are
 * two vectors. Every element is one chain of fused multiply-adds in order of k, so its bits depend
 * neither on the tile's size nor on the width.
 */
final class DoubleRunTile {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final boolean WIDE = SPECIES.vectorByteSize() == 64;

    /** Rows in a run. */
    static final int RUN = WIDE ? 7 : 4;

    /** Columns: two vectors. */
    static final int COLUMNS = 2 * SPECIES.length();

    private DoubleRunTile() {}

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
            double[] a,
            int[] bases,
            int first,
            int runs,
            int[] offsets,
            int k,
            long b,
            double[] sums,
            int at) {
        for (int i = 0; i < runs; i++) {
            int base = bases[first + i];
            int to = at + i * RUN * COLUMNS;
            if (WIDE) {
                DoubleRunTile7.add(a, base, offsets, k, b, sums, to);
            } else {
                DoubleRunTile4.add(a, base, offsets, k, b, sums, to);
            }
        }
    }
}
