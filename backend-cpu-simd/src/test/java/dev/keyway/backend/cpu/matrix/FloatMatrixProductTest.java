// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.matrix;

import static dev.keyway.backend.cpu.KernelFixture.getFloat;
import static dev.keyway.backend.cpu.matrix.FloatMatrices.chain;
import static dev.keyway.backend.cpu.matrix.FloatMatrices.get;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.backend.cpu.KernelFixture;
import dev.keyway.backend.cpu.matrix.FloatMatrices.Columns;
import dev.keyway.backend.cpu.matrix.FloatMatrices.Order;
import dev.keyway.spi.Workers;

import org.junit.jupiter.api.Test;

import java.util.List;

/** f32 products have the bits of a scalar loop, whatever the width, threads and strides. */
final class FloatMatrixProductTest {
    private static final int[] SIZES = {0, 1, 2, 3, 8, 9, 10, 11, 21, 31, 32, 33, 67};

    private static final List<Order> ORDERS = List.of(Order.ROWS, Order.COLUMNS, Order.SPREAD);

    @Test
    void everySizeHasTheBitsOfTheScalarLoop() {
        for (int m : SIZES) {
            for (int n : SIZES) {
                for (int k : new int[] {0, 1, 5, 64, 67}) {
                    check(1, m, n, k, Order.ROWS, Order.ROWS, false, KernelFixture.ONE);
                }
            }
        }
    }

    @Test
    void everyOrderOfOperandsGivesTheSameBits() {
        for (int[] size : new int[][] {{13, 35, 70}, {1, 35, 130}, {35, 1, 130}, {1, 1, 200}}) {
            for (Order a : ORDERS) {
                for (Order b : ORDERS) {
                    check(3, size[0], size[1], size[2], a, b, true, KernelFixture.ONE);
                }
            }
        }
    }

    @Test
    void blocksAndThreadsDoNotShowInTheBits() {
        check(1, 50, 4200, 5, Order.ROWS, Order.COLUMNS, true, KernelFixture.TWO);
        check(1, 25, 70, 1000, Order.COLUMNS, Order.ROWS, true, KernelFixture.TWO);
        check(9, 14, 33, 400, Order.SPREAD, Order.ROWS, false, KernelFixture.TWO);
        check(2, 1, 500, 900, Order.ROWS, Order.ROWS, true, KernelFixture.TWO);
        check(2, 500, 1, 900, Order.COLUMNS, Order.ROWS, true, KernelFixture.TWO);
        check(1, 210, 1110, 390, Order.ROWS, Order.ROWS, true, KernelFixture.TWO);
    }

    @Test
    void rowsTimesAVectorHaveTheBitsOfTheScalarLoop() {
        for (int rows : new int[] {2, 3, 4, 5, 7, 15, 16, 17, 63, 64, 65, 71, 130, 256, 257, 300}) {
            for (int k : new int[] {0, 1, 63, 64, 65, 128, 200, 320}) {
                check(1, rows, 1, k, Order.ROWS, Order.ROWS, false, KernelFixture.TWO);
                check(1, 1, rows, k, Order.ROWS, Order.COLUMNS, true, KernelFixture.ONE);
            }
        }
    }

    /** From 256 KB on, for up to 256 rows; with k in one block and in two. */
    @Test
    void columnsThatAreFetchedFirstGiveTheSameBits() {
        for (int m : new int[] {2, 16, 33, 257}) {
            check(1, m, 700, 100, Order.ROWS, Order.COLUMNS, true, KernelFixture.ONE);
            check(1, m, 700, 100, Order.ROWS, Order.ROWS, false, KernelFixture.TWO);
            check(2, m, 170, 400, Order.ROWS, Order.SHARED, false, KernelFixture.TWO);
        }
    }

    /** From 256 products on; with one panel, two, and with one that is left or not whole. */
    @Test
    void tilesOfTwoPanelsGiveTheSameBits() {
        for (int m : new int[] {4, 5, 6, 7, 8, 9, 11, 12, 15, 20, 21, 50}) {
            for (int n : new int[] {32, 63, 64, 65, 96, 100, 128}) {
                check(1, m, n, 256, Order.ROWS, Order.ROWS, false, KernelFixture.ONE);
                check(1, m, n, 300, Order.COLUMNS, Order.COLUMNS, true, KernelFixture.TWO);
            }
        }
        check(3, 17, 128, 256, Order.SPREAD, Order.SHARED, false, KernelFixture.TWO);
        check(3, 14, 192, 384, Order.ROWS, Order.SPREAD, true, KernelFixture.TWO);
    }

