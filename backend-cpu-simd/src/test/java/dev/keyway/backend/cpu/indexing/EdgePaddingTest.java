// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.indexing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keyway.backend.cpu.KernelFixture;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.backend.cpu.indexing.EdgePadding.Edge;
import org.junit.jupiter.api.Test;

/** Borders against the definition, element by element, for each size of elements. */
final class EdgePaddingTest {
    private static final long[][] SHAPES = {
        {1, 1, 1},
        {2, 3, 4},
        {1, 5, 15},
        {3, 4, 16},
        {1, 3, 17},
        {2, 3, 67},
        {0, 2, 2},
        {1, 40, 900}
    };

    /** Before and behind of the last dimension, then of the one before. */
    private static final long[][] PADS = {
        {0, 0, 0, 0}, {1, 2, 2, 1}, {-1, 2, 1, -1}, {2, -1, 0, 1}, {-1, -1, -1, 0}, {3, 0, 0, 0}
    };

    @Test
    void takesEachElementFromItsPlace() {
        for (long[] shape : SHAPES) {
            for (long[] pad : PADS) {
                for (Edge edge : Edge.values()) {
                    for (int size : new int[] {1, 2, 4, 8}) {
                        check(shape, pad, edge, size);
                    }
                }
            }
        }
    }

    private static void check(long[] shape, long[] pad, Edge edge, int size) {
        long[] to = {shape[0], shape[1] + pad[2] + pad[3], shape[2] + pad[0] + pad[1]};
        boolean fits = true;
        for (int i = 0; i < 4; i++) {
            fits &= edge == Edge.REPEATED || pad[i] < shape[2 - i / 2];
        }
        if (!fits || to[1] < 0 || to[2] < 0) {
            return;
        }
        try (KernelFixture memory = new KernelFixture(1)) {
            int count = (int) (shape[0] * shape[1] * shape[2]);
            int results = (int) (to[0] * to[1] * to[2]);
            long self = memory.allocate((long) size * count);
            for (int i = 0; i < size * count; i++) {
                Memory.putByte(self + i, (byte) (i * 7 + i / 256));
            }
            long one = memory.allocate((long) size * results);
            long two = memory.allocate((long) size * results);
            EdgePadding padding = new EdgePadding(size, shape, to, pad, edge);
            padding.run(KernelFixture.ONE, one, self);
            padding.run(KernelFixture.TWO, two, self);
            for (int i = 0; i < results; i++) {
                long x = source(edge, i % to[2] - pad[0], shape[2]);
                long y = source(edge, i / to[2] % to[1] - pad[2], shape[1]);
                long from = (i / to[2] / to[1] * shape[1] + y) * shape[2] + x;
                for (int b = 0; b < size; b++) {
                    byte expected = Memory.getByte(self + size * from + b);
                    assertEquals(expected, Memory.getByte(one + (long) size * i + b));
                    assertEquals(expected, Memory.getByte(two + (long) size * i + b));
                }
            }
        }
    }

    private static long source(Edge edge, long at, long size) {
        if (edge == Edge.REPEATED) {
            return at < 0 ? 0 : at >= size ? size - 1 : at;
        }
        return at < 0 ? -at : at >= size ? size - 1 - (at - (size - 1)) : at;
    }
}
