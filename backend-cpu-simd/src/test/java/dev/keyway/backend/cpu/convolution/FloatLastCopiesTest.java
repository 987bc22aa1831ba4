// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import dev.keyway.backend.cpu.KernelFixture;
import dev.keyway.spi.Workers;

import org.junit.jupiter.api.Test;

import java.util.List;

/** Copies between rows of channels and pixels with their channels side by side. */
final class FloatLastCopiesTest {
    /** Images, channels, pixels. */
    private static final List<int[]> SHAPES =
            List.of(
                    new int[] {1, 1, 1},
                    new int[] {2, 3, 40},
                    new int[] {3, 40, 3},
                    new int[] {2, 16, 16},
                    new int[] {2, 17, 49},
                    new int[] {1, 32, 1100},
                    new int[] {2, 1050, 33},
                    new int[] {1, 70, 1},
                    new int[] {0, 20, 20});

    @Test
    void thereAndBack() {
        for (int[] shape : SHAPES) {
            for (Workers workers : LastFixture.WORKERS) {
                int numbers = shape[0] * shape[1] * shape[2];
                try (KernelFixture memory = new KernelFixture(numbers)) {
                    long rows = memory.floats(numbers);
                    long last = memory.allocate((long) Float.BYTES * (numbers + 1)) + Float.BYTES;
                    FloatLastCopies.fromRows(workers, rows, last, shape[0], shape[1], shape[2]);
                    String message = "images, channels, pixels " + List.of(shape[0], shape[1]);
                    LastFixture.assertSame(rows, last, shape[0], shape[1], shape[2], message);
                    long back = memory.allocate((long) Float.BYTES * (numbers + 1)) + Float.BYTES;
                    FloatLastCopies.toRows(workers, last, back, shape[0], shape[1], shape[2]);
                    LastFixture.assertSame(rows, back, 1, 1, numbers, message);
                }
            }
        }
    }
}
