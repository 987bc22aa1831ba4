// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keyway.DType;
import dev.keyway.spi.BinaryOp;
import dev.keyway.spi.PointwiseProgram;
import dev.keyway.spi.PointwiseStep;
import dev.keyway.spi.UnaryOp;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When a program's joined loops are tried, and when they are used. */
final class BlockChoiceTest {
    private static final long MANY = 1 << 20;

    private final BlockChoice choice = new BlockChoice(program(UnaryOp.RELU), false);

    private static PointwiseProgram program(UnaryOp last) {
        return new PointwiseProgram(
                List.of(
                        new PointwiseStep.Load(0, DType.F32),
                        new PointwiseStep.Binary(BinaryOp.MUL, DType.F32, 0, 0),
                        new PointwiseStep.Unary(last, DType.F32, 1)),
                List.of(2));
    }

    @Test
    void smallCallsTryOnceInAWhileAndNeverMoreThanThereIs() {
        int tried = 0;
        for (int call = 0; call < 80; call++) {
            long blocks = choice.blocks(1 << 14);
            tried += (int) blocks;
        }
        assertEquals(2 * 10, tried);
        assertEquals(10, choice.blocks(MANY));
        assertEquals(0, choice.blocks(10));
    }

    @Test
    void theJoinedLoopsAreUsedOnceTheyWinEightTimesInARow() {
        choice.joined();
        for (int i = 0; i < 7; i++) {
            choice.tried(100, 99);
        }
        choice.tried(100, 101);
        for (int i = 0; i < 7; i++) {
            choice.tried(100, 99);
        }
        assertSame(choice.steps(), choice.plan());
        assertTrue(choice.blocks(MANY) > 0);
        choice.tried(100, 99);
        assertSame(choice.joined(), choice.plan());
        assertNotSame(choice.steps(), choice.plan());
        assertEquals(1, choice.plan().steps.length);
        assertEquals(0, choice.blocks(MANY));
    }

    @Test
    void theyAreGivenUpWhereTheyStaySlower() {
        choice.joined();
        for (int i = 0; i < 4000; i++) {
            assertTrue(choice.blocks(MANY) > 0);
            choice.tried(100, 100);
        }
        assertEquals(0, choice.blocks(MANY));
        assertSame(choice.steps(), choice.plan());
    }

    @Test
    void whatHasNothingToJoinIsNotTried() {
        BlockChoice single = new BlockChoice(program(UnaryOp.EXP), false);
        assertEquals(0, single.blocks(MANY));
    }
}
