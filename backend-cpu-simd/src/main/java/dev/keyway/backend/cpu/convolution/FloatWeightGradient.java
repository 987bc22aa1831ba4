// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.Workers;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * f32 gradient of a convolution for its weight: rows are taps, columns are output channels, the
 * products run over pixels. The batch is dealt out to shares (every {@code shares}th image); in a
 * share each weight is one chain of fused multiply-adds, image by image, pixels in row-major order,
 * and shares are added in order. How many shares there are depends on the shape alone.
 */
public final class FloatWeightGradient {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Float.BYTES;
    private static final int COLUMNS = FloatRunTile.COLUMNS;

    /** Units of work to aim at, and the output channels that one takes at the least. */
    private static final int UNITS = 16;

    private static final int LANES = 32;

    private FloatWeightGradient() {}

    /** Computes; {@code scratch} has {@link #scratchBytes}. */
    public static void run(
            Workers workers,
            Convolution shape,
            long gradOutput,
            long input,
            long gradWeight,
            long scratch) {
        int shares = shares(shape);
        long parts = scratch + packedBytes(shape);
        pack(workers, shape, gradOutput, scratch);
        new FloatWeightGradientShares(
                        shape, input, scratch, shares == 1 ? gradWeight : parts, shares)
                .run(workers);
        if (shares > 1) {
            add(workers, (long) shape.outChannels() * shape.taps(), shares, parts, gradWeight);
        }
    }

    /** Bytes of scratch memory. */
    public static long scratchBytes(Convolution shape) {
        int shares = shares(shape);
        long parts = shares == 1 ? 0 : (long) SIZE * shares * shape.outChannels() * shape.taps();
        return packedBytes(shape) + parts;
    }

    private static long packedBytes(Convolution shape) {
        return (long) SIZE
                * COLUMNS
                * FloatWeightPanels.panels(shape.groupOutChannels())
                * shape.groups()
                * shape.batch()
                * shape.outPixels();
    }

    /** Blocks of input channels, of a fixed size. */
    static int channelBlocks(Convolution shape) {
        return (shape.groupChannels() + 111) / 112;
    }

    /** In blocks of a fixed size, since results must not depend on the width of vectors. */
    static int shares(Convolution shape) {
        int units =
                shape.groups()
                        * channelBlocks(shape)
                        * ((shape.groupOutChannels() + LANES - 1) / LANES);
        return Math.clamp(UNITS / Math.max(1, units), 1, Math.max(1, shape.batch()));
    }

    /**
     * Where the images of a share begin among all images in the order of shares: the first ones
     * have one image more.
     */
    static int firstImage(Convolution shape, int shares, int share) {
        int longer = shape.batch() % shares;
        return share * (shape.batch() / shares) + Math.min(share, longer);
    }

    /**
     * The gradient of the output with channels in lanes: for each group, for each panel, for each
     * image in the order of shares, for each pixel, the panel's channels.
     */
    private static void pack(Workers workers, Convolution shape, long gradOutput, long packed) {
        int outs = shape.groupOutChannels();
        int panels = FloatWeightPanels.panels(outs);
        int shares = shares(shape);
        long pixels = shape.outPixels();
        workers.parallel(
                (long) shape.groups() * panels * shape.batch(),
                1,
                (from, to) -> {
                    for (long index = from; index < to; index++) {
                        int image = (int) (index % shape.batch());
                        int place = firstImage(shape, shares, image % shares) + image / shares;
                        long panel = index / shape.batch();
                        long group = panel / panels;
                        int first = (int) (panel % panels) * COLUMNS;
                        long channel = image * (long) shape.outChannels() + group * outs + first;
                        FloatColumns.pack(
                                gradOutput + SIZE * channel * pixels,
                                SIZE * pixels,
                                (int) pixels,
                                Math.min(COLUMNS, outs - first),
                                packed + SIZE * COLUMNS * (panel * shape.batch() + place) * pixels);
                    }
                });
    }

    /** Adds the shares' weights. */
    private static void add(Workers workers, long count, int shares, long parts, long sum) {
        workers.parallel(
                count,
                1 << 13,
                (from, to) -> {
                    long i = from;
                    for (; i <= to - LENGTH; i += LENGTH) {
                        FloatVector total = load(parts + SIZE * i);
                        for (int share = 1; share < shares; share++) {
                            total = total.add(load(parts + SIZE * (share * count + i)));
                        }
                        total.intoMemorySegment(ALL, sum + SIZE * i, ORDER);
                    }
                    for (; i < to; i++) {
                        float total = Memory.getFloat(parts + SIZE * i);
                        for (int share = 1; share < shares; share++) {
                            total += Memory.getFloat(parts + SIZE * (share * count + i));
                        }
                        Memory.putFloat(sum + SIZE * i, total);
                    }
                });
    }

    private static FloatVector load(long address) {
        return FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER);
    }
}
