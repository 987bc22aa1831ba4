// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import org.jspecify.annotations.Nullable;

/**
 * The shape of a two-dimensional convolution on contiguous NCHW tensors: input {@code [batch,
 * channels, height, width]}, weight {@code [outChannels, channels / groups, kernelHeight,
 * kernelWidth]}, output {@code [batch, outChannels, outHeight(), outWidth()]}.
 */
public record Convolution(
        int batch,
        int channels,
        int height,
        int width,
        int outChannels,
        int kernelHeight,
        int kernelWidth,
        int strideHeight,
        int strideWidth,
        int paddingHeight,
        int paddingWidth,
        int dilationHeight,
        int dilationWidth,
        int groups) {

    /** The shapes that were met last, at places by their hashes: a network has few. */
    private static final @Nullable Convolution[] KNOWN = new Convolution[128];

    /** A shape, the same as before where it is known. */
    static Convolution of(
            int batch,
            int channels,
            int height,
            int width,
            int outChannels,
            int kernelHeight,
            int kernelWidth,
            int strideHeight,
            int strideWidth,
            int paddingHeight,
            int paddingWidth,
            int dilationHeight,
            int dilationWidth,
            int groups) {
        int hash = 31 * (31 * (31 * batch + channels) + height) + width;
        hash = 31 * (31 * (31 * hash + outChannels) + kernelHeight) + strideHeight;
        int place = (hash ^ hash >>> 16) & KNOWN.length - 1;
        Convolution known = KNOWN[place];
        if (known != null
                && known.batch == batch
                && known.channels == channels
                && known.height == height
                && known.width == width
                && known.outChannels == outChannels
                && known.kernelHeight == kernelHeight
                && known.kernelWidth == kernelWidth
                && known.strideHeight == strideHeight
                && known.strideWidth == strideWidth
                && known.paddingHeight == paddingHeight
                && known.paddingWidth == paddingWidth
                && known.dilationHeight == dilationHeight
                && known.dilationWidth == dilationWidth
                && known.groups == groups) {
            return known;
        }
        Convolution shape =
                new Convolution(
                        batch,
                        channels,
                        height,
                        width,
                        outChannels,
                        kernelHeight,
                        kernelWidth,
                        strideHeight,
                        strideWidth,
                        paddingHeight,
                        paddingWidth,
                        dilationHeight,
                        dilationWidth,
                        groups);
        KNOWN[place] = shape;
        return shape;
    }

    /** Rows of the output. */
    public int outHeight() {
        return (height + 2 * paddingHeight - dilationHeight * (kernelHeight - 1) - 1) / strideHeight
                + 1;
    }

    /** Columns of the output. */
    public int outWidth() {
        return (width + 2 * paddingWidth - dilationWidth * (kernelWidth - 1) - 1) / strideWidth + 1;
    }

    /** Input channels of a group. */
    public int groupChannels() {
        return channels / groups;
    }

    /** Output channels of a group. */
    public int groupOutChannels() {
        return outChannels / groups;
    }

    /** Weights of one output channel. */
    public int taps() {
        return groupChannels() * kernelHeight * kernelWidth;
    }

    /** Whether each window is one pixel, none of them of the padding. */
    boolean isPointwise() {
        return kernelHeight == 1 && kernelWidth == 1 && paddingHeight == 0 && paddingWidth == 0;
    }

    /** Numbers in one channel of the output. */
    public int outPixels() {
        return outHeight() * outWidth();
    }
}
