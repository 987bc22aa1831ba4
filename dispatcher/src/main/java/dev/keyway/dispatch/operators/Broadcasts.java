// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import dev.keyway.operator.MetaContext;
import java.util.Arrays;

/** Broadcasting of shapes in meta functions. */
final class Broadcasts {
    private Broadcasts() {}

    /** The sizes to which both broadcast, or an error of the operator. */
    static long[] sizes(MetaContext m, long[] a, long[] b) {
        long[] result = new long[Math.max(a.length, b.length)];
        for (int d = 1; d <= result.length; d++) {
            long x = d <= a.length ? a[a.length - d] : 1;
            long y = d <= b.length ? b[b.length - d] : 1;
            if (x != y && x != 1 && y != 1) {
                throw m.error(
                        "shapes "
                                + Arrays.toString(a)
                                + " and "
                                + Arrays.toString(b)
                                + " do not broadcast; sizes must be equal or 1, counted from the"
                                + " last dimension");
            }
            result[result.length - d] = x == 1 ? y : x;
        }
        return result;
    }
}
