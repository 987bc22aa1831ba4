// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.sample;

import dev.keyway.conformance.oracle.ElementType;

import java.util.List;

/** Lists of element types that several families take. */
final class Types {
    private Types() {}

    /** Every type but bool. */
    static final List<ElementType> NUMBERS = Samples.ALL.subList(1, 10);

    /** The floating types. */
    static final List<ElementType> FLOATS = Samples.ALL.subList(6, 10);
}
