// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;
import static dev.keyway.backend.cpu.convolution.FloatLoads.load;

import dev.keyway.backend.cpu.Memory;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * Sums over windows of any kind for {@link FloatLastDepthwisePhase}. A method takes the address of
 * the first pixel of the window that lies in the image, the bytes from there to the next row and
 * column of the window, how many of both lie in the image, the index of the panel's biases and of
 * the first weight, the numbers of a row of weights, and the address of the output.
 */
final class FloatLastTaps {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int COLUMNS = 2 * LENGTH;

    /** The distance of two vectors is at most half of it. */
    private static final int MOST = 2 * SPECIES.vectorByteSize() - 1;

    /** Outputs of {@link #four}. */
    static final int RUN = 4;

    private FloatLastTaps() {}

    /**
     * Four outputs side by side.
     *
     * @param step bytes from one window to the next
     * @param outStep bytes from one output to the next
     */
    static void four(
            long source,
            long rowBytes,
            int rows,
            long columnBytes,
            int columns,
            long step,
            int secondBytes,
            float[] weights,
            int bias,
            int first,
            int weightRow,
            long out,
            long outStep) {
        long second = secondBytes & MOST;
        FloatVector s0x0 = FloatVector.fromArray(SPECIES, weights, bias);
        FloatVector s0x1 = FloatVector.fromArray(SPECIES, weights, bias + LENGTH);
        FloatVector s1x0 = FloatVector.fromArray(SPECIES, weights, bias);
        FloatVector s1x1 = FloatVector.fromArray(SPECIES, weights, bias + LENGTH);
        FloatVector s2x0 = FloatVector.fromArray(SPECIES, weights, bias);
        FloatVector s2x1 = FloatVector.fromArray(SPECIES, weights, bias + LENGTH);
        FloatVector s3x0 = FloatVector.fromArray(SPECIES, weights, bias);
        FloatVector s3x1 = FloatVector.fromArray(SPECIES, weights, bias + LENGTH);
        for (int i = 0; i < rows; i++) {
            long row = source + i * rowBytes;
            int w = first + i * weightRow;
            for (int j = 0; j < columns; j++) {
                FloatVector w0 = FloatVector.fromArray(SPECIES, weights, w + j * COLUMNS);
                FloatVector w1 = FloatVector.fromArray(SPECIES, weights, w + j * COLUMNS + LENGTH);
                long a0 = Memory.bounded(row + j * columnBytes);
                long a1 = Memory.bounded(a0 + step);
                long a2 = Memory.bounded(a1 + step);
                long a3 = Memory.bounded(a2 + step);
                s0x0 = load(a0).fma(w0, s0x0);
                s0x1 = load(a0 + second).fma(w1, s0x1);
                s1x0 = load(a1).fma(w0, s1x0);
                s1x1 = load(a1 + second).fma(w1, s1x1);
                s2x0 = load(a2).fma(w0, s2x0);
                s2x1 = load(a2 + second).fma(w1, s2x1);
                s3x0 = load(a3).fma(w0, s3x0);
                s3x1 = load(a3 + second).fma(w1, s3x1);
            }
        }
        s0x0.intoMemorySegment(ALL, out, ORDER);
        s0x1.intoMemorySegment(ALL, out + second, ORDER);
        s1x0.intoMemorySegment(ALL, out + outStep, ORDER);
        s1x1.intoMemorySegment(ALL, out + outStep + second, ORDER);
        s2x0.intoMemorySegment(ALL, out + 2 * outStep, ORDER);
        s2x1.intoMemorySegment(ALL, out + 2 * outStep + second, ORDER);
        s3x0.intoMemorySegment(ALL, out + 3 * outStep, ORDER);
        s3x1.intoMemorySegment(ALL, out + 3 * outStep + second, ORDER);
    }

    /** One output. */
    static void one(
            long source,
            long rowBytes,
            int rows,
            long columnBytes,
            int columns,
            int secondBytes,
            float[] weights,
            int bias,
            int first,
            int weightRow,
            long out,
            int channels) {
        if (channels < LENGTH) {
            few(
                    source,
                    rowBytes,
                    rows,
                    columnBytes,
                    columns,
                    weights,
                    bias,
                    first,
                    weightRow,
                    out,
                    SPECIES.indexInRange(0, channels));
            return;
        }
        long second = secondBytes & MOST;
        FloatVector s0 = FloatVector.fromArray(SPECIES, weights, bias);
        FloatVector s1 = FloatVector.fromArray(SPECIES, weights, bias + LENGTH);
        for (int i = 0; i < rows; i++) {
            long row = source + i * rowBytes;
            int w = first + i * weightRow;
            for (int j = 0; j < columns; j++) {
                FloatVector w0 = FloatVector.fromArray(SPECIES, weights, w + j * COLUMNS);
                FloatVector w1 = FloatVector.fromArray(SPECIES, weights, w + j * COLUMNS + LENGTH);
                long at = Memory.bounded(row + j * columnBytes);
                s0 = load(at).fma(w0, s0);
                s1 = load(at + second).fma(w1, s1);
            }
        }
        s0.intoMemorySegment(ALL, out, ORDER);
        s1.intoMemorySegment(ALL, out + second, ORDER);
    }

    /** One output of fewer channels than a vector holds. */
    private static void few(
            long source,
            long rowBytes,
            int rows,
            long columnBytes,
            int columns,
            float[] weights,
            int bias,
            int first,
            int weightRow,
            long out,
            VectorMask<Float> mask) {
        FloatVector sum = FloatVector.fromArray(SPECIES, weights, bias);
        for (int i = 0; i < rows; i++) {
            long row = source + i * rowBytes;
            int w = first + i * weightRow;
            for (int j = 0; j < columns; j++) {
                FloatVector w0 = FloatVector.fromArray(SPECIES, weights, w + j * COLUMNS);
                sum = load(Memory.bounded(row + j * columnBytes), mask).fma(w0, sum);
            }
        }
        sum.intoMemorySegment(ALL, out, ORDER, mask);
    }
}
