// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.reduction;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keyway.backend.cpu.KernelFixture;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.ReduceOp;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Reductions of integers, which overflow here, against one step after another. */
final class IntegerReductionTest {
    private static List<ReductionCase> cases(ReduceOp op) {
        List<ReductionCase> cases = new ArrayList<>(ReductionCase.dense());
        cases.addAll(ReductionCase.beside());
        cases.addAll(ReductionCase.strided());
        cases.removeIf(c -> op != ReduceOp.SUM && c.n() == 0);
        return cases;
    }

    private static long step(ReduceOp op, long result, long x) {
        return switch (op) {
            case SUM -> result + x;
            case AMAX -> Math.max(result, x);
            default -> Math.min(result, x);
        };
    }

    @ParameterizedTest
    @EnumSource(names = {"SUM", "AMAX", "AMIN"})
    void isTheDefinition(ReduceOp op) {
        for (ReductionCase c : cases(op)) {
            try (KernelFixture memory = new KernelFixture(3)) {
                long longs = memory.allocate(8L * c.extent());
                long ints = memory.allocate(4L * c.extent());
                for (int i = 0; i < c.extent(); i++) {
                    long x = memory.nextLong();
                    Memory.putLong(longs + 8L * i, x);
                    Memory.putInt(ints + 4L * i, (int) x);
                }
                long wide = c.run(memory, new LongReduction(op), KernelFixture.ONE, longs);
                long again = c.run(memory, new LongReduction(op), KernelFixture.TWO, longs);
                long narrow = c.run(memory, new IntReduction(op), KernelFixture.ONE, ints);
                for (int r = 0; r < c.numel(); r++) {
                    long start = op == ReduceOp.AMAX ? Long.MIN_VALUE : Long.MAX_VALUE;
                    long result = op == ReduceOp.SUM ? 0 : start;
                    long small = result;
                    for (int i = 0; i < c.n(); i++) {
                        result = step(op, result, Memory.getLong(longs + 8L * c.index(r, i)));
                        small = step(op, small, Memory.getInt(ints + 4L * c.index(r, i)));
                    }
                    assertEquals(result, Memory.getLong(wide + 8L * r), c::toString);
                    assertEquals(result, Memory.getLong(again + 8L * r), c::toString);
                    assertEquals((int) small, Memory.getInt(narrow + 4L * r), c::toString);
                }
            }
        }
    }
}
