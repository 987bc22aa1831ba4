// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.indexing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keyway.backend.cpu.KernelFixture;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.Workers;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Positions against a plain loop, around vector lengths and chunks. */
final class TruePositionsTest {
    private static final int[] SIZES = {
        0, 1, 7, 15, 16, 17, 31, 33, 63, 64, 65, 259, 65_535, 65_536, 65_537, 200_003
    };

    @Test
    void findsWhatIsNotZero() {
        for (int size : SIZES) {
            for (double share : new double[] {0, 0.01, 0.5, 1}) {
                for (Workers workers : new Workers[] {KernelFixture.ONE, KernelFixture.TWO}) {
                    check(size, share, workers);
                }
            }
        }
    }

    private static void check(int size, double share, Workers workers) {
        SplittableRandom random = new SplittableRandom(size);
        try (KernelFixture memory = new KernelFixture(1)) {
            long self = memory.allocate(size);
            int expected = 0;
            for (int i = 0; i < size; i++) {
                boolean hit = random.nextDouble() < share;
                Memory.putByte(self + i, (byte) (hit ? 1 : 0));
                expected += hit ? 1 : 0;
            }
            long out = memory.allocate(8L * expected);
            assertEquals(expected, TruePositions.write(workers, self, size, out));
            int found = 0;
            for (int i = 0; i < size; i++) {
                if (Memory.getByte(self + i) != 0) {
                    assertEquals(i, Memory.getLong(out + 8L * found++));
                }
            }
        }
    }
}
