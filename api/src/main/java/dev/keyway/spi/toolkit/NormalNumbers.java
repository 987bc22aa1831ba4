// SPDX-License-Identifier: Apache-2.0
package dev.keyway.spi.toolkit;

/**
 * Standard normal numbers in f32, by Box and Muller's transform, in operations that every device
 * has and that round once: product, sum, fused multiply-add and square root of f32. No other
 * operation, order or contraction gives the same bits.
 *
 * <p>The first word gives {@code u = ((first >>> 8) + 1) * 2^-24} in (0, 1], the second an angle of
 * {@code (second >>> 8) * 2^-24} turns; the number is {@code sqrt(-2 log u)} times the angle's
 * cosine or sine. Logarithm, sine and cosine are polynomials at Chebyshev nodes, within 0.9 ulp and
 * 1.5 * 2^-24.
 */
final class NormalNumbers {
    /** Of {@code (log(1 + x) - x + x^2 / 2) / x^3}, from the constant term on. */
    private static final float[] LOG = {
        0x1.555554p-2f,
        -0x1.fffffcp-3f,
        0x1.999d5ap-3f,
        -0x1.555b4ap-3f,
        0x1.23d21ap-3f,
        -0x1.fcf4c6p-4f,
        0x1.dea282p-4f,
        -0x1.d635bcp-4f,
        0x1.1d8ea6p-4f
    };

    /** Of {@code sin(2 pi x) / x} in {@code x^2}. */
    private static final float[] SIN = {
        0x1.921fb6p+2f, -0x1.4abbbap+5f, 0x1.465ec4p+6f, -0x1.2d9b4p+6f
    };

    /** Of {@code cos(2 pi x)} in {@code x^2}. */
    private static final float[] COS = {
        1f, -0x1.3bd3ccp+4f, 0x1.03c1eap+6f, -0x1.55cb98p+6f, 0x1.db6492p+5f
    };

    /** log 2 in two parts; the high one has so few bits that its multiples are exact. */
    private static final float LOG2_HIGH = 0x1.63p-1f;

    private static final float LOG2_LOW = -0x1.bd0106p-13f;
    private static final float SQRT_2 = 0x1.6a09e6p+0f;

    private NormalNumbers() {}

    static float of(int first, int second, boolean sine) {
        float radius = (float) Math.sqrt(0f - 2f * log((first >>> 8) + 1));
        int turns = second >>> 8;
        int quarter = (turns + (1 << 21)) >>> 22;
        float x = (turns - (quarter << 22)) * 0x1p-24f;
        boolean swap = (quarter & 1) == 1;
        float value = sine == swap ? polynomial(COS, x * x) : polynomial(SIN, x * x) * x;
        // cos, -sin, -cos, sin; sin, cos, -sin, -cos
        boolean negative = sine ? (quarter & 2) != 0 : ((quarter + 1) & 2) != 0;
        return radius * (negative ? -value : value);
    }

    /** Of {@code j * 2^-24}, j from 1 to 2^24. */
    private static float log(int j) {
        int bits = Float.floatToRawIntBits((float) j);
        int exponent = (bits >> 23) - 127 - 24;
        float m = Float.intBitsToFloat((bits & 0x7FFFFF) | 0x3F800000);
        if (m > SQRT_2) {
            m *= 0.5f;
            exponent++;
        }
        float x = m - 1f;
        float square = x * x;
        float y = polynomial(LOG, x) * (square * x);
        y = Math.fma((float) exponent, LOG2_LOW, y);
        y = Math.fma(-0.5f, square, y);
        y += x;
        return Math.fma((float) exponent, LOG2_HIGH, y);
    }

    /** Horner's scheme. */
    private static float polynomial(float[] coefficients, float x) {
        float sum = coefficients[coefficients.length - 1];
        for (int k = coefficients.length - 2; k >= 0; k--) {
            sum = Math.fma(sum, x, coefficients[k]);
        }
        return sum;
    }
}
