// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.matrix;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Memory;
import dev.keyway.backend.cpu.lanes.FloatLanes;
import dev.keyway.spi.Workers;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

import java.util.Arrays;

/**
 * f32 products {@code out = beta * start + alpha * (a * x)} of matrices by vectors, over a batch.
 * Each dot product runs in the lanes of {@link FloatLanes}, whatever the strides: contiguous rows
 * directly, contiguous columns with the lanes of a block of rows in an array, others one number at
 * a time. The lanes of many rows are folded together, by the tree of {@link FloatLanes#fold}.
 */
final class FloatMatrixVector {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();

    /** Leaves what is added to it as it is; carried vectors are arguments, never receivers. */
    private static final FloatVector NOTHING = FloatVector.broadcast(SPECIES, -0f);

    private static final int BYTES = SPECIES.vectorByteSize();
    private static final int SIZE = Float.BYTES;
    private static final int LANES = FloatLanes.LANES;
    private static final int BLOCK = 64;
    private static final int SQUARE = LENGTH * LENGTH;
    private static final long TASK_PRODUCTS = 1L << 16;

    /** Lanes of a block of rows, and squares to transpose. */
    private static final ThreadLocal<float[]> BUFFER =
            ThreadLocal.withInitial(() -> new float[LANES * BLOCK + 2 * SQUARE]);

    private final int rows;
    private final int k;
    private final Matrix a;
    private final Matrix x;
    private final Matrix out;
    private final Matrix start;
    private final float alpha;
    private final float beta;
    private final long blocks;

    /**
     * Describes products of {@code [rows, k]} by {@code [k, 1]}.
     *
     * @param start {@link Matrix#ZERO} for none
     */
    FloatMatrixVector(
            int rows,
            int k,
            Matrix out,
            Matrix a,
            Matrix x,
            Matrix start,
            float alpha,
            float beta) {
        this.rows = rows;
        this.k = k;
        this.out = out;
        this.a = a;
        this.x = x;
        this.start = start;
        this.alpha = alpha;
        this.beta = beta;
        this.blocks = (rows + BLOCK - 1) / BLOCK;
    }

    void run(Workers workers, int batch) {
        long chunk = Math.max(1, TASK_PRODUCTS / Math.max(1, (long) Math.min(BLOCK, rows) * k));
        workers.parallel(batch * blocks, chunk, this::blocks);
    }

    private void blocks(long from, long to) {
        float[] buffer = BUFFER.get();
        for (long index = from; index < to; index++) {
            long matrix = index / blocks;
            int first = (int) (index % blocks) * BLOCK;
            int count = Math.min(BLOCK, rows - first);
            long row = a.address() + SIZE * (matrix * a.batchStride() + first * a.rowStride());
            long vector = x.address() + SIZE * matrix * x.batchStride();
            if (a.columnStride() != 1 && a.rowStride() == 1) {
                columns(row, vector, count, buffer);
                store(matrix, first, count, buffer);
            } else {
                rows(matrix, first, count, row, vector, buffer);
            }
        }
    }

    /** Products of rows, as many at a time as a vector has lanes. */
    private void rows(long matrix, int first, int count, long row, long vector, float[] buffer) {
        boolean contiguous = a.columnStride() == 1 && x.rowStride() == 1;
        long rowBytes = SIZE * a.rowStride();
        for (int i = 0; i < count; i += LENGTH) {
            int used = Math.min(LENGTH, count - i);
            int done = contiguous && 4 * LENGTH == LANES ? used & -2 : 0;
            for (int r = 0; r < done; r += 2) {
                pair(row + (i + r) * rowBytes, rowBytes, vector, k, buffer, r * LANES);
            }
            for (int r = done; r < used; r++) {
                if (contiguous) {
                    contiguous(row + (i + r) * rowBytes, vector, k, buffer, r * LANES);
                } else {
                    strided(row + (i + r) * rowBytes, vector, buffer, r * LANES);
                }
            }
            foldRows(used, buffer);
            store(matrix, first + i, used, buffer);
        }
    }

