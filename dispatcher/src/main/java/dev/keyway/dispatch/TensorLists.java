// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Lists of arguments and results that a thread's calls take and give back, so that boxed calls
 * leave none on the heap. What is not given back, as lists that a caller gets, is collected. One
 * thread uses it.
 */
final class TensorLists {
    private static final int LONGEST = 8;

    /** Calls that are inside one another, and some. */
    private static final int MOST = 8;

    private final @Nullable TensorImpl[][][] kept = new @Nullable TensorImpl[LONGEST + 1][MOST][];
    private final int[] counts = new int[LONGEST + 1];

    /** A list that nobody else has, to be filled. */
    @SuppressWarnings("NullAway") // as of an array that was just made
    TensorImpl[] take(int length) {
        if (length > LONGEST || counts[length] == 0) {
            return new TensorImpl[length];
        }
        return kept[length][--counts[length]];
    }

    /** A list of one. */
    TensorImpl[] of(TensorImpl only) {
        TensorImpl[] list = take(1);
        list[0] = only;
        return list;
    }

    /** A list of the first of three. */
    @Nullable TensorImpl[] of(
            int count, @Nullable TensorImpl a, @Nullable TensorImpl b, @Nullable TensorImpl c) {
        @Nullable TensorImpl[] list = take(count);
        if (count > 0) {
            list[0] = a;
        }
        if (count > 1) {
            list[1] = b;
        }
        if (count > 2) {
            list[2] = c;
        }
        return list;
    }

    /** Gives it back; the caller and whom it called must not use it any more. */
    void give(@Nullable TensorImpl[] list) {
        int length = list.length;
        if (length <= LONGEST && counts[length] < MOST) {
            Arrays.fill(list, null);
            kept[length][counts[length]++] = list;
        }
    }
}
