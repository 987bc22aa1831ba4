// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import dev.keyway.DType;
import dev.keyway.attributes.AddTensorAttributes;
import dev.keyway.spi.BinaryOp;
import dev.keyway.spi.PointwiseProgram;
import dev.keyway.spi.PointwiseStep;
import dev.keyway.spi.UnaryOp;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The steps of a program with their loops, after f32 sums, differences and products were joined
 * with the step that alone reads them, where one loop computes both.
 */
final class BlockPairs {
    private final List<PointwiseStep> steps;
    private final int[] uses;

    /** The loop of each value; null for inputs and for values inside of another's loop. */
    final @Nullable BlockStep[] loops;

    /** What the loop of each value reads. */
    final List<List<Integer>> operands = new ArrayList<>();

    BlockPairs(PointwiseProgram program) {
        steps = program.steps();
        uses = new int[steps.size()];
        loops = new @Nullable BlockStep[steps.size()];
        for (PointwiseStep step : steps) {
            step.operands().forEach(operand -> uses[operand]++);
        }
        program.outputs().forEach(output -> uses[output]++);
        for (int v = 0; v < loops.length; v++) {
            PointwiseStep step = steps.get(v);
            operands.add(step.operands());
            loops[v] = FusedRows.of(step, v);
            join(v, step);
        }
    }

    private void join(int v, PointwiseStep step) {
        if (step instanceof PointwiseStep.Unary unary) {
            PointwiseStep.Binary first = first(unary.self());
            if (first != null && unary.opcode() == UnaryOp.RELU) {
                DenseRow row = FloatPairs.relu(first.opcode());
                int a = first.self();
                int b = first.other();
                set(v, unary.self(), row == null ? null : new BlockStep.Dense(row, v, a, b), a, b);
            }
            return;
        }
        PointwiseStep.Binary second = arithmetic(step);
        if (second == null) {
            return;
        }
        boolean swaps = second.opcode() == BinaryOp.ADD || second.opcode() == BinaryOp.MUL;
        if (first(second.self()) != null) {
            join(v, second.opcode(), second.self(), second.other());
        } else if (swaps && first(second.other()) != null) {
            join(v, second.opcode(), second.other(), second.self());
        }
    }

    private void join(int v, BinaryOp opcode, int inner, int third) {
        PointwiseStep.Binary first = first(inner);
        FloatPairs.Row row = first == null ? null : FloatPairs.row(first.opcode(), opcode);
        if (first != null && row != null) {
            int a = first.self();
            int b = first.other();
            set(v, inner, new BlockStep.Pair(row, v, a, b, third), a, b, third);
        }
    }

    private void set(int v, int inner, @Nullable BlockStep pair, Integer... reads) {
        if (pair != null) {
            loops[v] = pair;
            loops[inner] = null;
            operands.set(v, List.of(reads));
            operands.set(inner, List.of());
        }
    }

    /** The step of a value that can be joined with the one step that reads it. */
    private PointwiseStep.@Nullable Binary first(int value) {
        return uses[value] == 1 && loops[value] instanceof BlockStep.Binary
                ? arithmetic(steps.get(value))
                : null;
    }

    /** A step as a function of two f32; {@code add} with a factor of 1 is one. */
    private static PointwiseStep.@Nullable Binary arithmetic(PointwiseStep step) {
        return switch (step) {
            case PointwiseStep.Binary binary when binary.result() == DType.F32 -> binary;
            case PointwiseStep.Whole whole
                    when whole.result() == DType.F32
                            && whole.attributes() instanceof AddTensorAttributes add
                            && add.alpha().doubleValue() == 1 ->
                    new PointwiseStep.Binary(
                            BinaryOp.ADD,
                            DType.F32,
                            whole.operands().get(0),
                            whole.operands().get(1));
            default -> null;
        };
    }
}
