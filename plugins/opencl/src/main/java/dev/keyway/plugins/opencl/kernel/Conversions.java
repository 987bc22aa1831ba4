// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl.kernel;

import dev.keyway.DType;

/**
 * A cast in OpenCL C over {@code x}: to integers floating values truncate and saturate and NaN is
 * 0, between integers bits are cut off, to bool everything but 0 is true, to narrower floating
 * dtypes values round half to even, to f16 and bf16 by way of f32.
 */
final class Conversions {
    private Conversions() {}

    static String expression(DType from, DType to) {
        return switch (to) {
            case BOOL -> "(x) != 0 ? 1 : 0";
            case F16, BF16, F32 -> "(float)(x)";
            case F64 -> "(double)(x)";
            default -> from.isFloating() ? saturate(from, to) : "(" + Types.stored(to) + ")(x)";
        };
    }

    private static String saturate(DType from, DType to) {
        String type = Types.stored(to);
        int bits = 8 * to.itemSize();
        boolean signed = to != DType.U8;
        String suffix = from == DType.F64 ? "" : "f";
        // Powers of two, so exact: 2^63 is the smallest value above every long.
        int exponent = signed ? bits - 1 : bits;
        String above = "0x1.0p" + exponent + suffix;
        String below = signed ? "-" + above : "0.0" + suffix;
        String high = limit(to, true);
        return "SATURATE("
                + String.join(", ", type, "x", below, above, limit(to, false), high)
                + ")";
    }

    private static String limit(DType to, boolean high) {
        return switch (to) {
            case U8 -> high ? "255" : "0";
            case I8 -> high ? "CHAR_MAX" : "CHAR_MIN";
            case I16 -> high ? "SHRT_MAX" : "SHRT_MIN";
            case I32 -> high ? "INT_MAX" : "INT_MIN";
            default -> high ? "LONG_MAX" : "LONG_MIN";
        };
    }
}
