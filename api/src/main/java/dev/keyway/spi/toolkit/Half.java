// SPDX-License-Identifier: Apache-2.0
package dev.keyway.spi.toolkit;

/** Conversion of bfloat16, rounding half to even; f16 is {@link Float#floatToFloat16}. */
public final class Half {
    private Half() {}

    /**
     * {@return the nearest bfloat16; NaN stays NaN}
     *
     * @param value the number
     */
    public static short floatToBfloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (short) ((bits >>> 16) | 0x40);
        }
        return (short) ((bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16);
    }

    /**
     * {@return the exact value}
     *
     * @param bits the 16 bits
     */
    public static float bfloat16ToFloat(short bits) {
        return Float.intBitsToFloat(bits << 16);
    }

    /**
     * {@return the nearest bfloat16 of the nearest float: PyTorch's conversion, which rounds twice}
     *
     * @param value the number
     */
    public static short doubleToBfloat16(double value) {
        return floatToBfloat16((float) value);
    }

    /**
     * The nearest f16 of the nearest float: PyTorch's conversion, which rounds twice.
     *
     * @param value the number
     * @return the 16 bits
     */
    public static short doubleToFloat16(double value) {
        return Float.floatToFloat16((float) value);
    }
}
