// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.reduction;

import static dev.keyway.backend.cpu.KernelFixture.getDouble;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keyway.backend.cpu.KernelFixture;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

/** f64 extremes against {@link Math#max(double, double)} one after another. */
final class DoubleExtremeTest {
    private static final DoubleExtreme LARGEST = new DoubleExtreme(1);
    private static final DoubleExtreme SMALLEST = new DoubleExtreme(-1);

    private static List<ReductionCase> cases() {
        List<ReductionCase> cases = new ArrayList<>(ReductionCase.dense());
        cases.addAll(ReductionCase.beside());
        cases.addAll(ReductionCase.strided());
        cases.removeIf(c -> c.n() == 0);
        return cases;
    }

    @Test
    void numbers() {
        check(i -> Math.floorMod(i * 7919, 1009) - 504.5);
    }

    @Test
    void nanWins() {
        check(i -> i % 131 == 130 ? Double.NaN : i % 17);
        check(i -> i % 131 == 3 ? Double.NaN : i % 7 == 0 ? Double.POSITIVE_INFINITY : -i);
    }

    @Test
    void nanOfEitherSignWins() {
        double negative = Double.longBitsToDouble(0xfff8000000000000L);
        check(i -> i % 131 == 77 ? negative : i % 29 - 14);
        check(i -> i % 131 == 77 ? negative : -1 - i % 29);
        check(i -> i % 131 == 77 ? -negative : -1 - i % 29);
    }

    @Test
    void infinities() {
        check(i -> Double.POSITIVE_INFINITY);
        check(i -> Double.NEGATIVE_INFINITY);
        check(i -> i % 101 == 50 ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY);
    }

    @Test
    void zeroIsAboveNegativeZero() {
        check(i -> i % 3 == 1 ? 0.0 : -0.0);
        check(i -> i % 61 == 60 ? 0.0 : -0.0);
        check(i -> i % 61 == 60 ? -0.0 : 0.0);
    }

    private static void check(IntToDoubleFunction value) {
        for (ReductionCase c : cases()) {
            try (KernelFixture memory = new KernelFixture(3)) {
                long self = memory.doubles(c.extent(), value);
                long largest = c.run(memory, LARGEST, KernelFixture.ONE, self);
                long smallest = c.run(memory, SMALLEST, KernelFixture.ONE, self);
                long again = c.run(memory, LARGEST, KernelFixture.TWO, self);
                for (int r = 0; r < c.numel(); r++) {
                    double above = Double.NEGATIVE_INFINITY;
                    double below = Double.POSITIVE_INFINITY;
                    for (int i = 0; i < c.n(); i++) {
                        double x = getDouble(self, c.index(r, i));
                        above = Math.max(above, x);
                        below = Math.min(below, x);
                    }
                    assertEquals(above, getDouble(largest, r), c::toString);
                    assertEquals(below, getDouble(smallest, r), c::toString);
                    assertEquals(above, getDouble(again, r), c::toString);
                }
            }
        }
    }
}
