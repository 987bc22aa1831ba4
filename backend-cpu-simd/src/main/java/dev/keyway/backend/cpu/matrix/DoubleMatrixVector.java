// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.matrix;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Memory;
import dev.keyway.backend.cpu.lanes.DoubleLanes;
import dev.keyway.spi.Workers;
import dev.keyway.spi.Workers.RangeTask;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

import java.util.Arrays;

/**
 * f64 products {@code out = beta * start + alpha * (a * x)} of matrices by vectors, over a batch.
 * Each dot product runs in the lanes of {@link DoubleLanes}, whatever the strides: contiguous rows
 * directly, contiguous columns with the lanes of a block of rows in an array, others one number at
 * a time. The lanes of many rows are folded together, by the tree of {@link DoubleLanes#fold}.
 */
final class DoubleMatrixVector implements RangeTask {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();

    /** Leaves what is added to it as it is; carried vectors are arguments, never receivers. */
    private static final DoubleVector NOTHING = DoubleVector.broadcast(SPECIES, -0d);

    private static final int BYTES = SPECIES.vectorByteSize();
    private static final int SIZE = Double.BYTES;
    private static final int LANES = DoubleLanes.LANES;
    private static final int BLOCK = 64;

    /** The most contiguous rows in a block, of which a vector each is kept. */
    private static final int ROW_BLOCK = 256;

    /** Blocks from which on contiguous rows are in blocks of more than {@link #BLOCK}. */
    private static final int LEAST_BLOCKS = 4;

    private static final long TASK_PRODUCTS = 1L << 16;

    /** Lanes of a block of rows. */
    private static final ThreadLocal<double[]> BUFFER =
            ThreadLocal.withInitial(
                    () -> new double[Math.max(LANES * BLOCK, LENGTH * ROW_BLOCK + LANES)]);

    private int rows;
    private int k;
    private Matrix a = Matrix.ZERO;
    private Matrix x = Matrix.ZERO;
    private Matrix out = Matrix.ZERO;
    private Matrix start = Matrix.ZERO;
    private double alpha;
    private double beta;
    private int block;
    private long blocks;

    /** For {@link #describeRow}: the operands with rows and columns exchanged. */
    private final Matrix columns = new Matrix(0, 0, 0, 0);

    private final Matrix column = new Matrix(0, 0, 0, 0);
    private final Matrix outColumn = new Matrix(0, 0, 0, 0);
    private final Matrix startColumn = new Matrix(0, 0, 0, 0);

    /**
     * Describes products of {@code [rows, k]} by {@code [k, 1]}.
     *
     * @param start {@link Matrix#ZERO} for none
     */
    DoubleMatrixVector describe(
            int rows,
            int k,
            Matrix out,
            Matrix a,
            Matrix x,
            Matrix start,
            double alpha,
            double beta) {
        this.rows = rows;
        this.k = k;
        this.out = out;
        this.a = a;
        this.x = x;
        this.start = start;
        this.alpha = alpha;
        this.beta = beta;
        this.block = isContiguous() ? rowBlock(rows) : BLOCK;
        this.blocks = (rows + block - 1) / block;
        return this;
    }

    /** Describes products of {@code [1, k]} by {@code [k, n]}. */
    DoubleMatrixVector describeRow(
            int n,
            int k,
            Matrix out,
            Matrix row,
            Matrix matrix,
            Matrix start,
            double alpha,
            double beta) {
        return describe(
                n,
                k,
                outColumn.setTransposed(out),
                columns.setTransposed(matrix),
                column.setTransposed(row),
                start == Matrix.ZERO ? start : startColumn.setTransposed(start),
                alpha,
                beta);
    }

    /** A multiple of four rows: the larger, the further apart are those that go together. */
    private static int rowBlock(int rows) {
        int few = Math.min(LEAST_BLOCKS, (rows + BLOCK - 1) / BLOCK);
        int count = Math.max(1, Math.max(few, (rows + ROW_BLOCK - 1) / ROW_BLOCK));
        return Math.max(4, ((rows + count - 1) / count + 3) & -4);
    }

    private boolean isContiguous() {
        return a.columnStride() == 1 && x.rowStride() == 1;
    }

    void run(Workers workers, int batch) {
        long chunk = Math.max(1, TASK_PRODUCTS / Math.max(1, (long) Math.min(block, rows) * k));
        workers.parallel(batch * blocks, chunk, this);
    }

