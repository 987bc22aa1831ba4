// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

/** Normal numbers in single precision, operation by operation as Keyway specifies them. */
final class NormalBits {
    private static final String LOG =
            "0x1.555554p-2 -0x1.fffffcp-3 0x1.999d5ap-3 -0x1.555b4ap-3 0x1.23d21ap-3"
                    + " -0x1.fcf4c6p-4 0x1.dea282p-4 -0x1.d635bcp-4 0x1.1d8ea6p-4";
    private static final String SIN = "0x1.921fb6p+2 -0x1.4abbbap+5 0x1.465ec4p+6 -0x1.2d9b4p+6";
    private static final String COS =
            "0x1p0 -0x1.3bd3ccp+4 0x1.03c1eap+6 -0x1.55cb98p+6 0x1.db6492p+5";

    private NormalBits() {}

    static double normal(long first, long second, boolean sine) {
        float radius = (float) Math.sqrt(-2.0 * log(first / 256 + 1) + 0.0);
        // The angle in turns is the nearest quarter and a rest of at most an eighth.
        double turns = second / 256 / 16777216.0;
        int quarter = (int) Math.floor(4 * turns + 0.5);
        float rest = (float) (turns - quarter / 4.0);
        float sin = polynomial(SIN, rest * rest) * rest;
        float cos = polynomial(COS, rest * rest);
        float factor =
                switch ((quarter + (sine ? 3 : 0)) % 4) {
                    case 0 -> cos;
                    case 1 -> -sin;
                    case 2 -> -cos;
                    default -> sin;
                };
        return radius * factor;
    }

    /** The logarithm of a multiple of two to the power -24. */
    private static float log(long multiple) {
        float u = multiple / 16777216f;
        int exponent = Math.getExponent(u);
        float mantissa = Math.scalb(u, -exponent);
        if (mantissa > 0x1.6a09e6p0f) {
            mantissa /= 2;
            exponent += 1;
        }
        float x = mantissa - 1;
        float square = x * x;
        float cube = square * x;
        float sum = polynomial(LOG, x) * cube;
        sum = fused(exponent, -0x1.bd0106p-13f, sum);
        sum = fused(-0.5f, square, sum);
        sum = sum + x;
        return fused(exponent, 0x1.63p-1f, sum);
    }

    private static float polynomial(String coefficients, float x) {
        String[] all = coefficients.split(" ");
        float sum = Float.parseFloat(all[all.length - 1]);
        for (int k = all.length - 2; k >= 0; k--) {
            sum = fused(sum, x, Float.parseFloat(all[k]));
        }
        return sum;
    }

    private static float fused(float a, float b, float c) {
        return Math.fma(a, b, c);
    }
}
