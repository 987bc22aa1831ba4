// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import jdk.incubator.vector.FloatVector;

/**
 * Inner tile of convolutions: 7 neighbouring pixels of a row by 2 vectors of output channels, for
 * the windows that have a class of their own where vectors have 512 bits. A step takes one row of
 * the window in one channel, with all of its weights in registers: each number of the image is
 * loaded once and serves all pixels whose windows have it. Every sum is a chain of fused
 * multiply-adds in the order channel, kernel row, kernel column, whatever the width. Products with
 * the padding are left out.
 */
enum FloatWindowTile {
    /** 1x1, stride 2; for narrow vectors alone, wide ones have better ways. */
    WINDOW1_STRIDE2(1, 2),
    /** 3x3, stride 1. */
    WINDOW3(3, 1),
    /** 3x3, stride 2. */
    WINDOW3_STRIDE2(3, 2),
    /** The gradient for the input of 3x3, stride 1: from right to left. */
    WINDOW3_GRADIENT(3, 1);

    /** Pixels. */
    static final int RUN = 7;

    /** Whether vectors have 512 bits. */
    private static final boolean WIDE = FloatVector.SPECIES_PREFERRED.vectorByteSize() == 64;

    private static final FloatWindowTile[] FORWARD = {WINDOW1_STRIDE2, WINDOW3, WINDOW3_STRIDE2};

    private final int window;
    private final int stride;

    FloatWindowTile(int window, int stride) {
        this.window = window;
        this.stride = stride;
    }

    /** Whether there is a tile for the shape, whose rows are then whole runs. */
    static boolean takes(Convolution shape) {
        if (shape.outPixels() <= 0 || shape.groupChannels() == 0) {
            return false;
        }
        for (FloatWindowTile tile : FORWARD) {
            if (tile.fits(shape)) {
                return true;
            }
        }
        return false;
    }

    /** The tile for a shape that there is one for. */
    static FloatWindowTile of(Convolution shape) {
        for (FloatWindowTile tile : FORWARD) {
            if (tile.fits(shape)) {
                return tile;
            }
        }
        throw new IllegalArgumentException("no tile for " + shape);
    }

    /** Whether {@link #WINDOW3_GRADIENT} is the way to the gradient for the input. */
    static boolean takesGradient(Convolution shape) {
        return shape.outPixels() > 0
                && shape.groupOutChannels() > 0
                && WINDOW3_GRADIENT.fits(shape);
    }

    /** The padding keeps the size, up to the stride. */
    private boolean fits(Convolution shape) {
        return (window > 1 || !WIDE)
                && shape.kernelHeight() == window
                && shape.kernelWidth() == window
                && shape.strideHeight() == stride
                && shape.strideWidth() == stride
                && shape.paddingHeight() == window / 2
                && shape.paddingWidth() == window / 2
                && shape.dilationHeight() == 1
                && shape.dilationWidth() == 1
                && shape.width() == stride * shape.outWidth()
                && shape.outWidth() % RUN == 0;
    }

    /**
     * Adds the products of some rows of the windows to what the sums of 7 pixels begin with.
     *
     * @param a image rows without padding
     * @param base index of what the first pixel's window has in its middle
     * @param left whether the row goes on to the left of the windows' middles
     * @param right whether it goes on behind the last pixel
     * @param steps for each row, the offset from {@code base} to the same column in it, and the
     *     bytes from {@code b} to its weights; one list, since registers are scarce
     * @param count rows
     * @param b address of packed weights, two vectors for each product
     * @param start two vectors for each pixel: the sums up to now, or the biases
     * @param first index of the first
     * @param pitch to those of the next pixel; 0 where all begin with the same
     * @param sums two vectors for each pixel, the result
     * @param at index of the first
     */
    void add(
            float[] a,
            int base,
            boolean left,
            boolean right,
            int[] steps,
            int count,
            long b,
            float[] start,
            int first,
            int pitch,
            float[] sums,
            int at) {
        if (!WIDE) {
            for (int i = 0; pitch == 0 && i < RUN; i++) {
                int to = at + i * FloatRunTile.COLUMNS;
                System.arraycopy(start, first, sums, to, FloatRunTile.COLUMNS);
            }
            int step = this == WINDOW3_GRADIENT ? -1 : 1;
            int from = left ? -(window / 2) : 0;
            int end = RUN * stride + (right ? window : 0);
            FloatWindowNarrowTile.add(
                    a, base, window, stride, step, from, end, steps, count, b, sums, at);
            return;
        }
        if (this == WINDOW3) {
            FloatWindow3Tile.add(
                    a, base, left, right, steps, count, b, start, first, pitch, sums, at);
        } else if (this == WINDOW3_GRADIENT) {
            FloatWindow3GradientTile.add(
                    a, base, left, right, steps, count, b, start, first, pitch, sums, at);
        } else {
            FloatWindow3Stride2Tile.add(
                    a, base, left, right, steps, count, b, start, first, pitch, sums, at);
        }
    }
}
