// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.matrix;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keyway.backend.cpu.KernelFixture;
import dev.keyway.backend.cpu.Memory;

import org.junit.jupiter.api.Test;

/** Integer products wrap around. */
final class IntegerMatrixProductTest {
    private static final int[][] SIZES = {
        {1, 1, 1}, {3, 5, 0}, {0, 4, 3}, {7, 300, 9}, {70, 33, 31}, {2, 1, 17}
    };

    @Test
    void i64IsExactModuloTwoToThe64() {
        for (int[] size : SIZES) {
            check(size[0], size[1], size[2], true);
        }
    }

    @Test
    void i32IsExactModuloTwoToThe32() {
        for (int[] size : SIZES) {
            check(size[0], size[1], size[2], false);
        }
    }

    private static void check(int m, int n, int k, boolean wide) {
        int bytes = wide ? Long.BYTES : Integer.BYTES;
        try (KernelFixture memory = new KernelFixture(m + n + k)) {
            Matrix a = Matrix.of(integers(memory, m * k, wide), 1, m);
            Matrix b = Matrix.of(integers(memory, k * n, wide), n, 1);
            Matrix start = Matrix.of(integers(memory, n, wide), 0, 1);
            Matrix out = Matrix.of(memory.allocate((long) bytes * m * n), n, 1);
            if (wide) {
                LongMatrixProduct.run(KernelFixture.TWO, 1, m, n, k, out, a, b, start, 3, -2);
            } else {
                IntMatrixProduct.run(KernelFixture.TWO, 1, m, n, k, out, a, b, start, 3, -2);
            }
            for (int i = 0; i < m; i++) {
                for (int j = 0; j < n; j++) {
                    long sum = -2 * get(start.address(), j, wide);
                    for (int p = 0; p < k; p++) {
                        sum +=
                                3
                                        * get(a.address(), i + p * m, wide)
                                        * get(b.address(), p * n + j, wide);
                    }
                    long actual = get(out.address(), i * n + j, wide);
                    assertEquals(wide ? sum : (int) sum, actual);
                }
            }
        }
    }

    private static long integers(KernelFixture memory, int count, boolean wide) {
        long address = memory.allocate((long) (wide ? Long.BYTES : Integer.BYTES) * count);
        for (int i = 0; i < count; i++) {
            if (wide) {
                Memory.putLong(address + 8L * i, memory.nextLong());
            } else {
                Memory.putInt(address + 4L * i, (int) memory.nextLong());
            }
        }
        return address;
    }

    private static long get(long address, int index, boolean wide) {
        return wide ? Memory.getLong(address + 8L * index) : Memory.getInt(address + 4L * index);
    }
}
