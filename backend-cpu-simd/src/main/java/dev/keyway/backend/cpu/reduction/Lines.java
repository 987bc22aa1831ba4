// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.reduction;

import dev.keyway.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Where the numbers lie that are reduced, in bytes. A group is a line, or as many neighbouring
 * lines as the width says, whose numbers lie side by side.
 *
 * @param address of the first number
 * @param groups the number of groups
 * @param fold groups before the next outer step
 * @param outerStep distance of groups that are {@code fold} apart
 * @param groupStep distance of neighbouring groups otherwise
 * @param n length of a line
 * @param step distance of neighbours in a line
 * @param width lines of a group
 */
record Lines(
        long address,
        long groups,
        long fold,
        long outerStep,
        long groupStep,
        long n,
        long step,
        long width) {

    /** The lines along dimension 1 of {@code [outer, n, inner]} of any strides. */
    static Lines of(Tensor self) {
        long size = self.dtype().itemSize();
        long outer = self.size(0);
        long n = self.size(1);
        long inner = self.size(2);
        long outerStep = size * self.stride(0);
        long step = n == 1 ? size : size * self.stride(1);
        long innerStep = size * self.stride(2);
        if (inner == 1) {
            inner = outer;
            innerStep = outerStep;
            outer = 1;
        }
        if (step == size || innerStep != size) {
            return outer == 1
                    ? new Lines(self.address(), inner, 1, innerStep, 0, n, step, 1)
                    : new Lines(
                            self.address(), outer * inner, inner, outerStep, innerStep, n, step, 1);
        }
        return new Lines(self.address(), outer, 1, outerStep, 0, n, step, inner);
    }

    /** The same of contiguous {@code [outer, n, inner]}. */
    static Lines of(long address, long size, long outer, long n, long inner) {
        long step = size * inner;
        return new Lines(address, outer, 1, step * n, 0, n, step, inner);
    }

    /**
     * The lines of a contiguous tensor along dimensions that are neighbours; no dimensions mean
     * all. Null where others lie between them.
     */
    static @Nullable Lines ofNeighbours(Tensor self, long[] dim) {
        boolean[] named = Reduced.named(dim, self.dim());
        long outer = 1;
        long n = 1;
        long inner = 1;
        for (int d = 0; d < named.length; d++) {
            long size = self.size(d);
            if (!named[d]) {
                inner *= size;
            } else if (inner == 1 || n == 1) {
                outer *= inner;
                inner = 1;
                n *= size;
            } else if (size != 1) {
                return null;
            }
        }
        return of(self.address(), self.dtype().itemSize(), outer, n, inner);
    }

    /** The address of a group. */
    long at(long group) {
        return fold == 1
                ? address + group * outerStep
                : address + group / fold * outerStep + group % fold * groupStep;
    }

    /** Whether the numbers of each line lie side by side. */
    boolean isDense(int itemSize) {
        return step == itemSize && width == 1;
    }
}
