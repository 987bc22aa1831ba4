// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import dev.keyway.Tensor;

/**
 * Tensors in the three dimensions {@code [outer, n, inner]} that primitives along a dimension take.
 */
final class Canonical {
    private Canonical() {}

    /**
     * The named dimensions as one, between those before and those after; where the named ones are
     * not neighbours they move to the end.
     */
    static Tensor of(Tensor self, boolean[] named) {
        int first = -1;
        int last = -1;
        int count = 0;
        for (int d = 0; d < named.length; d++) {
            if (named[d]) {
                first = first < 0 ? d : first;
                last = d;
                count++;
            }
        }
        if (count == 0) {
            return self.reshape(self.numel(), 1, 1);
        }
        if (last - first + 1 == count) {
            return split(self, first, last);
        }
        long[] order = new long[named.length];
        int at = 0;
        for (int d = 0; d < named.length; d++) {
            if (!named[d]) {
                order[at++] = d;
            }
        }
        int kept = at;
        for (int d = 0; d < named.length; d++) {
            if (named[d]) {
                order[at++] = d;
            }
        }
        try (Tensor moved = self.permute(order)) {
            return split(moved, kept, named.length - 1);
        }
    }

    /**
     * One dimension between those before and after; a tensor without dimensions has one of size 1.
     */
    static Tensor of(Tensor self, int dim) {
        return self.dim() == 0 ? self.reshape(1, 1, 1) : split(self, dim, dim);
    }

    private static Tensor split(Tensor self, int first, int last) {
        long[] sizes = {1, 1, 1};
        for (int d = 0; d < self.dim(); d++) {
            sizes[d < first ? 0 : d <= last ? 1 : 2] *= self.size(d);
        }
        return self.reshape(sizes);
    }
}
