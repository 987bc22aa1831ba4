// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

/**
 * A convolution by {@link FloatWinograd}.
 *
 * @param shape of a window of 3x3 with stride 1
 * @param edge rows and columns of outputs in a tile, 2 or 4
 * @param input address of the images
 * @param packed address of the transformed weights
 * @param bias address of a number for each output channel; 0 for none
 * @param out address of the result
 */
record FloatWinogradWork(
        Convolution shape, int edge, long input, long packed, long bias, long out) {

    /** Places in the square of numbers that a tile is computed from. */
    int points() {
        return (edge + 2) * (edge + 2);
    }

    /** Rows of tiles in an image. */
    int tileRows() {
        return Math.ceilDiv(shape.outHeight(), edge);
    }

    /** Columns of tiles in an image. */
    int tileColumns() {
        return Math.ceilDiv(shape.outWidth(), edge);
    }

    /** Panels of output channels in a group. */
    int panels() {
        return FloatWeightPanels.panels(shape.groupOutChannels());
    }
}
