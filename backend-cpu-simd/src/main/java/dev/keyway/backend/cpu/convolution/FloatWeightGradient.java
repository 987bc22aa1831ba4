// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Memory;
import dev.keyway.backend.cpu.convolution.FloatWeightGradientShares.Operands;
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
        long parts = scratch + packedBytes(shape, shares);
        long target = shares == 1 ? gradWeight : parts;
        if (FloatDepthwiseGradient.suits(shape)) {
            new FloatDepthwiseGradient(shape, gradOutput, input, target, shares).run(workers);
        } else {
            Operands operands = new Operands(gradOutput, input, target, scratch);
            new FloatWeightGradientShares(shape, operands, shares, workers.threads()).run(workers);
        }
        if (shares > 1) {
            add(workers, (long) shape.outChannels() * shape.taps(), shares, parts, gradWeight);
        }
    }

    /** Bytes of scratch memory. */
    public static long scratchBytes(Convolution shape) {
        int shares = shares(shape);
        long parts = shares == 1 ? 0 : (long) SIZE * shares * shape.outChannels() * shape.taps();
        return packedBytes(shape, shares) + parts;
    }

    private static long packedBytes(Convolution shape, int shares) {
        boolean depthwise = FloatDepthwiseGradient.suits(shape);
        return depthwise ? 0 : FloatWeightGradientShares.scratchBytes(shape, shares);
    }

    /** Blocks of input channels, of a fixed size. */
    private static int channelBlocks(Convolution shape) {
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
                            total = load(parts + SIZE * (share * count + i)).add(total);
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
