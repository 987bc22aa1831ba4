// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.reduction;

import dev.keyway.Tensor;
import java.util.Arrays;

/**
 * Where the elements of each result lie, in bytes.
 *
 * @param n how many there are
 * @param inside from the first element of a result to the others; empty for dense lines
 * @param sizes of the dimensions that stay
 * @param steps of the dimensions that stay
 * @param dense whether the elements of a result are neighbours in order
 */
@SuppressWarnings("ArrayRecordComponent")
public record Reduced(int n, long[] inside, long[] sizes, long[] steps, boolean dense) {
    /** The results of reducing a contiguous tensor over dimensions; no dimensions mean all. */
    public static Reduced of(Tensor self, long[] dim) {
        boolean[] named = named(dim, self.dim());
        int kept = 0;
        long n = 1;
        boolean dense = true;
        long[] sizes = new long[named.length];
        long[] steps = new long[named.length];
        long size = self.dtype().itemSize();
        for (int d = 0; d < named.length; d++) {
            if (named[d]) {
                n *= self.size(d);
            } else {
                dense &= n == 1;
                sizes[kept] = self.size(d);
                steps[kept++] = size * self.stride(d);
            }
        }
        return new Reduced(
                Math.toIntExact(n),
                dense ? new long[0] : inside(self, named, size),
                Arrays.copyOf(sizes, kept),
                Arrays.copyOf(steps, kept),
                dense);
    }

    /** Which dimensions are named; no dimensions mean all. */
    static boolean[] named(long[] dim, int dims) {
        boolean[] named = new boolean[dims];
        if (dim.length == 0) {
            Arrays.fill(named, true);
        }
        for (long d : dim) {
            if (dims > 0) {
                named[(int) (d < 0 ? d + dims : d)] = true;
            }
        }
        return named;
    }

    private static long[] inside(Tensor self, boolean[] named, long size) {
        long[] inside = {0};
        for (int d = 0; d < named.length; d++) {
            if (named[d]) {
                long count = self.size(d);
                long step = size * self.stride(d);
                long[] grown = new long[Math.toIntExact(inside.length * count)];
                for (int i = 0; i < grown.length; i++) {
                    grown[i] = inside[(int) (i / count)] + i % count * step;
                }
                inside = grown;
            }
        }
        return inside;
    }

    /** The distance of a result's first element from the tensor's, in bytes. */
    public long start(long result) {
        long at = 0;
        long rest = result;
        for (int d = sizes.length - 1; d >= 0; d--) {
            at += rest % sizes[d] * steps[d];
            rest /= sizes[d];
        }
        return at;
    }
}
