// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.random;

import dev.keyway.DType;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.Primitives;
import dev.keyway.spi.RandomOp;
import dev.keyway.spi.toolkit.Philox;

/** f64 numbers and integers as {@link Philox} defines them, of words. */
final class OtherRandom {
    private OtherRandom() {}

    /** Whether numbers of the dtype are written here. */
    static boolean has(DType dtype) {
        return dtype == DType.F64 || dtype == DType.I64 || dtype == DType.I32;
    }

    /** Writes a number of the dtype for each word. */
    static void write(
            DType dtype, RandomOp op, Primitives.Random given, int[] words, long out, int count) {
        if (dtype == DType.F64) {
            doubles(op, given, words, out, count);
        } else if (dtype == DType.I64) {
            longs(op, given, words, out, count);
        } else {
            ints(op, given, words, out, count);
        }
    }

    private static void doubles(
            RandomOp op, Primitives.Random given, int[] words, long out, int count) {
        WordRange range = new WordRange(given.from(), given.to());
        for (int i = 0; i < count; i++) {
            double number =
                    switch (op) {
                        case UNIFORM -> Philox.uniformDouble(words[i]);
                        case NORMAL ->
                                Philox.normalDouble(words[i & ~1], words[i | 1], (i & 1) == 1);
                        case INTEGER -> range.of(words[i]);
                        case BERNOULLI -> hit(words[i], given);
                    };
            Memory.putDouble(out + (long) Double.BYTES * i, number);
        }
    }

    private static void longs(
            RandomOp op, Primitives.Random given, int[] words, long out, int count) {
        WordRange range = new WordRange(given.from(), given.to());
        boolean integer = op == RandomOp.INTEGER;
        for (int i = 0; i < count; i++) {
            long number = integer ? range.of(words[i]) : hit(words[i], given);
            Memory.putLong(out + (long) Long.BYTES * i, number);
        }
    }

    private static void ints(
            RandomOp op, Primitives.Random given, int[] words, long out, int count) {
        WordRange range = new WordRange(given.from(), given.to());
        boolean integer = op == RandomOp.INTEGER;
        for (int i = 0; i < count; i++) {
            int number = integer ? (int) range.of(words[i]) : hit(words[i], given);
            Memory.putInt(out + (long) Integer.BYTES * i, number);
        }
    }

    private static int hit(int word, Primitives.Random given) {
        return Philox.uniform(word) < given.probability() ? 1 : 0;
    }
}