    /**
     * Puts number p of the product into lane {@code p % LANES}, then folds the lanes, four vectors
     * at a time, into a vector that {@link #foldRows} folds further.
     */
    private static void contiguous(long a, long x, int k, float[] lanes, int start) {
        int full = k & -LANES;
        for (int lane = 0; lane < LANES; lane += 4 * LENGTH) {
            FloatVector s0 = FloatVector.zero(SPECIES);
            FloatVector s1 = s0;
            FloatVector s2 = s0;
            FloatVector s3 = s0;
            for (int p = lane; p < full; p += LANES) {
                long offset = (long) SIZE * p;
                s0 = load(a + offset).fma(load(x + offset), s0);
                s1 = load(a + offset + BYTES).fma(load(x + offset + BYTES), s1);
                s2 = load(a + offset + 2 * BYTES).fma(load(x + offset + 2 * BYTES), s2);
                s3 = load(a + offset + 3 * BYTES).fma(load(x + offset + 3 * BYTES), s3);
            }
            int left = k - full - lane;
            if (left > 0) {
                long offset = (long) SIZE * (full + lane);
                s0 = tail(a + offset, x + offset, left, s0);
                s1 = tail(a + offset + BYTES, x + offset + BYTES, left - LENGTH, s1);
                s2 = tail(a + offset + 2 * BYTES, x + offset + 2 * BYTES, left - 2 * LENGTH, s2);
                s3 = tail(a + offset + 3 * BYTES, x + offset + 3 * BYTES, left - 3 * LENGTH, s3);
            }
            if (4 * LENGTH == LANES) {
                NOTHING.add(s0).add(s2).add(NOTHING.add(s1).add(s3)).intoArray(lanes, start);
            } else {
                NOTHING.add(s0).intoArray(lanes, start + lane);
                NOTHING.add(s1).intoArray(lanes, start + lane + LENGTH);
                NOTHING.add(s2).intoArray(lanes, start + lane + 2 * LENGTH);
                NOTHING.add(s3).intoArray(lanes, start + lane + 3 * LENGTH);
            }
        }
        if (4 * LENGTH != LANES) {
            halve(lanes, start, LANES, LENGTH);
        }
    }

    /** Two rows at once, which read the vector once, where four vectors hold all lanes. */
    private static void pair(long a, long rowBytes, long x, int k, float[] lanes, int start) {
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        FloatVector t0 = s0;
        FloatVector t1 = s0;
        FloatVector t2 = s0;
        FloatVector t3 = s0;
        long second = a + rowBytes;
        int full = k & -LANES;
        for (int p = 0; p < full; p += LANES) {
            long offset = (long) SIZE * p;
            FloatVector x0 = load(x + offset);
            FloatVector x1 = load(x + offset + BYTES);
            FloatVector x2 = load(x + offset + 2 * BYTES);
            FloatVector x3 = load(x + offset + 3 * BYTES);
            s0 = load(a + offset).fma(x0, s0);
            s1 = load(a + offset + BYTES).fma(x1, s1);
            s2 = load(a + offset + 2 * BYTES).fma(x2, s2);
            s3 = load(a + offset + 3 * BYTES).fma(x3, s3);
            t0 = load(second + offset).fma(x0, t0);
            t1 = load(second + offset + BYTES).fma(x1, t1);
            t2 = load(second + offset + 2 * BYTES).fma(x2, t2);
            t3 = load(second + offset + 3 * BYTES).fma(x3, t3);
        }
        if (full < k) {
            long offset = (long) SIZE * full;
            int left = k - full;
            s0 = tail(a + offset, x + offset, left, s0);
            t0 = tail(second + offset, x + offset, left, t0);
            offset += BYTES;
            s1 = tail(a + offset, x + offset, left - LENGTH, s1);
            t1 = tail(second + offset, x + offset, left - LENGTH, t1);
            offset += BYTES;
            s2 = tail(a + offset, x + offset, left - 2 * LENGTH, s2);
            t2 = tail(second + offset, x + offset, left - 2 * LENGTH, t2);
            offset += BYTES;
            s3 = tail(a + offset, x + offset, left - 3 * LENGTH, s3);
            t3 = tail(second + offset, x + offset, left - 3 * LENGTH, t3);
        }
        NOTHING.add(s0).add(s2).add(NOTHING.add(s1).add(s3)).intoArray(lanes, start);
        NOTHING.add(t0).add(t2).add(NOTHING.add(t1).add(t3)).intoArray(lanes, start + LANES);
    }

    private static FloatVector tail(long a, long x, int count, FloatVector sum) {
        VectorMask<Float> mask = SPECIES.indexInRange(0, Math.max(0, count));
        FloatVector left = FloatVector.fromMemorySegment(SPECIES, ALL, a, ORDER, mask);
        FloatVector right = FloatVector.fromMemorySegment(SPECIES, ALL, x, ORDER, mask);
        return NOTHING.add(sum).blend(left.fma(right, sum), mask);
    }

