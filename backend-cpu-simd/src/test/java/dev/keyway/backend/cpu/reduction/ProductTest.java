// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.reduction;

import static dev.keyway.backend.cpu.KernelFixture.getDouble;
import static dev.keyway.backend.cpu.KernelFixture.getFloat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keyway.backend.cpu.KernelFixture;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

/** Products against f64, f64 against itself in order: n factors round at most n times. */
final class ProductTest {
    private static void check(IntToDoubleFunction value) {
        List<ReductionCase> cases = new ArrayList<>(ReductionCase.dense());
        cases.addAll(ReductionCase.beside());
        cases.addAll(ReductionCase.strided());
        for (ReductionCase c : cases) {
            try (KernelFixture memory = new KernelFixture(3)) {
                long floats = memory.floats(c.extent(), value);
                long doubles = memory.doubles(c.extent(), value);
                long single = c.run(memory, new FloatProduct(), KernelFixture.ONE, floats);
                long again = c.run(memory, new FloatProduct(), KernelFixture.TWO, floats);
                long twofold = c.run(memory, new DoubleProduct(), KernelFixture.ONE, doubles);
                for (int r = 0; r < c.numel(); r++) {
                    double product = 1;
                    double wide = 1;
                    for (int i = 0; i < c.n(); i++) {
                        product *= getFloat(floats, c.index(r, i));
                        wide *= getDouble(doubles, c.index(r, i));
                    }
                    double unit = c.n() * Math.abs(product) * Math.ulp(1f);
                    assertEquals(product, getFloat(single, r), finite(unit), c::toString);
                    assertEquals(getFloat(single, r), getFloat(again, r), c::toString);
                    double fine = 2 * c.n() * Math.abs(wide) * Math.ulp(1.0);
                    assertEquals(wide, getDouble(twofold, r), finite(fine), c::toString);
                }
            }
        }
    }

    private static double finite(double bound) {
        return Double.isFinite(bound) ? bound : 0;
    }

    @Test
    void numbers() {
        check(i -> 1 + Math.floorMod(i * 7919, 101) / 1e6 - 5e-5);
    }

    @Test
    void signs() {
        check(i -> i % 3 == 0 ? -1 : 1);
    }

    @Test
    void zeroInfinityAndNotANumber() {
        check(i -> i % 131 == 130 ? 0 : 1);
        check(i -> i % 131 == 130 ? Double.NEGATIVE_INFINITY : 1);
        check(i -> i % 131 == 130 ? Double.NaN : 1);
    }
}
