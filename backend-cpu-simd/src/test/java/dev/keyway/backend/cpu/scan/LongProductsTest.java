// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.scan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keyway.backend.cpu.KernelFixture;
import dev.keyway.backend.cpu.Memory;
import org.junit.jupiter.api.Test;

/** Running products of i64, which overflow here, against one step after another. */
final class LongProductsTest {
    private static final int[] LENGTHS = {0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 33, 67, 259};

    private static long odd(KernelFixture memory, int count) {
        long address = memory.allocate(8L * count);
        for (int i = 0; i < count; i++) {
            Memory.putLong(address + 8L * i, memory.nextLong() | 1);
        }
        return address;
    }

    private static void check(long self, long out, int n, int step) {
        long product = 1;
        for (int i = 0; i < n; i++) {
            product *= Memory.getLong(self + 8L * i * step);
            assertEquals(product, Memory.getLong(out + 8L * i * step));
        }
    }

    @Test
    void rows() {
        for (int n : LENGTHS) {
            for (int rows = 1; rows < 10; rows++) {
                try (KernelFixture memory = new KernelFixture(n)) {
                    long self = odd(memory, n * rows);
                    long out = memory.allocate(8L * n * rows);
                    new LongProducts().rows(out, self, n, rows);
                    for (int r = 0; r < rows; r++) {
                        check(self + 8L * n * r, out + 8L * n * r, n, 1);
                    }
                }
            }
        }
    }

    @Test
    void columns() {
        for (int width : LENGTHS) {
            for (int n : new int[] {0, 1, 5}) {
                try (KernelFixture memory = new KernelFixture(width)) {
                    long self = odd(memory, n * width);
                    long out = memory.allocate(8L * n * width);
                    new LongProducts().columns(out, self, n, 8L * width, width);
                    for (int c = 0; c < width; c++) {
                        check(self + 8L * c, out + 8L * c, n, width);
                    }
                }
            }
        }
    }
}
