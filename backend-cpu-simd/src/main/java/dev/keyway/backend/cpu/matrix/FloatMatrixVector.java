// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.matrix;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Memory;
import dev.keyway.backend.cpu.lanes.FloatLanes;
import dev.keyway.spi.Workers;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

import java.util.Arrays;

/**
 * f32 products of a matrix by a vector. Each dot product runs in the lanes of {@link FloatLanes},
 * whatever the strides: contiguous rows directly, contiguous columns with the lanes of a block of
 * rows in an array, others one number at a time.
 */
final class FloatMatrixVector {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Float.BYTES;
    private static final int LANES = FloatLanes.LANES;
    private static final int BLOCK = 64;
    private static final long TASK_PRODUCTS = 1L << 16;

    private final int rows;
    private final int k;
    private final long a;
    private final long rowBytes;
    private final long kBytes;
    private final long x;
    private final long xBytes;
    private final Store store;

    /** Takes the dot products. */
    @FunctionalInterface
    interface Store {
        /** Takes that of a row. */
        void put(int row, float value);
    }

    /** Describes a product of {@code [rows, k]} by {@code [k]}; strides in bytes. */
    FloatMatrixVector(
            int rows, int k, long a, long rowBytes, long kBytes, long x, long xBytes, Store store) {
        this.rows = rows;
        this.k = k;
        this.a = a;
        this.rowBytes = rowBytes;
        this.kBytes = kBytes;
        this.x = x;
        this.xBytes = xBytes;
        this.store = store;
    }

    void run(Workers workers) {
        long blocks = (rows + BLOCK - 1) / BLOCK;
        long chunk = Math.max(1, TASK_PRODUCTS / Math.max(1, (long) BLOCK * k));
        workers.parallel(blocks, chunk, this::blocks);
    }

    private void blocks(long from, long to) {
        float[] sums = new float[LANES * BLOCK];
        float[] lanes = new float[LANES];
        for (long block = from; block < to; block++) {
            int first = (int) block * BLOCK;
            int count = Math.min(BLOCK, rows - first);
            if (kBytes == SIZE && xBytes == SIZE) {
                contiguous(first, count, lanes);
            } else if (rowBytes == SIZE) {
                columns(first, count, sums, lanes);
            } else {
                strided(first, count, lanes);
            }
        }
    }

    private void contiguous(int first, int count, float[] lanes) {
        for (int i = first; i < first + count; i++) {
            Arrays.fill(lanes, 0);
            FloatLanes.dot(a + i * rowBytes, x, k, lanes);
            store.put(i, FloatLanes.fold(lanes));
        }
    }

    private void strided(int first, int count, float[] lanes) {
        for (int i = first; i < first + count; i++) {
            Arrays.fill(lanes, 0);
            long row = a + i * rowBytes;
            for (int p = 0; p < k; p++) {
                float product = Memory.getFloat(row + p * kBytes);
                int lane = p & (LANES - 1);
                lanes[lane] = Math.fma(product, Memory.getFloat(x + p * xBytes), lanes[lane]);
            }
            store.put(i, FloatLanes.fold(lanes));
        }
    }

    private void columns(int first, int count, float[] sums, float[] lanes) {
        Arrays.fill(sums, 0);
        for (int p = 0; p < k; p++) {
            float factor = Memory.getFloat(x + p * xBytes);
            column(
                    a + first * rowBytes + p * kBytes,
                    factor,
                    count,
                    sums,
                    (p & (LANES - 1)) * BLOCK);
        }
        for (int i = 0; i < count; i++) {
            for (int lane = 0; lane < LANES; lane++) {
                lanes[lane] = sums[lane * BLOCK + i];
            }
            store.put(first + i, FloatLanes.fold(lanes));
        }
    }

    private static void column(long source, float factor, int count, float[] sums, int start) {
        int i = 0;
        for (; i <= count - LENGTH; i += LENGTH) {
            FloatVector.fromMemorySegment(SPECIES, ALL, source + (long) SIZE * i, ORDER)
                    .fma(
                            FloatVector.broadcast(SPECIES, factor),
                            FloatVector.fromArray(SPECIES, sums, start + i))
                    .intoArray(sums, start + i);
        }
        for (; i < count; i++) {
            float value = Memory.getFloat(source + (long) SIZE * i);
            sums[start + i] = Math.fma(value, factor, sums[start + i]);
        }
    }
}
