// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.indexing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keyway.backend.cpu.KernelFixture;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.Workers;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Elements picked and replaced by a mask, against plain loops over bytes. */
final class MaskedMovesTest {
    private static final int[] SIZES = {0, 1, 15, 16, 17, 63, 64, 65, 259, 65_536, 150_001};

    @Test
    void movesWhereTheMaskIsTrue() {
        for (int count : SIZES) {
            for (double share : new double[] {0, 0.05, 0.5, 1}) {
                for (int size : new int[] {1, 2, 4, 8}) {
                    check(count, share, size, KernelFixture.ONE);
                    check(count, share, size, KernelFixture.TWO);
                }
            }
        }
    }

    private static void check(int count, double share, int size, Workers workers) {
        SplittableRandom random = new SplittableRandom(count);
        try (KernelFixture memory = new KernelFixture(count)) {
            long mask = memory.allocate(count);
            int trues = 0;
            for (int i = 0; i < count; i++) {
                boolean picked = random.nextDouble() < share;
                Memory.putByte(mask + i, (byte) (picked ? 1 : 0));
                trues += picked ? 1 : 0;
            }
            long self = bytes(memory, (long) size * count, 3);
            long source = bytes(memory, (long) size * trues, 5);
            long packed = memory.allocate((long) size * trues);
            long out = memory.allocate((long) size * count);
            long found = MaskedMoves.select(workers, size, self, mask, count, packed);
            assertEquals(trues, found);
            long[] starts = TruePositions.starts(workers, mask, count);
            MaskedMoves.scatter(workers, size, self, mask, count, starts, source, out);
            long next = 0;
            for (long i = 0; i < count; i++) {
                boolean picked = Memory.getByte(mask + i) != 0;
                for (int b = 0; b < size; b++) {
                    byte own = Memory.getByte(self + size * i + b);
                    byte want = picked ? Memory.getByte(source + size * next + b) : own;
                    assertEquals(want, Memory.getByte(out + size * i + b));
                    if (picked) {
                        assertEquals(own, Memory.getByte(packed + size * next + b));
                    }
                }
                next += picked ? 1 : 0;
            }
        }
    }

    private static long bytes(KernelFixture memory, long count, int factor) {
        long address = memory.allocate(count);
        for (long i = 0; i < count; i++) {
            Memory.putByte(address + i, (byte) (i * factor + i / 256));
        }
        return address;
    }
}
