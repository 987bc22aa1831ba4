// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Sizes in one number: two tensors of different shapes must never seem alike. */
class ShapesTest {
    private final Map<Long, long[]> seen = new HashMap<>();

    private void check(long... sizes) {
        long packed = Shapes.pack(sizes);
        assertEquals(packed, Shapes.pack(sizes.clone()));
        if (packed >= 0) {
            long[] other = seen.put(packed, sizes);
            if (other != null) {
                assertEquals(Arrays.toString(other), Arrays.toString(sizes));
            }
        }
    }

    @Test
    void differentSizesHaveDifferentNumbers() {
        long[] some = {0, 1, 2, 7, 8, 127, 128};
        check();
        for (int rank = 1; rank <= 5; rank++) {
            int count = (int) Math.pow(some.length, rank);
            for (int i = 0; i < count; i++) {
                long[] sizes = new long[rank];
                for (int d = 0, rest = i; d < rank; d++, rest /= some.length) {
                    sizes[d] = some[rest % some.length];
                }
                check(sizes);
            }
        }
        Random random = new Random(1);
        for (int i = 0; i < 100_000; i++) {
            long[] sizes = new long[1 + random.nextInt(24)];
            for (int d = 0; d < sizes.length; d++) {
                sizes[d] = random.nextLong() >>> 1 + random.nextInt(63);
            }
            check(sizes);
        }
        assertTrue(seen.size() > 20_000, () -> seen.size() + " numbers");
    }

    @Test
    void whatDoesNotFitHasNone() {
        assertEquals(-1, Shapes.pack(new long[] {1L << 60}));
        assertEquals(-1, Shapes.pack(new long[] {3, 1L << 30}));
        assertEquals(-1, Shapes.pack(new long[9]));
        assertTrue(Shapes.pack(new long[8]) >= 0);
    }
}
