// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.matrix;

import static dev.keyway.backend.cpu.matrix.FloatMatrices.chain;
import static dev.keyway.backend.cpu.matrix.FloatMatrices.get;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.backend.cpu.KernelFixture;
import dev.keyway.backend.cpu.matrix.FloatMatrices.Columns;
import dev.keyway.backend.cpu.matrix.FloatMatrices.Order;
import dev.keyway.spi.Workers;

import org.junit.jupiter.api.Test;

/** f32 products of many numbers have the bits of a scalar loop, whatever the blocks and threads. */
final class FloatLargeProductTest {
    private static final int[] ROWS = {1, 5, 6, 7, 12, 13};
    private static final int[] COLUMNS = {1, 15, 16, 17, 31, 32, 33, 64, 65, 97};

    @Test
    void everySizeHasTheBitsOfTheScalarLoop() {
        for (int m : ROWS) {
            for (int n : COLUMNS) {
                for (int k : new int[] {1, 15, 127, 128, 129, 400}) {
                    check(1, m, n, k, Order.ROWS, Order.ROWS, false, KernelFixture.ONE);
                }
            }
        }
    }

    @Test
    void everyOrderOfOperandsGivesTheSameBits() {
        for (Order a : Order.values()) {
            for (Order b : new Order[] {Order.ROWS, Order.COLUMNS, Order.SPREAD}) {
                check(1, 26, 70, 391, a, b, true, KernelFixture.TWO);
            }
        }
    }

    /** More rows and columns than a unit of work has, and rows whose distance is 8 KB. */
    @Test
    void unitsAndThreadsDoNotShowInTheBits() {
        for (Workers workers : new Workers[] {KernelFixture.ONE, KernelFixture.TWO}) {
            check(1, 140, 610, 130, Order.ROWS, Order.ROWS, true, workers);
            check(1, 140, 610, 130, Order.COLUMNS, Order.COLUMNS, false, workers);
            check(1, 14, 65, 2048, Order.ROWS, Order.ROWS, false, workers);
        }
    }

    @Test
    void oneRightOperandServesTheWholeBatch() {
        for (int m : new int[] {6, 14}) {
            check(3, m, 70, 390, Order.ROWS, Order.SHARED, false, KernelFixture.TWO);
            check(3, m, 33, 390, Order.SPREAD, Order.SHARED, true, KernelFixture.TWO);
        }
    }

    @Test
    void notANumberAndInfinityStayInTheirRow() {
        try (KernelFixture memory = new KernelFixture(3)) {
            int n = 64;
            int k = 400;
            long a = memory.floats(n * k, i -> i == 5 ? Double.NaN : i == k ? 1e38 : 1);
            long b = memory.floats(k * n, i -> i == 0 ? Double.POSITIVE_INFINITY : 1);
            Matrix out = Matrix.of(memory.allocate(4L * n * n), n, 1);
            run(memory, 1, n, n, k, Matrix.of(a, k, 1), Matrix.of(b, n, 1), out);
            assertTrue(Float.isNaN(get(out, 0, 0, 1)));
            assertEquals(Float.POSITIVE_INFINITY, get(out, 0, 1, 0));
            assertEquals(1e38f, get(out, 0, 1, 1));
            assertEquals(Float.POSITIVE_INFINITY, get(out, 0, 2, 0));
            assertEquals(k, get(out, 0, 2, 1));
        }
    }

    private static void run(
            KernelFixture memory, int batch, int m, int n, int k, Matrix a, Matrix b, Matrix out) {
        FloatLargeProduct product =
                new FloatLargeProduct().describe(batch, m, n, k, out, a, b, Matrix.ZERO, 1, 1);
        product.run(KernelFixture.ONE, memory.scratch(product.scratchBytes()));
    }

    @Test
    void fewProductsAndColumnsThatDifferInTheBatchAreNotItsOwn() {
        Matrix shared = new Matrix(0, 0, 64, 1);
        Matrix different = new Matrix(0, 400 * 64, 64, 1);
        assertEquals(FloatTile.WIDE, FloatLargeProduct.suits(2, 24, 64, 385, shared));
        assertEquals(FloatTile.WIDE, FloatLargeProduct.suits(1, 24, 64, 385, different));
        assertFalse(FloatLargeProduct.suits(2, 24, 64, 385, different));
        assertFalse(FloatLargeProduct.suits(1, 23, 64, 385, shared));
        assertFalse(FloatLargeProduct.suits(1, 24, 63, 385, shared));
        assertFalse(FloatLargeProduct.suits(1, 24, 64, 384, shared));
    }

    @Test
    void noMoreThan32MebibytesArePacked() {
        Matrix columns = Matrix.of(0, 64, 1);
        Matrix rows = Matrix.of(0, 1000, 1);
        assertTrue(fits(1 << 20, 16384, rows, columns));
        assertFalse(fits(24, 16385, rows, columns));
        Matrix apart = Matrix.of(0, 2048, 1);
        assertTrue(fits(4092, 2048, apart, columns));
        assertFalse(fits(4093, 2048, apart, columns));
    }

    private static boolean fits(int m, int k, Matrix a, Matrix b) {
        return new FloatLargeProduct()
                .describe(1, m, 64, k, Matrix.ZERO, a, b, Matrix.ZERO, 1, 1)
                .fits();
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
            FloatLargeProduct product =
                    new FloatLargeProduct().describe(batch, m, n, k, out, a, b, start, alpha, beta);
            run(memory, product, columns, workers);
            for (int q = 0; q < batch; q++) {
                for (int i = 0; i < m; i++) {
                    for (int j = 0; j < n; j++) {
                        float first = affine ? beta * get(start, q, i, j) : 0;
                        float expected = chain(a, b, q, i, j, k, alpha, first);
                        assertEquals(expected, get(out, q, i, j));
                    }
                }
            }
        }
    }

    private static void run(
            KernelFixture memory, FloatLargeProduct product, Columns columns, Workers workers) {
        if (columns == Columns.PACKED_IN_THE_CALL) {
            product.run(workers, memory.scratch(product.scratchBytes()));
        } else {
            long packed = memory.scratch(product.packedBytes());
            product.pack(workers, packed);
            long rows = memory.scratch(product.rowBytes());
            boolean fetch = columns == Columns.PACKED_BEFORE_AND_FETCHED;
            product.runPacked(workers, packed, fetch, rows);
        }
    }
}
