// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.random;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.Primitives;
import dev.keyway.spi.RandomOp;
import dev.keyway.spi.toolkit.Philox;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** f32 numbers as {@link Philox} defines them, of words. */
final class FloatRandom {
    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final int LENGTH = INTS.length();
    private static final int SIZE = Float.BYTES;
    private static final float UNIT = 0x1p-24f;

    private FloatRandom() {}

    /** Writes a number for each word; the words are then others. */
    static void write(RandomOp op, Primitives.Random given, int[] words, long out, int count) {
        switch (op) {
            case UNIFORM -> uniform(words, out, count);
            case NORMAL -> FloatNormals.run(words, out, count);
            case INTEGER -> {
                WordRange range = new WordRange(given.from(), given.to());
                for (int i = 0; i < count; i++) {
                    Memory.putFloat(out + (long) SIZE * i, range.of(words[i]));
                }
            }
            case BERNOULLI -> bernoulli(words, given.probability(), out, count);
        }
    }

    private static void uniform(int[] words, long out, int count) {
        int full = count - count % LENGTH;
        for (int i = 0; i < full; i += LENGTH) {
            IntVector top = IntVector.fromArray(INTS, words, i).lanewise(VectorOperators.LSHR, 8);
            ((FloatVector) top.convertShape(VectorOperators.I2F, FLOATS, 0))
                    .mul(UNIT)
                    .intoMemorySegment(ALL, out + (long) SIZE * i, ORDER);
        }
        for (int i = full; i < count; i++) {
            Memory.putFloat(out + (long) SIZE * i, Philox.uniform(words[i]));
        }
    }

    /** Whether {@code k 2^-24 < p} for the top 24 bits k: whether k is below the next integer. */
    private static void bernoulli(int[] words, double probability, long out, int count) {
        int bound = (int) Math.ceil(probability * 0x1p24);
        int full = count - count % LENGTH;
        FloatVector one = FloatVector.broadcast(FLOATS, 1f);
        FloatVector zero = FloatVector.zero(FLOATS);
        for (int i = 0; i < full; i += LENGTH) {
            VectorMask<Integer> hit =
                    IntVector.fromArray(INTS, words, i)
                            .lanewise(VectorOperators.LSHR, 8)
                            .compare(VectorOperators.LT, bound);
            zero.blend(one, hit.cast(FLOATS)).intoMemorySegment(ALL, out + (long) SIZE * i, ORDER);
        }
        for (int i = full; i < count; i++) {
            Memory.putFloat(out + (long) SIZE * i, (words[i] >>> 8) < bound ? 1 : 0);
        }
    }
}
