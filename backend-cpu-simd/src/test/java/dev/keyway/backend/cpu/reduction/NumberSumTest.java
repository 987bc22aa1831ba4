// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.reduction;

import static dev.keyway.backend.cpu.KernelFixture.getDouble;
import static dev.keyway.backend.cpu.KernelFixture.getFloat;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keyway.backend.cpu.KernelFixture;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Sums that pass over NaN: exact ones of integers, and the bits of plain sums of zeros instead. */
final class NumberSumTest {
    private static List<ReductionCase> cases() {
        List<ReductionCase> cases = new ArrayList<>(ReductionCase.dense());
        cases.addAll(ReductionCase.beside());
        cases.addAll(ReductionCase.strided());
        return cases;
    }

    private static double integer(int i) {
        return i % 7 == 3 ? Double.NaN : i % 13 - 5;
    }

    private static double exact(ReductionCase c, int result) {
        double sum = 0;
        for (int i = 0; i < c.n(); i++) {
            double x = integer(c.index(result, i));
            sum += Double.isNaN(x) ? 0 : x;
        }
        return sum;
    }

    @Test
    void integersAddUpExactly() {
        for (ReductionCase c : cases()) {
            try (KernelFixture memory = new KernelFixture(1)) {
                long floats = memory.floats(c.extent(), NumberSumTest::integer);
                long doubles = memory.doubles(c.extent(), NumberSumTest::integer);
                long f32 = c.run(memory, new FloatNumberSum(), KernelFixture.TWO, floats);
                long f64 = c.run(memory, new DoubleNumberSum(), KernelFixture.TWO, doubles);
                for (int r = 0; r < c.numel(); r++) {
                    assertEquals(exact(c, r), getFloat(f32, r), c::toString);
                    assertEquals(exact(c, r), getDouble(f64, r), c::toString);
                }
            }
        }
    }

    @Test
    void theOrderIsThatOfPlainSums() {
        for (ReductionCase c : cases()) {
            try (KernelFixture memory = new KernelFixture(c.hashCode())) {
                long self = memory.floats(c.extent());
                long holes = memory.floats(c.extent(), i -> hole(self, i, Double.NaN));
                long zeros = memory.floats(c.extent(), i -> hole(self, i, 0));
                long sum = c.run(memory, new FloatSum(), KernelFixture.ONE, zeros);
                long out = c.run(memory, new FloatNumberSum(), KernelFixture.ONE, holes);
                for (int r = 0; r < c.numel(); r++) {
                    assertEquals(getFloat(sum, r), getFloat(out, r), c::toString);
                }
            }
        }
    }

    private static double hole(long self, int i, double other) {
        return i % 5 == 2 ? other : getFloat(self, i);
    }

    /** A NaN that is the sum of a piece is no NaN of the tensor. */
    @Test
    void oppositeInfinitiesGiveNan() {
        ReductionCase c = new ReductionCase(1, 1, 40_000, 0, 40_000, 1, 1);
        try (KernelFixture memory = new KernelFixture(1)) {
            long self =
                    memory.floats(
                            c.extent(),
                            i ->
                                    i == 5
                                            ? Double.POSITIVE_INFINITY
                                            : i == 6 ? -1 / 0.0 : Double.NaN);
            assertEquals(
                    Float.NaN,
                    getFloat(c.run(memory, new FloatNumberSum(), KernelFixture.ONE, self), 0));
        }
    }
}
