// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl.kernel;

import dev.keyway.DType;

/** How dtypes look in OpenCL C. */
final class Types {
    private Types() {}

    /** The type in memory. */
    static String stored(DType dtype) {
        return switch (dtype) {
            case BOOL, U8 -> "uchar";
            case I8 -> "char";
            case I16 -> "short";
            case I32 -> "int";
            case I64 -> "long";
            case F16 -> "half";
            case BF16 -> "ushort";
            case F32 -> "float";
            case F64 -> "double";
        };
    }

    /** The expression that loads element {@code i} of {@code p}, half precision as float. */
    static String load(DType dtype) {
        return switch (dtype) {
            case F16 -> "vload_half(i, p)";
            case BF16 -> "bfloat_to_float(p[i])";
            default -> "p[i]";
        };
    }

    /** The statement that stores {@code value}. */
    static String store(DType dtype) {
        return switch (dtype) {
            case F16 -> "vstore_half_rte(value, i, p)";
            case BF16 -> "p[i] = float_to_bfloat(value)";
            default -> "p[i] = value";
        };
    }

    /** An unsigned type of the width, for elements that are moved only. */
    static String bits(int itemSize) {
        return switch (itemSize) {
            case 1 -> "uchar";
            case 2 -> "ushort";
            case 4 -> "uint";
            default -> "ulong";
        };
    }

    /** The unsigned type of an integer type. */
    static String unsigned(DType dtype) {
        return bits(dtype.itemSize());
    }

    /** Whether kernels may compute in it; whether a device does is the driver's to say. */
    static boolean computes(DType dtype) {
        return switch (dtype) {
            case BOOL, I32, I64, F32, F64 -> true;
            default -> false;
        };
    }

    /** Whether sums and products of it are numbers, not truth values. */
    static boolean isNumber(DType dtype) {
        return computes(dtype) && dtype != DType.BOOL;
    }
}
