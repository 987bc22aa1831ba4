// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.random;

import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The words of {@link dev.keyway.spi.toolkit.Philox}, several blocks at once. A lane of 64 bits
 * holds one word, so that a product has room for both its halves. Integers alone: no width changes
 * a bit.
 */
final class PhiloxWords {
    /** Words of a block. */
    static final int WORDS = 4;

    /** Blocks that are computed at once and stay in the first cache. */
    static final int BATCH = 512;

    private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_PREFERRED;
    private static final int LENGTH = LONGS.length();
    private static final LongVector NUMBERS = LongVector.zero(LONGS).addIndex(1);
    private static final VectorMask<Long> ODD = NUMBERS.and(1).compare(VectorOperators.EQ, 1);
    private static final VectorShuffle<Long> LOWER = halves(0);
    private static final VectorShuffle<Long> UPPER = halves(LENGTH / 2);
    private static final long LOW = 0xFFFFFFFFL;
    private static final long MULTIPLIER_0 = 0xD2511F53L;
    private static final long MULTIPLIER_1 = 0xCD9E8D57L;
    private static final int WEYL_0 = 0x9E3779B9;
    private static final int WEYL_1 = 0xBB67AE85;
    private static final int ROUNDS = 10;

    private PhiloxWords() {}

    /** Room for a batch, with what the last vector writes too much. */
    static int[] room() {
        return new int[WORDS * (BATCH + LENGTH)];
    }

    /** Each lane twice, from the given one on: 0 0 1 1 and so on. */
    private static VectorShuffle<Long> halves(int from) {
        return VectorShuffle.fromOp(LONGS, i -> from + i / 2);
    }

    /**
     * The words of blocks one after another.
     *
     * @param seed the key
     * @param first the number of the first block
     * @param words takes them, from {@link #room()}
     * @param blocks at most {@link #BATCH}
     */
    static void fill(long seed, long first, int[] words, int blocks) {
        for (int block = 0; block < blocks; block += LENGTH) {
            LongVector number = NUMBERS.add(first + block);
            LongVector c0 = number.and(LOW);
            LongVector c1 = number.lanewise(VectorOperators.LSHR, 32);
            LongVector c2 = LongVector.zero(LONGS);
            LongVector c3 = c2;
            int k0 = (int) seed;
            int k1 = (int) (seed >>> 32);
            for (int round = 0; round < ROUNDS; round++) {
                LongVector p0 = c0.mul(MULTIPLIER_0);
                LongVector p1 = c2.mul(MULTIPLIER_1);
                c0 = mixed(p1, c1, k0);
                c2 = mixed(p0, c3, k1);
                c1 = p1;
                c3 = p0;
                k0 += WEYL_0;
                k1 += WEYL_1;
            }
            store(pair(c0, c1), pair(c2, c3), words, WORDS * block);
        }
    }

    /** The product's upper half, the other word and the key; what is above 32 bits falls away. */
    private static LongVector mixed(LongVector product, LongVector word, int key) {
        return product.lanewise(VectorOperators.LSHR, 32)
                .lanewise(VectorOperators.XOR, word)
                .lanewise(VectorOperators.XOR, (long) key)
                .and(LOW);
    }

    private static LongVector pair(LongVector low, LongVector high) {
        return low.lanewise(VectorOperators.OR, high.lanewise(VectorOperators.LSHL, 32));
    }

    /** Block after block: the first two words of each, then the other two. */
    private static void store(LongVector pairs, LongVector others, int[] words, int at) {
        LongVector low = pairs.rearrange(LOWER).blend(others.rearrange(LOWER), ODD);
        LongVector high = pairs.rearrange(UPPER).blend(others.rearrange(UPPER), ODD);
        low.reinterpretAsInts().intoArray(words, at);
        high.reinterpretAsInts().intoArray(words, at + 2 * LENGTH);
    }
}
