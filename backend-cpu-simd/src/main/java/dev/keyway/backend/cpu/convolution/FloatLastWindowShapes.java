// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import jdk.incubator.vector.FloatVector;

/** The shapes that {@link FloatLastWindowPhase} is for. */
final class FloatLastWindowShapes {
    /** Vectors of 512 bits, which the tiles are for. */
    private static final boolean WIDE = FloatVector.SPECIES_PREFERRED.vectorByteSize() == 64;

    /** Rows and columns of the window. */
    private static final int WINDOW = 3;

    /** Channels of a group, in and out, from which on the copies of row-major images pay. */
    private static final int PAYING = 64;

    /** Numbers of these images and their results, at most. */
    private static final long MOST_TURNED = 1 << 23;

    private FloatLastWindowShapes() {}

    /** Whether this is a way for the shape. */
    static boolean suits(Convolution shape) {
        return WIDE
                && shape.batch() > 0
                && shape.groupChannels() > 0
                && FloatConvolution.takesPacked(shape)
                && isWindow(shape)
                && shape.outHeight() > 0
                && shape.outWidth() >= FloatRunTile.RUN
                && 2 * tiled(shape.outWidth()) < 3 * shape.outWidth()
                && FloatLastWindow3Tile.takes(shape.outChannels());
    }

    /**
     * Whether it is the faster way for row-major images, too, with their copies: those whose rows
     * are no runs of {@link FloatWindowPhase}, where copies are small beside the products and stay
     * in the caches.
     */
    static boolean paysTurning(Convolution shape) {
        long numbers =
                (long) shape.channels() * shape.height() * shape.width()
                        + (long) shape.outChannels() * shape.outPixels();
        return Math.min(shape.groupChannels(), shape.groupOutChannels()) >= PAYING
                && shape.batch() * numbers <= MOST_TURNED
                && shape.strideWidth() == 1
                && suits(shape)
                && !FloatWindowTile.takes(shape)
                && 10 * tiled(shape.outWidth()) < 13 * shape.outWidth();
    }

    /** Whether windows are of 3x3, and the padding keeps the size, up to the stride. */
    private static boolean isWindow(Convolution shape) {
        int stride = shape.strideWidth();
        return shape.kernelHeight() == WINDOW
                && shape.kernelWidth() == WINDOW
                && (stride == 1 || stride == 2)
                && shape.strideHeight() == stride
                && shape.paddingHeight() == 1
                && shape.paddingWidth() == 1
                && shape.dilationHeight() == 1
                && shape.dilationWidth() == 1
                && shape.width() == stride * shape.outWidth();
    }

    /** Pixels that are computed for a row, some of them twice. */
    private static int tiled(int width) {
        int run = FloatRunTile.run(width);
        return Math.ceilDiv(width, run) * run;
    }
}
