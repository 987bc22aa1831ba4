// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.reduction;

import dev.keyway.backend.cpu.KernelFixture;
import dev.keyway.spi.Workers;
import java.util.ArrayList;
import java.util.List;

/**
 * Lines of a layout, in elements.
 *
 * @param groups the number of groups
 * @param fold groups before the next outer step
 * @param outerStep distance of groups that are {@code fold} apart
 * @param groupStep distance of neighbouring groups otherwise
 * @param n length of a line
 * @param step distance of neighbours in a line
 * @param width lines of a group
 */
record ReductionCase(
        int groups, int fold, int outerStep, int groupStep, int n, int step, int width) {
    private static final int[] LENGTHS = {
        0, 1, 3, 4, 5, 15, 16, 17, 63, 64, 65, 129, 255, 256, 257, 259, 515
    };
    private static final int[] WIDTHS = {2, 3, 4, 5, 15, 16, 17, 63, 64, 65, 259, 515};

    /** Dense lines, odd gaps between them, lines long enough to be cut. */
    static List<ReductionCase> dense() {
        List<ReductionCase> cases = new ArrayList<>();
        for (int n : LENGTHS) {
            cases.add(new ReductionCase(1, 1, n, 0, n, 1, 1));
            cases.add(new ReductionCase(3, 1, n + 7, 0, n, 1, 1));
            cases.add(new ReductionCase(6, 2, 2 * n + 9, n + 1, n, 1, 1));
        }
        for (int n : new int[] {16_384, 16_385, 2 * 16_384 + 77}) {
            cases.add(new ReductionCase(2, 1, n + 1, 0, n, 1, 1));
        }
        return cases;
    }

    /** Lines side by side, with and without gaps. */
    static List<ReductionCase> beside() {
        List<ReductionCase> cases = new ArrayList<>();
        for (int n : LENGTHS) {
            cases.add(new ReductionCase(2, 1, n * 70, 0, n, 21, 19));
        }
        for (int width : WIDTHS) {
            cases.add(new ReductionCase(2, 1, 5 * width + 3, 0, 5, width, width));
        }
        cases.add(new ReductionCase(1, 1, 0, 0, 515, 67, 65));
        return cases;
    }

    /** Lines with gaps between their numbers, and lines that repeat one number. */
    static List<ReductionCase> strided() {
        List<ReductionCase> cases = new ArrayList<>();
        for (int n : LENGTHS) {
            cases.add(new ReductionCase(6, 2, 3 * n + 8, 1, n, 3, 1));
            cases.add(new ReductionCase(4, 1, 1, 0, n, 0, 1));
        }
        return cases;
    }

    int numel() {
        return groups * width;
    }

    /** The elements that may be read: up to the last one. */
    int extent() {
        int last = index(groups - 1, Math.max(n - 1, 0), width - 1);
        return last + 1;
    }

    /** The index of number i of a result's line. */
    int index(int result, int i) {
        return index(result / width, i, result % width);
    }

    private int index(int group, int i, int line) {
        return group / fold * outerStep + group % fold * groupStep + i * step + line;
    }

    /** Runs the kernel; returns the address of the results. */
    long run(KernelFixture memory, LineReduction reduction, Workers workers, long self) {
        long size = reduction.itemSize();
        Lines lines =
                new Lines(
                        self,
                        groups,
                        fold,
                        size * outerStep,
                        size * groupStep,
                        n,
                        size * step,
                        width);
        long out = memory.allocate(size * numel());
        long scratch = memory.allocate(Reduction.scratchBytes(reduction, lines));
        Reduction.run(workers, reduction, lines, out, scratch);
        return out;
    }
}
