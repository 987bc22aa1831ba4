// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

/**
 * A padded copy of an image in which the inputs of one tap lie like the output, so that a tap is an
 * offset. A stride splits each channel into stride * stride planes, one for each remainder of row
 * and column.
 *
 * @param channels copied
 * @param height of the image
 * @param width of the image
 * @param top padding above; negative crops
 * @param left padding on the left; negative crops
 * @param strideHeight rows between outputs
 * @param strideWidth columns between outputs
 * @param planeHeight rows of a plane
 * @param planeWidth columns of a plane
 * @param usedRows remainders of rows that taps read, from 0 on
 * @param usedColumns remainders of columns that taps read, from 0 on
 */
record Planes(
        int channels,
        int height,
        int width,
        int top,
        int left,
        int strideHeight,
        int strideWidth,
        int planeHeight,
        int planeWidth,
        int usedRows,
        int usedColumns) {

    /** The planes of the input, as forward and the weight's gradient read them. */
    static Planes ofInput(Convolution shape) {
        int rows =
                shape.outHeight()
                        + (shape.kernelHeight() - 1)
                                * shape.dilationHeight()
                                / shape.strideHeight();
        int columns =
                shape.outWidth()
                        + (shape.kernelWidth() - 1) * shape.dilationWidth() / shape.strideWidth();
        return new Planes(
                shape.groupChannels(),
                shape.height(),
                shape.width(),
                shape.paddingHeight(),
                shape.paddingWidth(),
                shape.strideHeight(),
                shape.strideWidth(),
                rows,
                columns,
                used(shape.kernelHeight(), shape.dilationHeight(), shape.strideHeight()),
                used(shape.kernelWidth(), shape.dilationWidth(), shape.strideWidth()));
    }

    private static int used(int kernel, int dilation, int stride) {
        return dilation == 1 ? Math.min(kernel, stride) : stride;
    }

    /** The part from the given row of outputs on, with so many rows in a plane. */
    Planes from(int row, int rows) {
        return new Planes(
                channels,
                height,
                width,
                top - row * strideHeight,
                left,
                strideHeight,
                strideWidth,
                rows,
                planeWidth,
                usedRows,
                usedColumns);
    }

    /** Numbers in a plane. */
    int planeSize() {
        return planeHeight * planeWidth;
    }

    /** Numbers in a channel. */
    int channelSize() {
        return strideHeight * strideWidth * planeSize();
    }

    /** Numbers in the copy. */
    int size() {
        return Math.multiplyExact(channels, channelSize());
    }

    /** Where the padded row and column of a channel lies. */
    int index(int channel, int row, int column) {
        int phase = row % strideHeight * strideWidth + column % strideWidth;
        return channel * channelSize()
                + phase * planeSize()
                + row / strideHeight * planeWidth
                + column / strideWidth;
    }

    /** The first row of the image that is copied. */
    int firstRow() {
        return Math.max(0, -top);
    }

    /** Behind the last row of the image that is copied. */
    int endRow() {
        return Math.min(height, planeHeight * strideHeight - top);
    }

    /** The first column of the image that is copied. */
    int firstColumn() {
        return Math.max(0, -left);
    }

    /** Behind the last column of the image that is copied. */
    int endColumn() {
        return Math.min(width, planeWidth * strideWidth - left);
    }
}
