// SPDX-License-Identifier: Apache-2.0
package dev.keyway;

import org.jspecify.annotations.Nullable;

/**
 * PyTorch's type promotion: tensors with dimensions outrank 0-dimensional tensors, which outrank
 * numbers, within the same category; a higher category always wins.
 */
public final class TypePromotion {
    private TypePromotion() {}

    /**
     * {@return the dtype to which two dtypes of the same priority promote}
     *
     * @param a one dtype
     * @param b the other
     */
    public static DType promote(DType a, DType b) {
        if (a == b) {
            return a;
        }
        if (a.category() != b.category()) {
            return a.category().compareTo(b.category()) > 0 ? a : b;
        }
        if (a.isFloating()) {
            boolean halves = a.itemSize() == 2 && b.itemSize() == 2;
            return halves ? DType.F32 : a.itemSize() > b.itemSize() ? a : b;
        }
        return integral(a, b);
    }

    private static DType integral(DType a, DType b) {
        if (a == DType.U8 || b == DType.U8) {
            DType other = a == DType.U8 ? b : a;
            return other == DType.I8 ? DType.I16 : other;
        }
        return a.itemSize() > b.itemSize() ? a : b;
    }

    /**
     * {@return the result dtype of tensors and a number}
     *
     * @param dimensioned what the tensors with dimensions promote to; null when there is none
     * @param zeroDim what the 0-dimensional tensors promote to; null when there is none
     * @param scalar the number's dtype; null when there is none
     */
    public static DType result(
            @Nullable DType dimensioned, @Nullable DType zeroDim, @Nullable DType scalar) {
        DType number = scalar == DType.F64 ? DType.F32 : scalar;
        DType result = combine(dimensioned, zeroDim);
        result = combine(result, number);
        if (result == null) {
            throw new IllegalArgumentException("type promotion of nothing");
        }
        return result;
    }

    private static @Nullable DType combine(@Nullable DType higher, @Nullable DType lower) {
        if (higher == null || lower == null) {
            return higher == null ? lower : higher;
        }
        return lower.category().compareTo(higher.category()) > 0 ? lower : higher;
    }
}