    private void strided(long row, long vector, float[] lanes, int start) {
        long kBytes = SIZE * a.columnStride();
        long xBytes = SIZE * x.rowStride();
        Arrays.fill(lanes, start, start + LANES, 0);
        for (int p = 0; p < k; p++) {
            int lane = start + (p & (LANES - 1));
            float left = Memory.getFloat(row + p * kBytes);
            lanes[lane] = Math.fma(left, Memory.getFloat(vector + p * xBytes), lanes[lane]);
        }
        halve(lanes, start, LANES, LENGTH);
    }

    /** Adds up the vector of each row; the sums come to the front. */
    private static void foldRows(int rows, float[] buffer) {
        for (int r = 0; r < rows; r++) {
            FloatVector.fromArray(SPECIES, buffer, r * LANES).intoArray(buffer, r * LENGTH);
        }
        FloatTransposition.run(buffer);
        halve(buffer, 0, SQUARE, LENGTH);
    }

    /** Folds numbers in two, the first half onto the second, until {@code end} are left. */
    private static void halve(float[] numbers, int start, int count, int end) {
        for (int half = count / 2; half >= end; half /= 2) {
            for (int i = start; i < start + half; i += LENGTH) {
                FloatVector.fromArray(SPECIES, numbers, i)
                        .add(FloatVector.fromArray(SPECIES, numbers, i + half))
                        .intoArray(numbers, i);
            }
        }
    }

    /** Products of rows whose numbers at one k are neighbours; the sums come to the front. */
    private void columns(long row, long vector, int count, float[] sums) {
        long kBytes = SIZE * a.columnStride();
        long xBytes = SIZE * x.rowStride();
        int full = count - count % (4 * LENGTH);
        for (int lane = 0; lane < LANES; lane++) {
            long source = row + lane * kBytes;
            long factor = vector + lane * xBytes;
            int steps = (k - lane + LANES - 1) / LANES;
            for (int i = 0; i < full; i += 4 * LENGTH) {
                lane(
                        source + (long) SIZE * i,
                        LANES * kBytes,
                        factor,
                        LANES * xBytes,
                        steps,
                        sums,
                        lane * BLOCK + i);
            }
            for (int i = full; i < count; i += LENGTH) {
                lane(
                        source + (long) SIZE * i,
                        LANES * kBytes,
                        factor,
                        LANES * xBytes,
                        steps,
                        SPECIES.indexInRange(i, count),
                        sums,
                        lane * BLOCK + i);
            }
        }
        halve(sums, 0, LANES * BLOCK, BLOCK);
    }

    /** One lane of as many rows as four vectors hold. */
    private static void lane(
            long a, long aBytes, long x, long xBytes, int steps, float[] sums, int at) {
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        for (int p = 0; p < steps; p++) {
            long source = a + p * aBytes;
            FloatVector factor = FloatVector.broadcast(SPECIES, Memory.getFloat(x + p * xBytes));
            s0 = load(source).fma(factor, s0);
            s1 = load(source + BYTES).fma(factor, s1);
            s2 = load(source + 2 * BYTES).fma(factor, s2);
            s3 = load(source + 3 * BYTES).fma(factor, s3);
        }
        NOTHING.add(s0).intoArray(sums, at);
        NOTHING.add(s1).intoArray(sums, at + LENGTH);
        NOTHING.add(s2).intoArray(sums, at + 2 * LENGTH);
        NOTHING.add(s3).intoArray(sums, at + 3 * LENGTH);
    }

    /** One lane of the rows that are left. */
    private static void lane(
            long a,
            long aBytes,
            long x,
            long xBytes,
            int steps,
            VectorMask<Float> mask,
            float[] sums,
            int at) {
        FloatVector sum = FloatVector.zero(SPECIES);
        for (int p = 0; p < steps; p++) {
            FloatVector factor = FloatVector.broadcast(SPECIES, Memory.getFloat(x + p * xBytes));
            sum =
                    FloatVector.fromMemorySegment(SPECIES, ALL, a + p * aBytes, ORDER, mask)
                            .fma(factor, sum);
        }
        NOTHING.add(sum).intoArray(sums, at);
    }

    private void store(long matrix, int first, int count, float[] sums) {
        for (int i = 0; i < count; i++) {
            float value = alpha * sums[i];
            if (start != Matrix.ZERO) {
                value += beta * Memory.getFloat(address(start, matrix, first + i));
            }
            Memory.putFloat(address(out, matrix, first + i), value);
        }
    }

    private static long address(Matrix matrix, long index, int row) {
        return matrix.address() + SIZE * (index * matrix.batchStride() + row * matrix.rowStride());
    }

    private static FloatVector load(long address) {
        return FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER);
    }
}
