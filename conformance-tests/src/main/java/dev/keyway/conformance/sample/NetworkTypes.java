// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.sample;

import dev.keyway.conformance.oracle.ElementType;

import java.util.List;

/** Lists of element types that libtorch's CPU accepts for operators of networks. */
final class NetworkTypes {
    /** All floating types. */
    static final List<ElementType> FLOATING =
            List.of(ElementType.F16, ElementType.BF16, ElementType.F32, ElementType.F64);

    /** All floating types and i64. */
    static final List<ElementType> FLOATING_AND_LONG =
            List.of(
                    ElementType.I64,
                    ElementType.F16,
                    ElementType.BF16,
                    ElementType.F32,
                    ElementType.F64);

    /** All floating types and bool. */
    static final List<ElementType> FLOATING_AND_BOOL =
            List.of(
                    ElementType.BOOL,
                    ElementType.F16,
                    ElementType.BF16,
                    ElementType.F32,
                    ElementType.F64);

    /** All but bool. */
    static final List<ElementType> NUMBERS = Samples.ALL.subList(1, Samples.ALL.size());

    private NetworkTypes() {}
}
