// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import java.util.List;

/** The definition of one operator. */
@FunctionalInterface
public interface Oracle {
    /** The results for these arguments. */
    List<Expected> compute(Arguments arguments);

    /** Of an operator with one result. */
    @FunctionalInterface
    interface Single {
        /** The result. */
        Expected compute(Arguments arguments);
    }

    /** An oracle with one result. */
    static Oracle single(Single single) {
        return arguments -> List.of(single.compute(arguments));
    }
}
