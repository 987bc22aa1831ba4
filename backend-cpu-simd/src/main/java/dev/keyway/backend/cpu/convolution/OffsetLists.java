// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

/**
 * Arrays for the lists of places and offsets that a unit of work goes by. They stay with the
 * thread, so that a call leaves none on the heap; a class of the plugin's own in them would keep
 * the plugin loaded.
 */
final class OffsetLists {
    /** One for each first and last row of a window of 3x3, and others. */
    private static final int LISTS = 32;

    private static final ThreadLocal<int[][]> ARRAYS =
            ThreadLocal.withInitial(() -> new int[LISTS][0]);

    private OffsetLists() {}

    /** The arrays of the thread, for {@link #list}. */
    static int[][] ofThread() {
        return ARRAYS.get();
    }

    /** The array at a place, with room for so many numbers at least, whatever they are. */
    static int[] list(int[][] arrays, int place, int length) {
        if (arrays[place].length < length) {
            arrays[place] = new int[length];
        }
        return arrays[place];
    }
}
