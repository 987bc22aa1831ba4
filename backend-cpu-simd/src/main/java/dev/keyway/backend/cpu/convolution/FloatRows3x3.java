// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;
import static dev.keyway.backend.cpu.convolution.FloatWindow3x3.BIAS;
import static dev.keyway.backend.cpu.convolution.FloatWindow3x3.ZERO;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * f32 window of 3x3 with stride 1 and a padding of 1 over a channel, four vectors of a row side by
 * side, from top to bottom like {@link FloatWindow3x3}. So rows are read and written nearly in the
 * order in which they lie in memory: from the third cache it takes two thirds of the time of strips
 * of one vector. Needs the 32 registers of machines with vectors of 512 bits.
 */
final class FloatRows3x3 {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int BYTES = SPECIES.vectorByteSize();
    private static final int SIZE = Float.BYTES;

    private FloatRows3x3() {}

    /** Whether this is a way for the shape. */
    static boolean suits(Convolution shape) {
        return SPECIES.vectorBitSize() == 512
                && shape.paddingWidth() == 1
                && shape.outWidth() == shape.width();
    }

    /**
     * Writes rows of outputs as {@link FloatWindow3x3#run} does, but for up to three vectors on the
     * right.
     *
     * @return columns that were written
     */
    static int run(Convolution shape, long image, float[] weights, int first, int rows, long out) {
        int width = shape.width();
        int x = 0;
        while (width - x > 3 * LENGTH) {
            int end = Math.min(x + 4 * LENGTH, width);
            long at = image + (long) SIZE * x;
            int last = SIZE * (end - LENGTH - x);
            long to = out + (long) SIZE * x;
            panel(shape, at, x == 0, last, end == width, weights, first, rows, to);
            x = end;
        }
        return x;
    }

    /**
     * Outputs of four vectors' width.
     *
     * @param image address of the first one's first row
     * @param left whether the padding is on its left
     * @param last bytes from the first vector to the fourth, which may overlap the third
     * @param right whether the padding is on the right
     */
    private static void panel(
            Convolution shape,
            long image,
            boolean left,
            int last,
            boolean right,
            float[] weights,
            int first,
            int rows,
            long out) {
        FloatVector bias = FloatVector.broadcast(SPECIES, weights[BIAS]);
        FloatVector w0 = FloatVector.broadcast(SPECIES, weights[0]);
        FloatVector w1 = FloatVector.broadcast(SPECIES, weights[1]);
        FloatVector w2 = FloatVector.broadcast(SPECIES, weights[2]);
        FloatVector w3 = FloatVector.broadcast(SPECIES, weights[3]);
        FloatVector w4 = FloatVector.broadcast(SPECIES, weights[4]);
        FloatVector w5 = FloatVector.broadcast(SPECIES, weights[5]);
        FloatVector w6 = FloatVector.broadcast(SPECIES, weights[6]);
        FloatVector w7 = FloatVector.broadcast(SPECIES, weights[7]);
        FloatVector w8 = FloatVector.broadcast(SPECIES, weights[8]);
        FloatVector aOne = bias;
        FloatVector bOne = bias;
        FloatVector cOne = bias;
        FloatVector dOne = bias;
        FloatVector aTwo = bias;
        FloatVector bTwo = bias;
        FloatVector cTwo = bias;
        FloatVector dTwo = bias;
        int height = shape.height();
        long rowBytes = (long) SIZE * shape.width();
        int top = first - shape.paddingHeight();
        for (int y = 0; y < rows + 2; y++) {
            int line = top + y;
            long row = line >= 0 && line < height ? image + line * rowBytes : ZERO + SIZE;
            FloatVector a1 = load(row);
            FloatVector a0 = FloatPick.of(FloatPick.BEFORE, a1, splat(left ? ZERO : row - SIZE));
            FloatVector d1 = load(row + last);
            long side = right ? ZERO : row + last + BYTES;
            FloatVector d2 = FloatPick.of(FloatPick.AFTER, d1, splat(side));
            FloatVector a2 = load(row + SIZE);
            FloatVector b0 = load(row + BYTES - SIZE);
            FloatVector b1 = load(row + BYTES);
            FloatVector b2 = load(row + BYTES + SIZE);
            FloatVector c0 = load(row + 2 * BYTES - SIZE);
            FloatVector c1 = load(row + 2 * BYTES);
            FloatVector c2 = load(row + 2 * BYTES + SIZE);
            FloatVector d0 = load(row + last - SIZE);
            // What the first two write the third one overwrites.
            long to = out + Math.max(y - 2, 0) * rowBytes;
            FloatVector aSum = w8.fma(a2, w7.fma(a1, w6.fma(a0, aTwo)));
            aTwo = w5.fma(a2, w4.fma(a1, w3.fma(a0, aOne)));
            aOne = w2.fma(a2, w1.fma(a1, w0.fma(a0, bias)));
            aSum.intoMemorySegment(ALL, to, ORDER);
            FloatVector bSum = w8.fma(b2, w7.fma(b1, w6.fma(b0, bTwo)));
            bTwo = w5.fma(b2, w4.fma(b1, w3.fma(b0, bOne)));
            bOne = w2.fma(b2, w1.fma(b1, w0.fma(b0, bias)));
            bSum.intoMemorySegment(ALL, to + BYTES, ORDER);
            FloatVector cSum = w8.fma(c2, w7.fma(c1, w6.fma(c0, cTwo)));
            cTwo = w5.fma(c2, w4.fma(c1, w3.fma(c0, cOne)));
            cOne = w2.fma(c2, w1.fma(c1, w0.fma(c0, bias)));
            cSum.intoMemorySegment(ALL, to + 2 * BYTES, ORDER);
            FloatVector dSum = w8.fma(d2, w7.fma(d1, w6.fma(d0, dTwo)));
            dTwo = w5.fma(d2, w4.fma(d1, w3.fma(d0, dOne)));
            dOne = w2.fma(d2, w1.fma(d1, w0.fma(d0, bias)));
            dSum.intoMemorySegment(ALL, to + last, ORDER);
        }
    }

    private static FloatVector splat(long address) {
        return FloatVector.broadcast(SPECIES, Memory.getFloat(address));
    }

    private static FloatVector load(long address) {
        return Exact.FLOATS.cast(FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
    }
}
