// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import org.jspecify.annotations.Nullable;

/**
 * The shape of a two-dimensional pooling of contiguous planes.
 *
 * @param planes batch times channels
 */
public record Pooling(
        long planes,
        int height,
        int width,
        int kernelHeight,
        int kernelWidth,
        int strideHeight,
        int strideWidth,
        int paddingHeight,
        int paddingWidth,
        int dilationHeight,
        int dilationWidth,
        int outHeight,
        int outWidth) {

    /** No pooling. */
    static final Pooling NONE = new Pooling(0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0);

    /** The shapes that were met last, at places by their hashes: a network has few. */
    private static final @Nullable Pooling[] KNOWN = new Pooling[64];

    /** A shape, the same as before where it is known. */
    static Pooling of(
            long planes,
            int height,
            int width,
            int kernelHeight,
            int kernelWidth,
            int strideHeight,
            int strideWidth,
            int paddingHeight,
            int paddingWidth,
            int dilationHeight,
            int dilationWidth,
            int outHeight,
            int outWidth) {
        int hash = 31 * (31 * (31 * (int) planes + height) + width) + kernelHeight;
        int place = (hash ^ hash >>> 16) & KNOWN.length - 1;
        Pooling known = KNOWN[place];
        if (known != null
                && known.planes == planes
                && known.height == height
                && known.width == width
                && known.kernelHeight == kernelHeight
                && known.kernelWidth == kernelWidth
                && known.strideHeight == strideHeight
                && known.strideWidth == strideWidth
                && known.paddingHeight == paddingHeight
                && known.paddingWidth == paddingWidth
                && known.dilationHeight == dilationHeight
                && known.dilationWidth == dilationWidth
                && known.outHeight == outHeight
                && known.outWidth == outWidth) {
            return known;
        }
        Pooling shape =
                new Pooling(
                        planes,
                        height,
                        width,
                        kernelHeight,
                        kernelWidth,
                        strideHeight,
                        strideWidth,
                        paddingHeight,
                        paddingWidth,
                        dilationHeight,
                        dilationWidth,
                        outHeight,
                        outWidth);
        KNOWN[place] = shape;
        return shape;
    }

    /** Without gaps in the windows. */
    public Pooling(
            long planes,
            int height,
            int width,
            int kernelHeight,
            int kernelWidth,
            int strideHeight,
            int strideWidth,
            int paddingHeight,
            int paddingWidth,
            int outHeight,
            int outWidth) {
        this(
                planes,
                height,
                width,
                kernelHeight,
                kernelWidth,
                strideHeight,
                strideWidth,
                paddingHeight,
                paddingWidth,
                1,
                1,
                outHeight,
                outWidth);
    }

    /** Whether windows have no gaps. */
    boolean isDense() {
        return dilationHeight == 1 && dilationWidth == 1;
    }

    /** Numbers in a window, with or without its padding, which ends at the padded border. */
    int count(int row, int column, boolean withPadding) {
        if (!withPadding) {
            return (rowEnd(row) - rowStart(row)) * (columnEnd(column) - columnStart(column));
        }
        int top = row * strideHeight - paddingHeight;
        int left = column * strideWidth - paddingWidth;
        int bottom = Math.min(top + kernelHeight, height + paddingHeight);
        int right = Math.min(left + kernelWidth, width + paddingWidth);
        return (bottom - top) * (right - left);
    }

    /** The first input row of an output row's window. */
    int rowStart(int row) {
        return Math.max(0, row * strideHeight - paddingHeight);
    }

    /** Behind the last input row of an output row's window. */
    int rowEnd(int row) {
        return Math.min(height, row * strideHeight - paddingHeight + kernelHeight);
    }

    /** The first input column of an output column's window. */
    int columnStart(int column) {
        return Math.max(0, column * strideWidth - paddingWidth);
    }

    /** Behind the last input column of an output column's window. */
    int columnEnd(int column) {
        return Math.min(width, column * strideWidth - paddingWidth + kernelWidth);
    }

    /** Numbers in a plane of the output. */
    int outPixels() {
        return outHeight * outWidth;
    }

    /** Numbers in a plane of the input. */
    int pixels() {
        return height * width;
    }

    /** Planes for a task worth handing over. */
    long chunk() {
        long work = (long) outPixels() * kernelHeight * kernelWidth + pixels();
        return Math.max(1, (1 << 15) / Math.max(1, work));
    }
}
