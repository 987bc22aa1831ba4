// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.fault;

import dev.keyway.Tensor;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * The inputs of a kernel.
 *
 * @param list in the kernel's order; an absent one is null
 */
record Inputs(List<@Nullable Tensor> list) {
    static Inputs of(@Nullable Tensor... inputs) {
        return new Inputs(Arrays.asList(inputs));
    }

    /** The input with this number, which is there. */
    Tensor get(int index) {
        return Objects.requireNonNull(list.get(index));
    }

    /** The first two in the other order. */
    Inputs swapped() {
        return of(list.get(1), list.get(0));
    }
}
