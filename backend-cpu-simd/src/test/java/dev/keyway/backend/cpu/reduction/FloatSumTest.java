// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.reduction;

import static dev.keyway.backend.cpu.KernelFixture.getFloat;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keyway.backend.cpu.KernelFixture;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** f32 sums against exact ones, and against scalar ones in the order that the kernel promises. */
final class FloatSumTest {
    private static final double UNIT = Math.ulp(1f) / 2;
    private static final FloatSum SUM = new FloatSum();

    private static List<ReductionCase> cases() {
        List<ReductionCase> cases = new ArrayList<>(ReductionCase.dense());
        cases.addAll(ReductionCase.beside());
        cases.addAll(ReductionCase.strided());
        return cases;
    }

    /** However n numbers are added, the error is at most (n - 1) u times their magnitudes. */
    @Test
    void sumsAreNearTheExactOnes() {
        for (ReductionCase c : cases()) {
            try (KernelFixture memory = new KernelFixture(c.hashCode())) {
                long self = memory.floats(c.extent());
                long out = c.run(memory, SUM, KernelFixture.ONE, self);
                for (int r = 0; r < c.numel(); r++) {
                    double sum = 0;
                    double magnitude = 0;
                    for (int i = 0; i < c.n(); i++) {
                        double x = getFloat(self, c.index(r, i));
                        sum += x;
                        magnitude += Math.abs(x);
                    }
                    double bound = 2 * UNIT * Math.max(0, c.n() - 1) * magnitude;
                    assertEquals(sum, getFloat(out, r), bound, c::toString);
                }
            }
        }
    }

    @Test
    void integersAddUpExactly() {
        for (ReductionCase c : cases()) {
            try (KernelFixture memory = new KernelFixture(1)) {
                long self = memory.floats(c.extent(), i -> i % 13 - 5);
                long out = c.run(memory, SUM, KernelFixture.TWO, self);
                for (int r = 0; r < c.numel(); r++) {
                    int sum = 0;
                    for (int i = 0; i < c.n(); i++) {
                        sum += c.index(r, i) % 13 - 5;
                    }
                    assertEquals(sum, getFloat(out, r), c::toString);
                }
            }
        }
    }

    @Test
    void orderDependsOnTheShapeAlone() {
        for (ReductionCase c : cases()) {
            try (KernelFixture memory = new KernelFixture(c.hashCode())) {
                long self = memory.floats(c.extent());
                long one = c.run(memory, SUM, KernelFixture.ONE, self);
                long two = c.run(memory, SUM, KernelFixture.TWO, self);
                for (int r = 0; r < c.numel(); r++) {
                    float[] line = new float[c.n()];
                    for (int i = 0; i < c.n(); i++) {
                        line[i] = getFloat(self, c.index(r, i));
                    }
                    boolean dense = c.step() == 1 && c.width() == 1;
                    float expected = dense ? dense(line) : beside(line, c.width());
                    assertEquals(expected, getFloat(one, r), c::toString);
                    assertEquals(expected, getFloat(two, r), c::toString);
                }
            }
        }
    }

    /** Pieces of 16,384; lane p % 64, or p % 4 of a short line, folded in halves. */
    private static float dense(float[] line) {
        if (line.length > Reduction.PIECE) {
            int count = (int) ((line.length + Reduction.PIECE - 1) / Reduction.PIECE);
            float[] pieces = new float[count];
            for (int k = 0; k < count; k++) {
                pieces[k] = dense(piece(line, k, (int) Reduction.PIECE));
            }
            return dense(pieces);
        }
        boolean isShort = line.length < 64;
        float[] lanes = new float[isShort ? 4 : 64];
        for (int i = 0; i < line.length; i++) {
            boolean tail = isShort && i >= line.length - line.length % 4;
            lanes[tail ? 0 : i % lanes.length] += line[i];
        }
        return isShort ? (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]) : tree(lanes, 0, 1);
    }

    private static float tree(float[] lanes, int first, int step) {
        return step == lanes.length
                ? lanes[first]
                : tree(lanes, first, 2 * step) + tree(lanes, first + step, 2 * step);
    }

    /** Pieces of 256; four at a time. */
    private static float beside(float[] line, int width) {
        if (line.length > Reduction.ROWS) {
            int count = (int) ((line.length + Reduction.ROWS - 1) / Reduction.ROWS);
            float[] pieces = new float[count];
            for (int k = 0; k < count; k++) {
                pieces[k] = beside(piece(line, k, (int) Reduction.ROWS), width);
            }
            return width == 1 ? dense(pieces) : beside(pieces, width);
        }
        float sum = 0;
        int full = line.length - line.length % 4;
        for (int i = 0; i < full; i += 4) {
            sum += (line[i] + line[i + 1]) + (line[i + 2] + line[i + 3]);
        }
        for (int i = full; i < line.length; i++) {
            sum += line[i];
        }
        return sum;
    }

    private static float[] piece(float[] line, int index, int size) {
        int end = Math.min(line.length, (index + 1) * size);
        return java.util.Arrays.copyOfRange(line, index * size, end);
    }

    @Test
    void infinitiesAndNaN() {
        for (ReductionCase c : cases()) {
            if (c.n() < 3 || c.step() == 0) {
                continue;
            }
            check(c, Float.POSITIVE_INFINITY, 1, Float.POSITIVE_INFINITY);
            check(c, Float.NEGATIVE_INFINITY, 1, Float.NEGATIVE_INFINITY);
            check(c, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN);
            check(c, 1, Float.NaN, Float.NaN);
        }
    }

    /** The last line starts with one number and ends with the other. */
    private static void check(ReductionCase c, float first, float last, float expected) {
        try (KernelFixture memory = new KernelFixture(2)) {
            int line = c.numel() - 1;
            int start = c.index(line, 0);
            int end = c.index(line, c.n() - 1);
            long self = memory.floats(c.extent(), i -> i == start ? first : i == end ? last : 1);
            long out = c.run(memory, SUM, KernelFixture.ONE, self);
            assertEquals(expected, getFloat(out, line), c::toString);
        }
    }
}
