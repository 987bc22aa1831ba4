// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import org.jspecify.annotations.Nullable;

/**
 * PyTorch's type promotion. Operands come in three ranks: tensors with dimensions, 0-dim tensors,
 * and numbers. Within a rank the types meet; a lower rank changes the result only when its category
 * (bool, integer, floating) is higher.
 */
public final class Promotion {
    private @Nullable ElementType tensors;
    private @Nullable ElementType zeroDims;
    private @Nullable ElementType numbers;

    /** The type where two types of the same rank meet. */
    public static ElementType meet(ElementType a, ElementType b) {
        if (a == b) {
            return a;
        }
        if (a.category() != b.category()) {
            return a.category() > b.category() ? a : b;
        }
        if (a.isFloating()) {
            // Neither half format contains the other.
            boolean halves = a.bytes() == 2 && b.bytes() == 2;
            return halves ? ElementType.F32 : a.bytes() > b.bytes() ? a : b;
        }
        ElementType low = a.ordinal() < b.ordinal() ? a : b;
        ElementType high = low == a ? b : a;
        // No signed 8-bit type holds u8.
        return low == ElementType.U8 && high == ElementType.I8 ? ElementType.I16 : high;
    }

    /** Adds a tensor. */
    public Promotion tensor(HostArray array) {
        return tensor(array.type(), array.rank());
    }

    /** Adds a tensor by type and rank. */
    public Promotion tensor(ElementType type, int rank) {
        if (rank > 0) {
            tensors = join(tensors, type);
        } else {
            zeroDims = join(zeroDims, type);
        }
        return this;
    }

    /** Adds a number: a Boolean is bool, a Long is i64, a Double is the default type f32. */
    public Promotion number(Object scalar) {
        ElementType type =
                scalar instanceof Boolean
                        ? ElementType.BOOL
                        : scalar instanceof Double ? ElementType.F32 : ElementType.I64;
        numbers = join(numbers, type);
        return this;
    }

    /** The common type. */
    public ElementType result() {
        ElementType lower = outrank(zeroDims, numbers);
        ElementType all = outrank(tensors, lower);
        if (all == null) {
            throw new IllegalStateException("nothing to promote");
        }
        return all;
    }

    /** The common type; integers and bool become f32, as for exp, div and mean. */
    public ElementType floatingResult() {
        ElementType common = result();
        return common.isFloating() ? common : ElementType.F32;
    }

    private static ElementType join(@Nullable ElementType known, ElementType added) {
        return known == null ? added : meet(known, added);
    }

    private static @Nullable ElementType outrank(
            @Nullable ElementType high, @Nullable ElementType low) {
        if (high == null || low == null) {
            return high == null ? low : high;
        }
        return low.category() > high.category() ? meet(high, low) : high;
    }
}
