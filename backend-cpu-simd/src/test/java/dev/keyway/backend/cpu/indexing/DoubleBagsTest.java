// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.indexing;

import static dev.keyway.backend.cpu.KernelFixture.getDouble;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keyway.DType;
import dev.keyway.backend.cpu.KernelFixture;
import dev.keyway.backend.cpu.Memory;
import org.junit.jupiter.api.Test;

/**
 * f64 bags against plain loops in f64: the same roundings in the same order, so that the bits are
 * equal.
 */
final class DoubleBagsTest {
    private static final int[] WIDTHS = {1, 15, 16, 17, 31, 67, 256};
    private static final int[] ROWS = {3, 0, -1, 3, 4, 2, 1, -1, 0, 4};
    private static final int[] STARTS = {0, 0, 3, 4, 9, 10};
    private static final int TABLE = 5;

    @Test
    void joinsRows() {
        for (int width : WIDTHS) {
            for (long mode = 0; mode <= Bags.LARGEST; mode++) {
                check(width, mode, false, 1);
                check(width, mode, false, Double.NaN);
            }
            check(width, 0, true, 1);
        }
    }

    private static void check(int width, long mode, boolean scaled, double corner) {
        try (KernelFixture memory = new KernelFixture(width)) {
            long weight = memory.doubles(TABLE * width);
            Memory.putDouble(weight, corner);
            long factors = scaled ? memory.doubles(ROWS.length) : 0;
            long out = memory.allocate(8L * (STARTS.length - 1) * width);
            Bags bags = new Bags(weight, out, width, ROWS, STARTS, factors, mode);
            BagKernels.fill(KernelFixture.TWO, DType.F64, bags);
            for (int i = 0; i < (STARTS.length - 1) * width; i++) {
                assertEquals(expected(bags, i / width, i % width), getDouble(out, i));
            }
        }
    }

    private static double expected(Bags bags, int bag, int column) {
        double sum = 0;
        double largest = Double.NEGATIVE_INFINITY;
        int count = 0;
        for (int j = STARTS[bag]; j < STARTS[bag + 1]; j++) {
            if (ROWS[j] < 0) {
                continue;
            }
            double x = getDouble(bags.weight(), ROWS[j] * bags.width() + column);
            sum += bags.factors() == 0 ? x : x * getDouble(bags.factors(), j);
            largest = Math.max(largest, x);
            count++;
        }
        if (count == 0) {
            return 0;
        }
        return bags.mode() == Bags.LARGEST ? largest : bags.mode() == Bags.MEAN ? sum / count : sum;
    }
}
