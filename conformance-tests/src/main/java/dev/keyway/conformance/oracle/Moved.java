// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import java.util.function.UnaryOperator;

/** Results whose elements are elements of one argument at other places. */
final class Moved {
    private Moved() {}

    /** The element at each place is the one of {@code self} at the place that {@code from} gives. */
    static HostArray array(HostArray self, long[] shape, UnaryOperator<long[]> from) {
        return self.pick(
                shape,
                i -> Shapes.linear(from.apply(Shapes.coordinates(i, shape)), self.shape()));
    }

    /** As {@link #array}, exactly. */
    static Expected exactly(HostArray self, long[] shape, UnaryOperator<long[]> from) {
        return Expected.exactly(array(self, shape, from));
    }

    /** Any elements, integers as they are and floating values as they are. */
    static HostArray choose(
            ElementType type,
            long[] shape,
            java.util.function.IntFunction<HostArray> array,
            java.util.function.IntUnaryOperator position) {
        return type.isFloating()
                ? HostArray.ofReals(
                        type, shape, i -> array.apply(i).real(position.applyAsInt(i)))
                : HostArray.ofIntegers(
                        type, shape, i -> array.apply(i).integer(position.applyAsInt(i)));
    }
}
