// SPDX-License-Identifier: Apache-2.0
package dev.keyway.spi.toolkit;

/**
 * Philox 4x32-10 (Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3", SC 2011, section
 * 3.3). The key is the seed; the counter's low 64 bits are the block number, its high 64 bits are
 * zero.
 */
public final class Philox {
    private static final int MULTIPLIER_0 = 0xD2511F53;
    private static final int MULTIPLIER_1 = 0xCD9E8D57;
    private static final int WEYL_0 = 0x9E3779B9;
    private static final int WEYL_1 = 0xBB67AE85;

    private Philox() {}

    /** Writes the four words of a block to {@code words}. */
    public static void block(long seed, long block, int[] words) {
        int c0 = (int) block;
        int c1 = (int) (block >>> 32);
        int c2 = 0;
        int c3 = 0;
        int k0 = (int) seed;
        int k1 = (int) (seed >>> 32);
        for (int round = 0; round < 10; round++) {
            long p0 = (MULTIPLIER_0 & 0xFFFFFFFFL) * (c0 & 0xFFFFFFFFL);
            long p1 = (MULTIPLIER_1 & 0xFFFFFFFFL) * (c2 & 0xFFFFFFFFL);
            c0 = (int) (p1 >>> 32) ^ c1 ^ k0;
            c2 = (int) (p0 >>> 32) ^ c3 ^ k1;
            c1 = (int) p1;
            c3 = (int) p0;
            k0 += WEYL_0;
            k1 += WEYL_1;
        }
        words[0] = c0;
        words[1] = c1;
        words[2] = c2;
        words[3] = c3;
    }

    /** Uniform in [0, 1): the top 24 bits of a word. */
    public static float uniform(int word) {
        return (word >>> 8) * 0x1p-24f;
    }

    /**
     * Uniform in [0, 1) with 53 bits for f64: the word's 32 bits above 21 bits of {@code
     * mix(word)}, so that an element still takes one word.
     */
    public static double uniformDouble(int word) {
        long low = (word * 0x9E3779B9) >>> 11;
        return (((word & 0xFFFFFFFFL) << 21) | low) * 0x1p-53;
    }

    /**
     * Standard normal for element {@code i}: Box and Muller's cosine branch for even i and the sine
     * branch for odd i of the pair of words {@code (2*(i/2), 2*(i/2)+1)} of its block, in f32
     * arithmetic alone. In OpenCL C, where it says what to do exactly:
     *
     * <pre>{@code
     * float x = mantissa - 1, square = x * x; // u = mantissa * 2^exponent, in (sqrt(0.5), sqrt(2)]
     * float y = polynomial(LOG, x) * (square * x);
     * y = fma(exponent, LOG2_LOW, y);
     * y = fma(-0.5f, square, y) + x;
     * float radius = sqrt(0 - 2 * fma(exponent, LOG2_HIGH, y));
     * float r = angle - rint(4 * angle) / 4; // exact; the halves round up
     * float sin_r = polynomial(SIN, r * r) * r, cos_r = polynomial(COS, r * r);
     * }</pre>
     *
     * with {@code u = ((first >>> 8) + 1) * 2^-24}, the angle {@code (second >>> 8) * 2^-24} in
     * turns, and Horner's scheme by fma. The coefficients are in the source of {@code
     * NormalNumbers}, and in {@code random.cl} of the OpenCL plugin.
     */
    public static float normal(int first, int second, boolean sine) {
        return NormalNumbers.of(first, second, sine);
    }

    /**
     * The same for f64, in double arithmetic with the logarithm, sine and cosine of {@link
     * StrictMath}, which are fdlibm's. The first word gives {@code u = (word + 1) * 2^-32} in (0,
     * 1], the second the angle.
     */
    public static double normalDouble(int first, int second, boolean sine) {
        double u = ((first & 0xFFFFFFFFL) + 1) * 0x1p-32;
        double angle = (second & 0xFFFFFFFFL) * 0x1p-32 * (2 * Math.PI);
        double radius = Math.sqrt(-2 * StrictMath.log(u));
        return radius * (sine ? StrictMath.sin(angle) : StrictMath.cos(angle));
    }

    /** An integer in [from, to): the word modulo the range, in unsigned arithmetic. */
    public static long integer(int word, long from, long to) {
        return from + Long.remainderUnsigned(word & 0xFFFFFFFFL, to - from);
    }
}
