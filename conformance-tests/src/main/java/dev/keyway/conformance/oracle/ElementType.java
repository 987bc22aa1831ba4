// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import java.util.Locale;

/**
 * The element types as the oracles know them: how values round, wrap and how far apart they are.
 */
public enum ElementType {
    /** Truth values. */
    BOOL(1, 0, 0),
    /** Unsigned, 8 bits. */
    U8(1, 8, 0),
    /** Signed, 8 bits. */
    I8(1, 8, 0),
    /** Signed, 16 bits. */
    I16(2, 16, 0),
    /** Signed, 32 bits. */
    I32(4, 32, 0),
    /** Signed, 64 bits. */
    I64(8, 64, 0),
    /** IEEE 754 binary16. */
    F16(2, 11, 15),
    /** The upper half of binary32. */
    BF16(2, 8, 127),
    /** IEEE 754 binary32. */
    F32(4, 24, 127),
    /** IEEE 754 binary64. */
    F64(8, 53, 1023);

    private final int bytes;
    private final int precision;
    private final int maxExponent;
    private final double unitRoundoff;
    private final double largest;

    /** Integers have no exponent. */
    ElementType(int bytes, int precision, int maxExponent) {
        this.bytes = bytes;
        this.precision = precision;
        this.maxExponent = maxExponent;
        this.unitRoundoff = StrictMath.scalb(1.0, -precision);
        this.largest =
                (2 - StrictMath.scalb(1.0, 1 - precision)) * StrictMath.scalb(1.0, maxExponent);
    }

    /** Size of an element in bytes. */
    public int bytes() {
        return bytes;
    }

    /** Whether this is f16, bf16, f32 or f64. */
    public boolean isFloating() {
        return ordinal() >= F16.ordinal();
    }

    /** Whether this is an integer type; bool is not. */
    public boolean isIntegral() {
        return this != BOOL && !isFloating();
    }

    /** 0 for bool, 1 for integers, 2 for floating types. */
    public int category() {
        return this == BOOL ? 0 : isFloating() ? 2 : 1;
    }

    /** The type in which operators compute: f16 and bf16 compute in f32. */
    public ElementType computeType() {
        return this == F16 || this == BF16 ? F32 : this;
    }

    /** The type in which devices compute: f32 for the halves, i32 for the smaller integers. */
    public ElementType wide() {
        return this == U8 || this == I8 || this == I16 ? I32 : computeType();
    }

    /** Half the distance between 1 and the next number: the unit roundoff. */
    public double unitRoundoff() {
        return unitRoundoff;
    }

    /**
     * The error of a result that is computed with an error of so many units in the last place: for
     * a half in f32 and then rounded.
     */
    public double error(double value, double ulps) {
        return this == computeType() || ulps == 0
                ? ulps * ulp(value)
                : ulps * F32.ulp(value) + ulp(value) / 2;
    }

    /** The largest finite value of a floating type. */
    public double largest() {
        requireFloating();
        return largest;
    }

    /** The smallest positive normal value of a floating type. */
    public double smallestNormal() {
        return StrictMath.scalb(1.0, 1 - maxExponent());
    }

    /** The distance between neighbouring values of this floating type around {@code value}. */
    public double ulp(double value) {
        if (!(Math.abs(value) <= largest())) {
            return Double.isFinite(value) ? ulp(largest()) : Double.NaN;
        }
        int exponent = Math.max(Math.getExponent(value), 1 - maxExponent());
        return StrictMath.scalb(1.0, exponent - precision + 1);
    }

    /**
     * Rounds to this floating type: half to even; double to half goes through single, as PyTorch's.
     */
    public double round(double value) {
        return switch (this) {
            case F64 -> value;
            case F32 -> (float) value;
            case F16 -> Float.float16ToFloat(Float.floatToFloat16((float) value));
            case BF16 -> roundToBfloat16((float) value);
            default -> throw new IllegalStateException(this + " is no floating type");
        };
    }

    /** Wraps an integer to this integral type; bool is whether it is not zero. */
    public long wrap(long value) {
        return switch (this) {
            case BOOL -> value != 0 ? 1 : 0;
            case U8 -> value & 0xff;
            case I8 -> (byte) value;
            case I16 -> (short) value;
            case I32 -> (int) value;
            case I64 -> value;
            default -> throw new IllegalStateException(this + " is no integral type");
        };
    }

    /** Truncates to this integral type and saturates; NaN is 0; bool is whether it is not zero. */
    public long saturate(double value) {
        if (this == BOOL) {
            return value != 0 ? 1 : 0;
        }
        long truncated = (long) value;
        return Math.max(smallestInteger(), Math.min(largestInteger(), truncated));
    }

    /** The smallest value of an integral type. */
    public long smallestInteger() {
        return this == U8 || this == BOOL ? 0 : -1L << (precision - 1);
    }

    /** The largest value of an integral type. */
    public long largestInteger() {
        return this == BOOL ? 1 : this == U8 ? 255 : ~(-1L << (precision - 1));
    }

    /** The type with this name, as {@code f32}. */
    public static ElementType parse(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    private int maxExponent() {
        requireFloating();
        return maxExponent;
    }

    private void requireFloating() {
        if (!isFloating()) {
            throw new IllegalStateException(this + " is no floating type");
        }
    }

    private static float roundToBfloat16(float value) {
        if (Float.isNaN(value)) {
            return Float.NaN;
        }
        int bits = Float.floatToRawIntBits(value);
        int halfToEven = 0x7fff + ((bits >>> 16) & 1);
        return Float.intBitsToFloat((bits + halfToEven) & 0xffff0000);
    }
}
