// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

/**
 * Outputs that use the same taps: all of them forward; backward to the input those whose row and
 * column have the same remainder by the stride.
 *
 * @param taps positions {row, column} of the kernel that contribute
 * @param shifts for each tap the padded row and column that output 0 reads
 * @param firstRow of the outputs
 * @param firstColumn of the outputs
 * @param rowStep between outputs
 * @param columnStep between outputs
 * @param rows number of output rows
 * @param columns number of output columns
 */
record Phase(
        int[][] taps,
        int[][] shifts,
        int firstRow,
        int firstColumn,
        int rowStep,
        int columnStep,
        int rows,
        int columns) {}
