// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.matrix;

/** How rows of tiles are divided into units of work. */
final class Shares {
    /** With more units for a thread than these, one more or less does not matter. */
    private static final int MOST = 8;

    private Shares() {}

    /**
     * Into how many parts rows are divided so that each thread has as many units, where few are
     * enough for that.
     *
     * @param others units of each part
     * @param least parts that there are at least
     * @param rows which can be divided
     */
    static int even(long others, int least, int rows, int threads) {
        int parts = least;
        while (others * parts % threads != 0
                && others * parts < (long) MOST * threads
                && parts < rows) {
            parts++;
        }
        return parts;
    }
}
