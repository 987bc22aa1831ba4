// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.lanes;

import dev.keyway.backend.cpu.Exact;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The largest of f32 numbers, leaving NaN out: a comparison and a choice are two instructions where
 * {@code max}, which has to find NaN, is five.
 */
public final class FloatLargest {
    private FloatLargest() {}

    /**
     * Of two in each lane.
     *
     * @param x what stays where y is smaller or NaN; no NaN itself
     */
    public static FloatVector larger(FloatVector x, FloatVector y) {
        return x.blend(y, y.compare(VectorOperators.GT, x));
    }

    /**
     * Of a vector's lanes, none of which is NaN: the largest of whole numbers in the order of the
     * real ones, which are their bits, of negative ones turned round.
     */
    public static float ofLanes(FloatVector x) {
        IntVector bits = x.reinterpretAsInts();
        IntVector ordered =
                bits.lanewise(VectorOperators.ASHR, 31)
                        .and(Integer.MAX_VALUE)
                        .lanewise(VectorOperators.XOR, bits);
        int most = Exact.INTS.cast(ordered).reduceLanes(VectorOperators.MAX);
        return Float.intBitsToFloat(most ^ most >> 31 & Integer.MAX_VALUE);
    }
}
