// SPDX-License-Identifier: Apache-2.0
package dev.keyway;

/** The element types of tensors. Constants are immutable; all methods are safe for any thread. */
public enum DType {
    /** One byte, 0 or 1. */
    BOOL(1, Category.BOOL),
    /** Unsigned 8-bit integer. */
    U8(1, Category.INTEGRAL),
    /** Signed 8-bit integer. */
    I8(1, Category.INTEGRAL),
    /** Signed 16-bit integer. */
    I16(2, Category.INTEGRAL),
    /** Signed 32-bit integer. */
    I32(4, Category.INTEGRAL),
    /** Signed 64-bit integer. */
    I64(8, Category.INTEGRAL),
    /** IEEE 754 half precision. */
    F16(2, Category.FLOATING),
    /** bfloat16: the upper half of a single-precision number. */
    BF16(2, Category.FLOATING),
    /** IEEE 754 single precision. */
    F32(4, Category.FLOATING),
    /** IEEE 754 double precision. */
    F64(8, Category.FLOATING);

    /** PyTorch's promotion categories, lowest first. */
    public enum Category {
        /** Truth values. */
        BOOL,
        /** Integers. */
        INTEGRAL,
        /** Floating-point numbers. */
        FLOATING
    }

    /** {@link #values()} without the copy. */
    static final DType[] ALL = values();

    private final int itemSize;
    private final Category category;
    private final String lower;

    DType(int itemSize, Category category) {
        this.itemSize = itemSize;
        this.category = category;
        this.lower = name().toLowerCase(java.util.Locale.ROOT);
    }

    /** {@return size of one element in bytes} */
    public int itemSize() {
        return itemSize;
    }

    /** {@return the promotion category} */
    public Category category() {
        return category;
    }

    /** {@return whether this is f16, bf16, f32 or f64} */
    public boolean isFloating() {
        return category == Category.FLOATING;
    }

    /** {@return whether this is an integer type; bool is not} */
    public boolean isIntegral() {
        return category == Category.INTEGRAL;
    }

    /**
     * The dtype called {@code text} ("f32").
     *
     * @param text the short name, lower case
     * @return the dtype
     */
    public static DType parse(String text) {
        for (DType dtype : ALL) {
            if (dtype.lower.equals(text)) {
                return dtype;
            }
        }
        throw new KeywayException(
                "unknown dtype '" + text + "'; expected one of " + java.util.Arrays.toString(ALL));
    }

    /** The short name, {@code f32}. */
    @Override
    public String toString() {
        return lower;
    }
}
