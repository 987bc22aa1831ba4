// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.indexing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.keyway.ArgumentException;
import dev.keyway.backend.cpu.KernelFixture;
import dev.keyway.backend.cpu.Memory;
import org.junit.jupiter.api.Test;

/** Fills, reversed copies and lines of indexed elements, byte by byte. */
final class BlockMovesTest {
    private static final int[] COUNTS = {0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 63, 64, 65, 259};
    private static final int[] SIZES = {1, 2, 4, 8};

    private static long numbers(KernelFixture memory, long bytes) {
        long address = memory.allocate(bytes);
        for (long i = 0; i < bytes; i++) {
            Memory.putByte(address + i, (byte) memory.nextLong());
        }
        return address;
    }

    private static void same(long expected, long actual, int size) {
        for (int b = 0; b < size; b++) {
            assertEquals(Memory.getByte(expected + b), Memory.getByte(actual + b));
        }
    }

    @Test
    void oneElementAgainAndAgain() {
        for (int count : COUNTS) {
            for (int size : SIZES) {
                try (KernelFixture memory = new KernelFixture(count)) {
                    long from = numbers(memory, size);
                    long to = memory.allocate((long) size * count);
                    Moves.strided(size, to, size, from, 0, count);
                    for (int i = 0; i < count; i++) {
                        same(from, to + (long) size * i, size);
                    }
                }
            }
        }
    }

    @Test
    void backwards() {
        for (int count : COUNTS) {
            for (int size : SIZES) {
                try (KernelFixture memory = new KernelFixture(count)) {
                    long from = numbers(memory, (long) size * count);
                    long to = memory.allocate((long) size * count);
                    Moves.strided(size, to, size, from + (long) size * (count - 1), -size, count);
                    for (int i = 0; i < count; i++) {
                        same(from + (long) size * (count - 1 - i), to + (long) size * i, size);
                    }
                }
            }
        }
    }

    @Test
    void everySecond() {
        for (int count : COUNTS) {
            for (int size : SIZES) {
                try (KernelFixture memory = new KernelFixture(count)) {
                    long from = numbers(memory, 2L * size * count);
                    long to = memory.allocate((long) size * count);
                    Moves.strided(size, to, size, from, 2L * size, count);
                    for (int i = 0; i < count; i++) {
                        same(from + 2L * size * i, to + (long) size * i, size);
                    }
                }
            }
        }
    }

    @Test
    void linesByIndex() {
        for (int count : COUNTS) {
            for (int size : SIZES) {
                try (KernelFixture memory = new KernelFixture(count)) {
                    int n = 37;
                    long table = numbers(memory, (long) size * n);
                    long index = memory.allocate(8L * count);
                    long to = memory.allocate((long) size * count);
                    long back = memory.allocate((long) size * n);
                    for (int i = 0; i < count; i++) {
                        Memory.putLong(index + 8L * i, Math.floorMod(i * 23, n));
                    }
                    IndexedMoves.gather(size, to, table, size, 0, index, 8, n, count);
                    IndexedMoves.scatter(size, back, size, 0, to, size, index, 8, n, count);
                    for (int i = 0; i < count; i++) {
                        long place = Math.floorMod(i * 23, n);
                        same(table + size * place, to + (long) size * i, size);
                        same(table + size * place, back + size * place, size);
                    }
                }
            }
        }
    }

    @Test
    void sumsByIndex() {
        try (KernelFixture memory = new KernelFixture(1)) {
            int count = 1000;
            int n = 7;
            long source = memory.floats(count);
            long index = memory.allocate(8L * count);
            long sums = memory.floats(n, i -> i);
            float[] expected = new float[n];
            for (int i = 0; i < n; i++) {
                expected[i] = i;
            }
            for (int i = 0; i < count; i++) {
                int place = (int) Math.floorMod(memory.nextLong(), (long) n);
                Memory.putLong(index + 8L * i, place);
                expected[place] += KernelFixture.getFloat(source, i);
            }
            IndexedMoves.add(RowSum.F32, sums, 4, 0, source, 4, index, 8, n, count);
            for (int i = 0; i < n; i++) {
                assertEquals(expected[i], KernelFixture.getFloat(sums, i));
            }
        }
    }

    @Test
    void placesOutsideAreRefused() {
        try (KernelFixture memory = new KernelFixture(1)) {
            long index = memory.allocate(8);
            long data = memory.allocate(8);
            for (long place : new long[] {-1, 3}) {
                Memory.putLong(index, place);
                assertThrows(
                        ArgumentException.class,
                        () -> IndexedMoves.gather(4, data, data, 4, 0, index, 8, 3, 1));
                assertThrows(
                        ArgumentException.class,
                        () -> IndexedMoves.scatter(4, data, 4, 0, data, 4, index, 8, 3, 1));
                assertThrows(
                        ArgumentException.class,
                        () -> IndexedMoves.add(RowSum.F32, data, 4, 0, data, 4, index, 8, 3, 1));
            }
        }
    }
}
