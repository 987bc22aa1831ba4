// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.keyway.DType;
import dev.keyway.spi.BinaryOp;
import dev.keyway.spi.PointwiseProgram;
import dev.keyway.spi.PointwiseStep;
import dev.keyway.spi.UnaryOp;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which steps come together in a loop, of programs of two inputs. */
final class ChainGroupsTest {
    private final List<PointwiseStep> steps =
            new ArrayList<>(
                    List.of(
                            new PointwiseStep.Load(0, DType.F32),
                            new PointwiseStep.Load(1, DType.F32)));

    private int mul(int self, int other) {
        steps.add(new PointwiseStep.Binary(BinaryOp.MUL, DType.F32, self, other));
        return steps.size() - 1;
    }

    private int unary(UnaryOp op, int self) {
        steps.add(new PointwiseStep.Unary(op, DType.F32, self));
        return steps.size() - 1;
    }

    private ChainGroups groups(Integer... outputs) {
        return new ChainGroups(new PointwiseProgram(steps, List.of(outputs)));
    }

    @Test
    void aValueThatIsReadTwiceInTheLoopStaysInIt() {
        int product = mul(0, 1);
        int square = mul(product, product);
        int end = mul(square, product);
        ChainGroups groups = groups(end);
        assertEquals(List.of(product, square, end), groups.members(end));
        assertEquals(List.of(0, 1), groups.reads(groups.members(end)));
        assertEquals(List.of(), groups.members(square));
    }

    @Test
    void anOutputEndsALoop() {
        int product = mul(0, 1);
        int square = mul(product, product);
        int end = mul(square, 1);
        ChainGroups groups = groups(square, end);
        assertEquals(List.of(product, square), groups.members(square));
        assertEquals(List.of(end), groups.members(end));
        assertEquals(List.of(square, 1), groups.reads(List.of(end)));
    }

    @Test
    void aStepWithoutASingleOperationSeparatesLoops() {
        int product = mul(0, 1);
        int square = mul(product, product);
        int power = unary(UnaryOp.EXP, square);
        int scaled = mul(power, 0);
        int end = unary(UnaryOp.RELU, scaled);
        ChainGroups groups = groups(end);
        assertEquals(List.of(product, square), groups.members(square));
        assertEquals(List.of(), groups.members(power));
        assertEquals(List.of(scaled, end), groups.members(end));
        assertEquals(List.of(power, 0), groups.reads(groups.members(end)));
    }

    @Test
    void aValueThatTwoLoopsReadIsWritten() {
        int product = mul(0, 1);
        int left = unary(UnaryOp.EXP, mul(product, 0));
        int right = unary(UnaryOp.EXP, mul(product, 1));
        int end = mul(left, right);
        ChainGroups groups = groups(end);
        assertEquals(List.of(product), groups.members(product));
        assertFalse(groups.isAny());
    }

    @Test
    void longChainsAreSeveralLoopsOfSixteen() {
        int last = mul(0, 1);
        for (int i = 0; i < 39; i++) {
            last = mul(last, i % 2);
        }
        ChainGroups groups = groups(last);
        assertEquals(16, groups.members(last).size());
        assertEquals(16, groups.members(last - 16).size());
        assertEquals(8, groups.members(last - 32).size());
    }
}
