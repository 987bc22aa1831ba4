// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.sample;

/**
 * SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", OOPSLA 2014).
 * Written out so that a case replays with any JDK.
 */
final class SeededRandom {
    private static final long GAMMA = 0x9E3779B97F4A7C15L;

    private long state;

    /** The stream of one case. */
    SeededRandom(long seed, String operator, String type, int index) {
        state = seed;
        for (char character : (operator + ':' + type).toCharArray()) {
            state = nextLong() ^ character;
        }
        state = nextLong() ^ index;
    }

    /** The next 64 bits. */
    long nextLong() {
        state += GAMMA;
        long z = (state ^ (state >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** Uniform in [low, high]. */
    long nextLong(long low, long high) {
        return low + Long.remainderUnsigned(nextLong(), high - low + 1);
    }

    /** Uniform in [0, 1). */
    double nextDouble() {
        return (nextLong() >>> 11) * 0x1p-53;
    }
}
