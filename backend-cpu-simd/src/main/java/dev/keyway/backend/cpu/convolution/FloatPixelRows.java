// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Copies what 1x1 windows read of the rows of an f32 channel: every number or every second one, one
 * row behind the other. Rows of up to two vectors have loops without a loop inside, which would
 * take longer than the copy.
 */
final class FloatPixelRows {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Float.BYTES;

    /** From one load to the next: the second ends with the last number that is used. */
    private static final long NEXT = (long) SIZE * (LENGTH - 1);

    /** The even lanes of a vector, then the odd ones of another. */
    private static final VectorShuffle<Float> EVEN =
            VectorShuffle.fromOp(
                    SPECIES, i -> i < LENGTH / 2 ? 2 * i : 2 * i - LENGTH + 1 - LENGTH);

    private FloatPixelRows() {}

    /** Whether the windows' rows can be copied, of which there is a vector of numbers in all. */
    static boolean takes(Convolution shape) {
        boolean dense = shape.strideHeight() == 1 && shape.strideWidth() == 1;
        return dense
                || shape.strideWidth() == 2
                || (shape.strideWidth() == 1 && shape.outWidth() >= LENGTH);
    }

    /**
     * Copies rows of channels.
     *
     * @param source address of the first row
     * @param channels how many
     * @param channelBytes from one channel to the next
     * @param rowBytes from one row to the next
     * @param step 1 or 2
     * @param count numbers that are copied of each row
     * @param target address
     * @param pitch bytes from one channel to the next there; up to a vector behind the last number
     *     of a channel is written
     */
    static void copy(
            long source,
            int channels,
            long channelBytes,
            long rowBytes,
            int rows,
            int step,
            int count,
            long target,
            long pitch) {
        if (step == 2 && count <= LENGTH) {
            one(source, channels, channelBytes, rowBytes, rows, count, target, pitch);
            return;
        }
        if (step == 2 && count <= 2 * LENGTH) {
            two(source, channels, channelBytes, rowBytes, rows, count, target, pitch);
            return;
        }
        long all = (long) SIZE * count;
        for (int c = 0; c < channels; c++) {
            long from = source + c * channelBytes;
            long to = target + c * pitch;
            if (step == 1 && rowBytes == all) {
                every(from, rows * count, to);
                continue;
            }
            for (int y = 0; y < rows; y++) {
                if (step == 1) {
                    every(from + y * rowBytes, count, to + y * all);
                } else {
                    second(from + y * rowBytes, count, to + y * all);
                }
            }
        }
    }

    private static void every(long source, int count, long target) {
        for (int x = 0; x < count; x += LENGTH) {
            long first = (long) SIZE * Math.min(x, count - LENGTH);
            load(source + first).intoMemorySegment(ALL, target + first, ORDER);
        }
    }

    private static void second(long source, int count, long target) {
        for (int x = 0; x < count; x += LENGTH) {
            long first = (long) SIZE * Math.min(x, count - LENGTH);
            long from = source + 2 * first;
            load(from)
                    .rearrange(EVEN, load(from + NEXT))
                    .intoMemorySegment(ALL, target + first, ORDER);
        }
    }

    /** Rows of a vector at most. */
    private static void one(
            long source,
            int channels,
            long channelBytes,
            long rowBytes,
            int rows,
            int count,
            long target,
            long pitch) {
        int numbers = 2 * count - 1;
        VectorMask<Float> near = SPECIES.indexInRange(0, numbers);
        VectorMask<Float> far = SPECIES.indexInRange(0, Math.max(0, numbers - (LENGTH - 1)));
        for (int c = 0; c < channels; c++) {
            long from = source + c * channelBytes;
            long to = target + c * pitch;
            for (int y = 0; y < rows; y++) {
                load(from, near)
                        .rearrange(EVEN, load(from + NEXT, far))
                        .intoMemorySegment(ALL, to, ORDER);
                from += rowBytes;
                to += (long) SIZE * count;
            }
        }
    }

    /** Rows of two vectors, which may overlap. */
    private static void two(
            long source,
            int channels,
            long channelBytes,
            long rowBytes,
            int rows,
            int count,
            long target,
            long pitch) {
        long last = (long) SIZE * (count - LENGTH);
        for (int c = 0; c < channels; c++) {
            long from = source + c * channelBytes;
            long to = target + c * pitch;
            for (int y = 0; y < rows; y++) {
                long right = from + 2 * last;
                load(from).rearrange(EVEN, load(from + NEXT)).intoMemorySegment(ALL, to, ORDER);
                load(right)
                        .rearrange(EVEN, load(right + NEXT))
                        .intoMemorySegment(ALL, to + last, ORDER);
                from += rowBytes;
                to += (long) SIZE * count;
            }
        }
    }

    /**
     * Copies every second number of rows of a vector at most.
     *
     * @param at index of the first number's place; up to a vector behind the last is written
     */
    static void copy(long source, long rowBytes, int rows, int count, float[] target, int at) {
        int numbers = 2 * count - 1;
        VectorMask<Float> near = SPECIES.indexInRange(0, numbers);
        VectorMask<Float> far = SPECIES.indexInRange(0, Math.max(0, numbers - (LENGTH - 1)));
        long from = source;
        int end = at + rows * count;
        if (numbers <= LENGTH) {
            for (int to = at; to < end; to += count) {
                load(from, near).rearrange(EVEN).intoArray(target, to);
                from += rowBytes;
            }
            return;
        }
        for (int to = at; to < end; to += count) {
            load(from, near).rearrange(EVEN, load(from + NEXT, far)).intoArray(target, to);
            from += rowBytes;
        }
    }

    private static FloatVector load(long address) {
        return Exact.FLOATS.cast(FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
    }

    private static FloatVector load(long address, VectorMask<Float> mask) {
        return Exact.FLOATS.cast(FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER, mask));
    }
}
