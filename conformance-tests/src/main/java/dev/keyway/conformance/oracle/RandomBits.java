// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

/**
 * Philox 4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel Random Numbers: As Easy as 1, 2, 3", SC
 * 2011): element i of a call takes word i % 4 of block offset + i / 4; key and counter are the seed
 * and the block number.
 */
final class RandomBits {
    private static final long WORD = 0xFFFFFFFFL;

    private final long seed;
    private final long offset;

    /** The numbers of a call whose generator stands at this block of the seed's sequence. */
    RandomBits(long seed, long offset) {
        this.seed = seed;
        this.offset = offset;
    }

    /** The word of element {@code i}, unsigned. */
    long word(int i) {
        return block(offset + i / 4)[i % 4];
    }

    /** Ten rounds; each multiplies two words, crosses the halves and adds the round key. */
    long[] block(long number) {
        long[] c = {number & WORD, number >>> 32, 0, 0};
        long key0 = seed & WORD;
        long key1 = seed >>> 32;
        for (int round = 0; round < 10; round++) {
            long even = 0xD2511F53L * c[0];
            long odd = 0xCD9E8D57L * c[2];
            c =
                    new long[] {
                        (odd >>> 32) ^ c[1] ^ key0,
                        odd & WORD,
                        (even >>> 32) ^ c[3] ^ key1,
                        even & WORD
                    };
            key0 = (key0 + 0x9E3779B9L) & WORD;
            key1 = (key1 + 0xBB67AE85L) & WORD;
        }
        return c;
    }

    /** Uniform in [0, 1): 24 bits for single; for double the word above 21 bits of a hash of it. */
    double uniform(ElementType type, int i) {
        long word = word(i);
        if (type != ElementType.F64) {
            return (word >>> 8) / 16777216.0;
        }
        long low = ((word * 0x9E3779B9L) & WORD) >>> 11;
        return (word * 2097152.0 + low) / 9007199254740992.0;
    }

    /**
     * Box and Muller's pair from two neighbouring words: cosine for even elements, sine for odd.
     * But for double, in single arithmetic to the bit.
     */
    double normal(ElementType type, int i) {
        int even = i - i % 2;
        if (type != ElementType.F64) {
            return NormalBits.normal(word(even), word(even + 1), i % 2 == 1);
        }
        double radius = Math.sqrt(-2 * StrictMath.log((word(even) + 1) / 4294967296.0));
        double angle = word(even + 1) / 4294967296.0 * (2 * Math.PI);
        return radius * (i % 2 == 0 ? StrictMath.cos(angle) : StrictMath.sin(angle));
    }

    /** An integer in [low, high): the word modulo the range. */
    long integer(int i, long low, long high) {
        return low + word(i) % (high - low);
    }
}
