// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn.data.numpy;

import dev.keyway.DType;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * An element type as NumPy writes it: byte order, kind and size, {@code <f4}.
 *
 * @param dtype ours
 * @param swapped whether the file has the other byte order than this machine
 */
record NumpyType(DType dtype, boolean swapped) {
    private static final boolean LITTLE = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

    /** The type of a description, null where we have none like it. */
    static @Nullable NumpyType parse(String description) {
        if (description.length() != 3) {
            return null;
        }
        DType dtype = dtype(description.substring(1));
        if (dtype == null) {
            return null;
        }
        boolean single = dtype.itemSize() == 1;
        return switch (description.charAt(0)) {
            case '<' -> new NumpyType(dtype, !LITTLE && !single);
            case '>' -> new NumpyType(dtype, LITTLE && !single);
            case '|' -> single ? new NumpyType(dtype, false) : null;
            case '=' -> new NumpyType(dtype, false);
            default -> null;
        };
    }

    private static @Nullable DType dtype(String kind) {
        return switch (kind) {
            case "b1" -> DType.BOOL;
            case "u1" -> DType.U8;
            case "i1" -> DType.I8;
            case "i2" -> DType.I16;
            case "i4" -> DType.I32;
            case "i8" -> DType.I64;
            case "f2" -> DType.F16;
            case "f4" -> DType.F32;
            case "f8" -> DType.F64;
            default -> null;
        };
    }

    /** How NumPy writes the dtype in this machine's byte order; null for bf16, which it lacks. */
    static @Nullable String describe(DType dtype) {
        char order = dtype.itemSize() == 1 ? '|' : LITTLE ? '<' : '>';
        return switch (dtype) {
            case BOOL -> order + "b1";
            case U8 -> order + "u1";
            case I8, I16, I32, I64 -> order + "i" + dtype.itemSize();
            case F16, F32, F64 -> order + "f" + dtype.itemSize();
            case BF16 -> null;
        };
    }
}
