// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import java.util.function.UnaryOperator;

/** Results whose elements are elements of one argument at other places. */
final class Moved {
    private Moved() {}

    /**
     * The element at each place is the one of {@code self} at the place that {@code from} gives.
     */
    static HostArray array(HostArray self, long[] shape, UnaryOperator<long[]> from) {
        return self.pick(
                shape, i -> Shapes.linear(from.apply(Shapes.coordinates(i, shape)), self.shape()));
    }

    /** As {@link #array}, exactly. */
    static Expected exactly(HostArray self, long[] shape, UnaryOperator<long[]> from) {
        return Expected.exactly(array(self, shape, from));
    }
}
