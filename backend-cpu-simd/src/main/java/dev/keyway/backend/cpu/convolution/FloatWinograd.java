// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import dev.keyway.spi.Workers;

/**
 * f32 convolution by a window of 3x3 with stride 1, by the algorithms F(2x2, 3x3) and F(4x4, 3x3)
 * of Winograd (S. Winograd, Arithmetic Complexity of Computations, 1980; A. Lavin and S. Gray, Fast
 * Algorithms for Convolutional Neural Networks, 2016): 2x2 outputs by 16 products for each input
 * channel, where the definition takes 36, or 4x4 outputs by 36, where it takes 144.
 *
 * <p>The result is not rounded as the definition's: with {@code m} the largest of {@code |input|},
 * {@code w} the largest of {@code |weight|} and {@code c} channels it differs from the exact one by
 * at most {@code 81 * (c + 12) * c * m * w * 2^-24} with 2x2 outputs, and with 4x4 by {@code 2304 *
 * (c + 32) * c * m * w * 2^-24}: the product of the sums of absolute values in the rows of the
 * three transforms, 48 in each direction, and the roundings on the way. For normally distributed
 * numbers the root mean square is under {@code 3 * c * 2^-24} and {@code 14 * c * 2^-24}, where the
 * definition's is about {@code 2.5 * c * 2^-24}; single results with 4x4 are up to 20 times as far
 * off. It depends on shapes and values alone, neither on threads nor on the other images of the
 * batch: each point is one chain of fused multiply-adds over the channels in order. But which tile
 * is taken depends on how many images there are, see {@link #edge}.
 */
final class FloatWinograd {
    private static final int SIZE = Float.BYTES;
    private static final int COLUMNS = FloatRunTile.COLUMNS;

    /** Tiles from which on the algorithm, and the larger tile, pay for reading larger weights. */
    private static final int ENOUGH = 32;

    /** Half of these are enough for so many pairs of channels: the products are nearly all then. */
    private static final long MANY = 512 * 512;

    private static final KeptWork WORK =
            new KeptWork((shape, threads) -> new FloatWinogradWork(shape, edge(shape), threads));

    private FloatWinograd() {}

    /**
     * Whether the algorithm holds for the shape and is likely to be faster: there are enough
     * channels to pay for the transforms, tiles in the batch to pay for reading larger weights, and
     * outputs in the tiles.
     */
    static boolean suits(Convolution shape) {
        return shape.kernelHeight() == 3
                && shape.kernelWidth() == 3
                && shape.strideHeight() == 1
                && shape.strideWidth() == 1
                && shape.dilationHeight() == 1
                && shape.dilationWidth() == 1
                && shape.groupChannels() >= 16
                && shape.groupOutChannels() >= 32
                && shape.batch() * tiles(shape, 2) >= enough(shape)
                && 4 * products(shape, edge(shape)) <= 3 * 9L * shape.outPixels();
    }

    private static int enough(Convolution shape) {
        long pairs = (long) shape.groupChannels() * shape.groupOutChannels();
        return pairs >= MANY ? ENOUGH / 2 : ENOUGH;
    }

    /**
     * Rows and columns of outputs in the tile that is likely to be faster: 2 or 4. It depends on
     * the batch, so an image may have other bits among several than alone.
     */
    static int edge(Convolution shape) {
        boolean pays = shape.batch() * tiles(shape, 4) >= ENOUGH;
        return pays && 5 * products(shape, 4) <= 4 * products(shape, 2) ? 4 : 2;
    }

    /** Tiles of an image. */
    private static long tiles(Convolution shape, int edge) {
        return (long) Math.ceilDiv(shape.outHeight(), edge) * Math.ceilDiv(shape.outWidth(), edge);
    }

    /** Products for an image and a pair of channels. */
    private static long products(Convolution shape, int edge) {
        return tiles(shape, edge) * points(edge);
    }

    /** Places in the square of numbers that a tile is computed from. */
    static int points(int edge) {
        return (edge + 2) * (edge + 2);
    }

    /** Bytes of packed weights. */
    static long packedBytes(Convolution shape, int edge) {
        return FloatWeightPanels.forwardBytes(shape) / 9 * points(edge);
    }

    /**
     * Transforms packed weights: for each panel, point and input channel, the panel's channels.
     *
     * @param edge of the tiles
     * @param panels the weights in {@link FloatWeightPanels}
     * @param packed memory of {@link #packedBytes}
     */
    static void pack(Workers workers, Convolution shape, int edge, long panels, long packed) {
        int points = points(edge);
        int channels = shape.groupChannels();
        long all = (long) shape.groups() * FloatWeightPanels.panels(shape.groupOutChannels());
        workers.parallel(
                all * channels,
                64,
                (from, to) -> {
                    for (long index = from; index < to; index++) {
                        long panel = index / channels;
                        long row = panel * points * channels + index % channels;
                        long window = panels + index * 9 * COLUMNS * SIZE;
                        long point = packed + row * COLUMNS * SIZE;
                        long pointBytes = (long) channels * COLUMNS * SIZE;
                        if (edge == 2) {
                            FloatWinogradTransforms.weights(window, point, pointBytes);
                        } else {
                            float[] scratch = FloatWinogradUnit.scratch();
                            FloatWinograd4Transforms.weights(window, point, pointBytes, scratch);
                        }
                    }
                });
    }

    /**
     * The convolution.
     *
     * @param packed address of the transformed weights
     * @param bias address of a number for each output channel; 0 for none
     */
    static void run(
            Workers workers, Convolution shape, long input, long packed, long bias, long out) {
        KeptWork.Entry kept = WORK.take(shape, workers.threads());
        kept.work().run(workers, input, packed, bias, out);
        WORK.give(kept);
    }
}
