// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

/**
 * A convolution by {@link FloatWinograd}.
 *
 * @param edge rows and columns of outputs in a tile, 2 or 4
 * @param packed address of the transformed weights
 * @param bias address of a number for each output channel; 0 for none
 */
record FloatWinogradWork(
        Convolution shape, int edge, long input, long packed, long bias, long out) {

    /** Places in the square of numbers that a tile is computed from. */
    int points() {
        return (edge + 2) * (edge + 2);
    }

    /** Rows of tiles in an image. */
    int tileRows() {
        return (shape.outHeight() + edge - 1) / edge;
    }

    /** Columns of tiles in an image. */
    int tileColumns() {
        return (shape.outWidth() + edge - 1) / edge;
    }

    /** Panels of output channels in a group. */
    int panels() {
        return FloatWeightPanels.panels(shape.groupOutChannels());
    }
}