    @Override
    public void run(long from, long to) {
        double[] buffer = BUFFER.get();
        for (long index = from; index < to; index++) {
            long matrix = index / blocks;
            int first = (int) (index % blocks) * block;
            int count = Math.min(block, rows - first);
            long row = a.address() + SIZE * (matrix * a.batchStride() + first * a.rowStride());
            long vector = x.address() + SIZE * matrix * x.batchStride();
            if (a.columnStride() != 1 && a.rowStride() == 1) {
                columns(row, vector, count, buffer);
            } else {
                rows(count, row, vector, buffer);
            }
            store(matrix, first, count, buffer);
        }
    }

    /** Products of rows whose numbers lie in any order; the sums come to the front. */
    private void rows(int count, long row, long vector, double[] buffer) {
        long rowBytes = SIZE * a.rowStride();
        if (isContiguous()) {
            long step = SIZE * a.columnStride();
            DoubleRowProducts.run(row, rowBytes, vector, k, step, count, buffer);
            return;
        }
        for (int i = 0; i < count; i++) {
            strided(row + i * rowBytes, vector, buffer, LENGTH * i);
        }
        DoubleRowProducts.fold(count, buffer);
    }

    /** Leaves a vector of sums of lanes. */
    private void strided(long row, long vector, double[] lanes, int start) {
        long kBytes = SIZE * a.columnStride();
        long xBytes = SIZE * x.rowStride();
        Arrays.fill(lanes, start, start + LANES, 0);
        for (int p = 0; p < k; p++) {
            int lane = start + (p & (LANES - 1));
            double left = Memory.getDouble(row + p * kBytes);
            lanes[lane] = Math.fma(left, Memory.getDouble(vector + p * xBytes), lanes[lane]);
        }
        DoubleRowProducts.halve(lanes, start, LANES, LENGTH);
    }

    /** Products of rows whose numbers at one k are neighbours; the sums come to the front. */
    private void columns(long row, long vector, int count, double[] sums) {
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
        DoubleRowProducts.halve(sums, 0, LANES * BLOCK, BLOCK);
    }

    /** One lane of as many rows as four vectors hold. */
    private static void lane(
            long a, long aBytes, long x, long xBytes, int steps, double[] sums, int at) {
        DoubleVector s0 = DoubleVector.zero(SPECIES);
        DoubleVector s1 = s0;
        DoubleVector s2 = s0;
        DoubleVector s3 = s0;
        for (int p = 0; p < steps; p++) {
            long source = a + p * aBytes;
            DoubleVector factor = DoubleVector.broadcast(SPECIES, Memory.getDouble(x + p * xBytes));
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
            VectorMask<Double> mask,
            double[] sums,
            int at) {
        DoubleVector sum = DoubleVector.zero(SPECIES);
        for (int p = 0; p < steps; p++) {
            DoubleVector factor = DoubleVector.broadcast(SPECIES, Memory.getDouble(x + p * xBytes));
            sum =
                    DoubleVector.fromMemorySegment(SPECIES, ALL, a + p * aBytes, ORDER, mask)
                            .fma(factor, sum);
        }
        NOTHING.add(sum).intoArray(sums, at);
    }

    private void store(long matrix, int first, int count, double[] sums) {
        long target = address(out, matrix, first);
        long added = start == Matrix.ZERO ? 0 : address(start, matrix, first);
        long targetStep = SIZE * out.rowStride();
        long addedStep = SIZE * start.rowStride();
        int i = 0;
        if (added == 0 && targetStep == SIZE) {
            for (; i < SPECIES.loopBound(count); i += LENGTH) {
                DoubleVector.fromArray(SPECIES, sums, i)
                        .mul(alpha)
                        .intoMemorySegment(ALL, target + (long) SIZE * i, ORDER);
            }
        }
        for (; i < count; i++) {
            double value = alpha * sums[i];
            if (added != 0) {
                value += beta * Memory.getDouble(added + i * addedStep);
            }
            Memory.putDouble(target + i * targetStep, value);
        }
    }

    private static long address(Matrix matrix, long index, int row) {
        return matrix.address() + SIZE * (index * matrix.batchStride() + row * matrix.rowStride());
    }

    private static DoubleVector load(long address) {
        return DoubleVector.fromMemorySegment(SPECIES, ALL, address, ORDER);
    }
}
