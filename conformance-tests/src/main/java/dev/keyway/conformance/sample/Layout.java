// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.sample;

import java.util.List;

/**
 * How the elements of an input lie in storage. The values are the same; only strides and offset
 * differ.
 */
public enum Layout {
    /** Row-major and dense. */
    CONTIGUOUS,
    /** A view of dense storage with the last two dimensions exchanged. */
    TRANSPOSED,
    /** A view of dense storage with the dimensions in reverse order. */
    REVERSED,
    /** Every second element of each dimension of a larger tensor. */
    STEPPED,
    /** A part of a larger tensor that starts behind its first element. */
    OFFSET,
    /** The first dimension is expanded: stride 0, all rows are one row. */
    EXPANDED,
    /**
     * Dense, with dimension 1 of three or more as that whose elements are neighbours: images with
     * their channels last.
     */
    CHANNELS_LAST;

    private static final List<Layout> ANY_RANK =
            List.of(CONTIGUOUS, TRANSPOSED, REVERSED, STEPPED, OFFSET, EXPANDED);

    /** Those that tensors of any number of dimensions can have. */
    public static List<Layout> ofAnyRank() {
        return ANY_RANK;
    }
}
