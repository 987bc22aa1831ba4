// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.indexing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keyway.backend.cpu.KernelFixture;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.backend.cpu.indexing.PixelKernels.Shape;
import org.junit.jupiter.api.Test;

/** Channels and pixels against the definition, for each size of elements, there and back. */
final class PixelKernelsTest {
    /** Images, height and width of the small ones. */
    private static final int[][] SHAPES = {
        {1, 1, 1}, {2, 2, 3}, {3, 3, 15}, {1, 2, 16}, {2, 1, 17}, {1, 3, 67}, {0, 2, 2}, {2, 64, 96}
    };

    @Test
    void movesEachElementToItsPlace() {
        for (int[] shape : SHAPES) {
            for (int factor = 1; factor <= 3; factor++) {
                for (int size : new int[] {1, 2, 4, 8}) {
                    check(shape, factor, size);
                }
            }
        }
    }

    private static void check(int[] shape, int factor, int size) {
        int height = shape[1];
        int width = shape[2];
        int count = shape[0] * factor * factor * height * width;
        Shape large =
                new Shape(
                        size,
                        (long) shape[0] * height * factor,
                        (long) height * factor,
                        width,
                        factor);
        try (KernelFixture memory = new KernelFixture(1)) {
            long small = memory.allocate((long) size * count);
            for (int i = 0; i < size * count; i++) {
                Memory.putByte(small + i, (byte) (i * 7 + i / 256));
            }
            long out = memory.allocate((long) size * count);
            long back = memory.allocate((long) size * count);
            PixelKernels.run(KernelFixture.TWO, large, out, small, true);
            PixelKernels.run(KernelFixture.TWO, large, out, back, false);
            for (int i = 0; i < count; i++) {
                int x = i % (width * factor);
                int y = i / (width * factor) % (height * factor);
                int image = i / (width * factor) / (height * factor);
                int channel = (image * factor + y % factor) * factor + x % factor;
                long from = ((long) channel * height + y / factor) * width + x / factor;
                for (int b = 0; b < size; b++) {
                    byte expected = Memory.getByte(small + size * from + b);
                    assertEquals(expected, Memory.getByte(out + (long) size * i + b));
                }
            }
            for (int i = 0; i < size * count; i++) {
                assertEquals(Memory.getByte(small + i), Memory.getByte(back + i));
            }
        }
    }
}
