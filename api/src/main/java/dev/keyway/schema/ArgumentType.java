// SPDX-License-Identifier: Apache-2.0
package dev.keyway.schema;

/** The types that an operator's arguments can have, named as in PyTorch's schema grammar. */
public enum ArgumentType {
    /** One tensor; null where the argument is optional ({@code Tensor?}). */
    TENSOR("Tensor"),
    /** A list of tensors. */
    TENSOR_LIST("Tensor[]"),
    /** A list of tensors, some of which may be absent. */
    OPTIONAL_TENSOR_LIST("Tensor?[]"),
    /** A number that takes part in type promotion as a scalar. */
    SCALAR("Scalar"),
    /** A 64-bit integer. */
    INT("int"),
    /** A list of 64-bit integers. */
    INT_LIST("int[]"),
    /** A 64-bit floating-point number. */
    FLOAT("float"),
    /** A truth value. */
    BOOL("bool"),
    /** A word out of a few, as {@code rounding_mode}; the default stands in single quotes. */
    STRING("str"),
    /** A dtype. */
    DTYPE("DType"),
    /** A device; factories only. */
    DEVICE("Device"),
    /** A random number generator. */
    GENERATOR("Generator");

    private final String text;

    ArgumentType(String text) {
        this.text = text;
    }

    /** {@return the type's name in the grammar, without the {@code ?} of an optional argument} */
    public String text() {
        return text;
    }

    /** {@return whether the argument travels as a tensor rather than as an attribute} */
    public boolean isTensor() {
        return this == TENSOR || isTensorList();
    }

    /** {@return whether the argument is a list of tensors} */
    public boolean isTensorList() {
        return this == TENSOR_LIST || this == OPTIONAL_TENSOR_LIST;
    }

    /**
     * {@return the type with this name}
     *
     * @param text the name in the grammar
     * @throws IllegalArgumentException when the grammar has no such type
     */
    public static ArgumentType parse(String text) {
        for (ArgumentType type : values()) {
            if (type.text.equals(text)) {
                return type;
            }
        }
        throw new IllegalArgumentException("unknown argument type '" + text + "'");
    }
}
