// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keyway.backend.cpu.KernelFixture;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.Workers;

import java.util.List;

/** Helpers for tests of kernels whose images have the channels of a pixel side by side. */
final class LastFixture {
    private static final int SIZE = Float.BYTES;

    /** Says that there are three. */
    static final Workers THREE = new Three();

    /** Threads there may be; {@code KernelFixture.TWO} runs chunks from the last to the first. */
    static final List<Workers> WORKERS = List.of(KernelFixture.ONE, KernelFixture.TWO, THREE);

    private LastFixture() {}

    /** A copy with the channels of a pixel side by side, at an odd address. */
    static long last(KernelFixture memory, long rows, int batch, int channels, int pixels) {
        long numbers = (long) batch * channels * pixels;
        long to = memory.allocate(SIZE * (numbers + 1)) + SIZE;
        for (long i = 0; i < numbers; i++) {
            Memory.putInt(to + SIZE * place(i, channels, pixels), Memory.getInt(rows + SIZE * i));
        }
        return to;
    }

    /** Compares the bits of all numbers; which NaN one is does not matter. */
    static void assertSame(
            long rows, long last, int batch, int channels, int pixels, String message) {
        for (long i = 0; i < (long) batch * channels * pixels; i++) {
            float actual = Memory.getFloat(last + SIZE * place(i, channels, pixels));
            int expected = Float.floatToIntBits(Memory.getFloat(rows + SIZE * i));
            assertEquals(expected, Float.floatToIntBits(actual), message);
        }
    }

    /** The index, with the channels of a pixel side by side, of a row-major number. */
    static long place(long index, int channels, int pixels) {
        long pixel = index / pixels / channels * pixels + index % pixels;
        return pixel * channels + index / pixels % channels;
    }

    private static final class Three implements Workers {
        @Override
        public int threads() {
            return 3;
        }

        @Override
        public void parallel(long total, long chunk, RangeTask task) {
            KernelFixture.TWO.parallel(total, chunk, task);
        }
    }
}
