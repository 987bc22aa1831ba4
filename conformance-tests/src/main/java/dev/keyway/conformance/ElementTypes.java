// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance;

import dev.keyway.DType;
import dev.keyway.conformance.oracle.ElementType;

/** Between the runtime's dtypes and the oracles' element types, which have the same names. */
final class ElementTypes {
    private ElementTypes() {}

    static DType dtype(ElementType type) {
        return DType.valueOf(type.name());
    }

    static ElementType elementType(DType dtype) {
        return ElementType.valueOf(dtype.name());
    }
}