    @Test
    void oneRightOperandServesTheWholeBatch() {
        for (int m : new int[] {2, 14, 21, 33}) {
            check(5, m, 70, 65, Order.ROWS, Order.SHARED, false, KernelFixture.TWO);
            check(3, m, 33, 390, Order.ROWS, Order.SHARED, true, KernelFixture.TWO);
        }
    }

    @Test
    void notANumberAndInfinityStayInTheirRow() {
        try (KernelFixture memory = new KernelFixture(3)) {
            int n = 40;
            long a = memory.floats(n * n, i -> i == 5 ? Double.NaN : i == n ? 1e38 : 1);
            long b = memory.floats(n * n, i -> i == 0 ? Double.POSITIVE_INFINITY : 1);
            long c = memory.allocate(4L * n * n);
            FloatMatrixProduct product =
                    new FloatMatrixProduct()
                            .describe(
                                    1,
                                    n,
                                    n,
                                    n,
                                    Matrix.of(c, n, 1),
                                    Matrix.of(a, n, 1),
                                    Matrix.of(b, n, 1),
                                    Matrix.ZERO,
                                    1,
                                    1);
            run(memory, product, Columns.PACKED_IN_THE_CALL, KernelFixture.ONE);
            for (int j = 0; j < n; j++) {
                assertTrue(Float.isNaN(getFloat(c, j)));
                assertEquals(j == 0, Float.isInfinite(getFloat(c, 2L * n + j)));
            }
        }
    }

    private static void check(
            int batch,
            int m,
            int n,
            int k,
            Order aOrder,
            Order bOrder,
            boolean affine,
            Workers workers) {
        for (Columns columns : Columns.values()) {
            check(batch, m, n, k, aOrder, bOrder, affine, columns, workers);
        }
    }

    private static void run(
            KernelFixture memory, FloatMatrixProduct product, Columns columns, Workers workers) {
        if (columns != Columns.PACKED_IN_THE_CALL && product.packedBytes() > 0) {
            long packed = memory.scratch(product.packedBytes());
            product.pack(workers, packed);
            product.runPacked(workers, packed, columns == Columns.PACKED_BEFORE_AND_FETCHED);
        } else {
            product.run(workers, memory.scratch(product.scratchBytes()));
        }
    }

    private static void check(
            int batch,
            int m,
            int n,
            int k,
            Order aOrder,
            Order bOrder,
            boolean affine,
            Columns columns,
            Workers workers) {
        try (KernelFixture memory = new KernelFixture(m * 1000L + n * 100L + k)) {
            Matrix a = aOrder.matrix(memory, batch, m, k);
            Matrix b = bOrder.matrix(memory, batch, k, n);
            Matrix out = (bOrder == Order.SHARED ? aOrder : bOrder).matrix(memory, batch, m, n);
            Matrix start = affine ? aOrder.matrix(memory, batch, m, n) : Matrix.ZERO;
            float alpha = affine ? 0.5f : 1;
            float beta = affine ? -3 : 1;
            FloatMatrixProduct product =
                    new FloatMatrixProduct()
                            .describe(batch, m, n, k, out, a, b, start, alpha, beta);
            run(memory, product, columns, workers);
            for (int q = 0; q < batch; q++) {
                for (int i = 0; i < m; i++) {
                    for (int j = 0; j < n; j++) {
                        float first = affine ? beta * get(start, q, i, j) : 0;
                        float expected =
                                m == 1 || n == 1
                                        ? inLanes(a, b, q, i, j, k, alpha, first, affine)
                                        : chain(a, b, q, i, j, k, alpha, first);
                        assertEquals(expected, get(out, q, i, j));
                    }
                }
            }
        }
    }

    private static float inLanes(
            Matrix a,
            Matrix b,
            int q,
            int i,
            int j,
            int k,
            float alpha,
            float first,
            boolean affine) {
        float[] lanes = new float[64];
        for (int p = 0; p < k; p++) {
            lanes[p % 64] = Math.fma(get(a, q, i, p), get(b, q, p, j), lanes[p % 64]);
        }
        for (int half = 32; half > 0; half /= 2) {
            for (int lane = 0; lane < half; lane++) {
                lanes[lane] += lanes[lane + half];
            }
        }
        return affine ? alpha * lanes[0] + first : alpha * lanes[0];
    }
}
