// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.reduction;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keyway.backend.cpu.KernelFixture;
import dev.keyway.backend.cpu.Memory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;

/** Any and all against one value after another. */
final class BoolReductionTest {
    private static void check(IntPredicate value) {
        List<ReductionCase> cases = new ArrayList<>(ReductionCase.dense());
        cases.addAll(ReductionCase.beside());
        cases.addAll(ReductionCase.strided());
        for (ReductionCase c : cases) {
            try (KernelFixture memory = new KernelFixture(3)) {
                long self = memory.allocate(c.extent());
                for (int i = 0; i < c.extent(); i++) {
                    Memory.putByte(self + i, (byte) (value.test(i) ? 1 : 0));
                }
                long any = c.run(memory, new BoolReduction(false), KernelFixture.ONE, self);
                long all = c.run(memory, new BoolReduction(true), KernelFixture.ONE, self);
                long again = c.run(memory, new BoolReduction(true), KernelFixture.TWO, self);
                for (int r = 0; r < c.numel(); r++) {
                    boolean some = false;
                    boolean every = true;
                    for (int i = 0; i < c.n(); i++) {
                        some |= value.test(c.index(r, i));
                        every &= value.test(c.index(r, i));
                    }
                    assertEquals(some ? 1 : 0, Memory.getByte(any + r), c::toString);
                    assertEquals(every ? 1 : 0, Memory.getByte(all + r), c::toString);
                    assertEquals(every ? 1 : 0, Memory.getByte(again + r), c::toString);
                }
            }
        }
    }

    @Test
    void mixed() {
        check(i -> i % 3 == 0);
        check(i -> Math.floorMod(i * 7919, 1009) < 3);
        check(i -> Math.floorMod(i * 7919, 1009) >= 3);
    }

    @Test
    void allAlike() {
        check(i -> true);
        check(i -> false);
    }
}
