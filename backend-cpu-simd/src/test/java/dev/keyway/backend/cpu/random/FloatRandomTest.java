// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.random;

import static dev.keyway.backend.cpu.KernelFixture.getFloat;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keyway.DType;
import dev.keyway.backend.cpu.KernelFixture;
import dev.keyway.spi.Primitives;
import dev.keyway.spi.RandomOp;
import dev.keyway.spi.toolkit.Philox;
import org.junit.jupiter.api.Test;

/** Random numbers in f32 against their definition, element by element. */
final class FloatRandomTest {
    private static final int[] SIZES = {
        0, 1, 3, 4, 5, 64, 15, 16, 17, 31, 33, 67, 2047, 2049, 8193, 20_001
    };
    private static final long SEED = 0x123456789AL;
    private static final long OFFSET = 0xFFFFFFFEL;

    @Test
    void uniform() {
        check(RandomOp.UNIFORM, words -> (words[0] >>> 8) / 16777216f);
    }

    /**
     * Box and Muller's transform of the words' upper 24 bits, to a few roundings of f32: the bits
     * are the suite's to check.
     */
    @Test
    void normal() {
        double largest = Math.sqrt(-2 * StrictMath.log(0x1p-24));
        check(
                RandomOp.NORMAL,
                words -> {
                    double u = ((words[1] >>> 8) + 1) / 16777216.0;
                    double radius = Math.sqrt(-2 * StrictMath.log(u));
                    double angle = (words[2] >>> 8) / 16777216.0 * (2 * Math.PI);
                    double side = words[3] == 1 ? StrictMath.sin(angle) : StrictMath.cos(angle);
                    return (float) (radius * side);
                },
                (float) largest * 0x1p-22f);
    }

    @Test
    void integer() {
        check(RandomOp.INTEGER, words -> -3 + Integer.toUnsignedLong(words[0]) % 10);
    }

    @Test
    void bernoulli() {
        check(RandomOp.BERNOULLI, words -> (words[0] >>> 8) / 16777216f < 0.3 ? 1 : 0);
    }

    /** Of an element: its word, the words of its pair, and 1 for the second of the pair. */
    @FunctionalInterface
    private interface Definition {
        float of(int[] words);
    }

    private static void check(RandomOp op, Definition definition) {
        check(op, definition, Float.MIN_VALUE);
    }

    /** With the smallest {@code error} that there is, equality. */
    private static void check(RandomOp op, Definition definition, float error) {
        Primitives.Random given = new Primitives.Random(SEED, OFFSET, -3, 7, 0.3);
        for (int size : SIZES) {
            try (KernelFixture memory = new KernelFixture(1)) {
                long one = memory.allocate(4L * size);
                long two = memory.allocate(4L * size);
                RandomKernels.fill(KernelFixture.ONE, DType.F32, op, given, one, size);
                RandomKernels.fill(KernelFixture.TWO, DType.F32, op, given, two, size);
                for (int i = 0; i < size; i++) {
                    int[] block = block(OFFSET + i / 4);
                    int[] words = {block[i & 3], block[i & 2], block[i & 2 | 1], i & 1};
                    float expected = definition.of(words);
                    assertEquals(expected, getFloat(one, i), error);
                    assertEquals(getFloat(one, i), getFloat(two, i));
                }
            }
        }
    }

    /** The bits are those of the definition, which works on one pair of words. */
    @Test
    void normalBits() {
        Primitives.Random given = new Primitives.Random(SEED, OFFSET, 0, 1, 0);
        int size = 20_001;
        try (KernelFixture memory = new KernelFixture(1)) {
            long out = memory.allocate(4L * size);
            RandomKernels.fill(KernelFixture.TWO, DType.F32, RandomOp.NORMAL, given, out, size);
            for (int i = 0; i < size; i++) {
                int[] block = block(OFFSET + i / 4);
                float expected = Philox.normal(block[i & 2], block[i & 2 | 1], (i & 1) == 1);
                assertEquals(
                        Float.floatToRawIntBits(expected),
                        Float.floatToRawIntBits(getFloat(out, i)));
            }
        }
    }

    /** Philox 4x32-10 with a counter of 64 bits (Salmon and others, 2011). */
    private static int[] block(long counter) {
        int[] c = {(int) counter, (int) (counter >>> 32), 0, 0};
        int key0 = (int) SEED;
        int key1 = (int) (SEED >>> 32);
        for (int round = 0; round < 10; round++) {
            long left = Integer.toUnsignedLong(c[0]) * 0xD2511F53L;
            long right = Integer.toUnsignedLong(c[2]) * 0xCD9E8D57L;
            c =
                    new int[] {
                        (int) (right >>> 32) ^ c[1] ^ key0,
                        (int) right,
                        (int) (left >>> 32) ^ c[3] ^ key1,
                        (int) left
                    };
            key0 += 0x9E3779B9;
            key1 += 0xBB67AE85;
        }
        return c;
    }
}
