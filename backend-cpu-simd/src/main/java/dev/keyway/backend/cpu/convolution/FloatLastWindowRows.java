// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;
import static dev.keyway.backend.cpu.convolution.FloatLoads.load;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * Moves f32 pixels whose channels lie side by side: images before they are computed with, results
 * of panels that are not full.
 */
final class FloatLastWindowRows {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int BYTES = SPECIES.vectorByteSize();
    private static final int COLUMNS = 2 * LENGTH;
    private static final int SIZE = Float.BYTES;

    /**
     * From a pixel of a copy to the next, whatever the number of channels: so the tiles find all
     * pixels at constants from the first. A block has so many channels at most, since beginning and
     * ending a tile takes some 200 cycles; their weights for one panel come from the second cache.
     */
    static final int PIXEL = 64;

    private FloatLastWindowRows() {}

    /**
     * Copies some channels of pixels, block by block.
     *
     * @param source address of the first pixel's first channel
     * @param pixelBytes to the next pixel
     * @param block channels in a block, at most {@link #PIXEL}
     * @param distance from a block's copy to the next one's
     */
    static void copy(
            long source,
            int pixels,
            long pixelBytes,
            int channels,
            int block,
            float[] to,
            int distance) {
        for (int p = 0; p < pixels; p++) {
            long from = source + p * pixelBytes;
            int at = p * PIXEL;
            for (int left = channels; left > 0; left -= block) {
                piece(from, Math.min(left, block), to, at);
                from += (long) SIZE * block;
                at += distance;
            }
        }
    }

    private static void piece(long from, int channels, float[] to, int at) {
        int c = 0;
        for (; c <= channels - COLUMNS; c += COLUMNS) {
            FloatVector first = load(from + (long) SIZE * c);
            FloatVector second = load(from + (long) SIZE * c + BYTES);
            first.intoArray(to, at + c);
            second.intoArray(to, at + c + LENGTH);
        }
        for (; c < channels; c += LENGTH) {
            VectorMask<Float> mask = SPECIES.indexInRange(c, channels);
            load(from + (long) SIZE * c, mask).intoArray(to, at + c, mask);
        }
    }

    /** Writes the biases of a panel's channels, or zeros; zeros for channels that it lacks. */
    static void begin(long to, long bias, int used) {
        for (int c = 0; c < COLUMNS; c += LENGTH) {
            VectorMask<Float> mask = SPECIES.indexInRange(Math.min(c, used), used);
            FloatVector start =
                    bias == 0 ? FloatVector.zero(SPECIES) : load(bias + (long) SIZE * c, mask);
            start.intoMemorySegment(ALL, to + (long) SIZE * c, ORDER);
        }
    }
}
