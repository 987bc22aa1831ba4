// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.random;

import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.Primitives;
import dev.keyway.spi.RandomOp;
import dev.keyway.spi.Workers;
import dev.keyway.spi.toolkit.Philox;

/** f32 numbers as {@link Philox} defines them: each block of four depends on its number alone. */
final class FloatRandom {
    private static final int WORDS = 4;
    private static final int SIZE = Float.BYTES;
    private static final long TASK_BLOCKS = 1 << 11;

    private FloatRandom() {}

    /** Writes {@code count} numbers, four for each block from the offset on. */
    static void fill(Workers workers, RandomOp op, Primitives.Random given, long out, long count) {
        workers.parallel(
                (count + WORDS - 1) / WORDS,
                TASK_BLOCKS,
                (from, to) -> blocks(op, given, out, count, from, to));
    }

    private static void blocks(
            RandomOp op, Primitives.Random given, long out, long count, long from, long to) {
        int[] words = new int[WORDS];
        for (long block = from; block < to; block++) {
            Philox.block(given.seed(), given.offset() + block, words);
            long first = block * WORDS;
            int numbers = (int) Math.min(WORDS, count - first);
            for (int i = 0; i < numbers; i++) {
                Memory.putFloat(out + SIZE * (first + i), number(op, given, words, i));
            }
        }
    }

    private static float number(RandomOp op, Primitives.Random given, int[] words, int i) {
        return switch (op) {
            case UNIFORM -> Philox.uniform(words[i]);
            case NORMAL -> Philox.normal(words[i & 2], words[i | 1], (i & 1) == 1);
            case INTEGER -> Philox.integer(words[i], given.from(), given.to());
            case BERNOULLI -> Philox.uniform(words[i]) < given.probability() ? 1 : 0;
        };
    }
}
