// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.indexing;

/**
 * Rows of a table and the bags that take them.
 *
 * @param weight address of the table
 * @param out address of the bags
 * @param width elements of a row
 * @param rows the row of each number; -1 for padding
 * @param starts where each bag begins among the numbers, and the end of the last
 * @param factors address of a factor for each number; 0 for none
 * @param mode 0 sum, 1 mean, 2 largest
 */
record Bags(long weight, long out, long width, int[] rows, int[] starts, long factors, long mode) {
    static final long MEAN = 1;
    static final long LARGEST = 2;
}
