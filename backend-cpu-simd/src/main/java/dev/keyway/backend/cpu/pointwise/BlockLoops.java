// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import dev.keyway.DType;
import dev.keyway.spi.PointwiseProgram;
import dev.keyway.spi.PointwiseStep;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The steps of a program with their loops, after functions of the sign of f16 and bf16 were joined
 * with the conversions around them and, where asked for, single operations with one another.
 */
final class BlockLoops {
    private final List<PointwiseStep> steps;
    private final int[] uses;

    /** The loop of each value; null for inputs and for values inside of another's loop. */
    final @Nullable BlockStep[] loops;

    /** What the loop of each value reads. */
    final List<List<Integer>> operands = new ArrayList<>();

    /**
     * {@code split}: conversions from and to halves put elements in the order of {@link HalfPairs};
     * {@code joined}: with a {@link ChainLoop} for each of {@link ChainGroups}.
     */
    BlockLoops(PointwiseProgram program, boolean split, boolean joined) {
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
            UnaryRow pairs =
                    split && step instanceof PointwiseStep.Cast cast
                            ? HalfPairs.row(cast.from(), cast.result())
                            : null;
            loops[v] =
                    pairs == null
                            ? FusedRows.of(step, v)
                            : new BlockStep.Unary(pairs, v, step.operands().getFirst());
            if (step instanceof PointwiseStep.Cast cast) {
                joinSign(v, cast);
            }
        }
        if (joined) {
            join(new ChainGroups(program));
        }
    }

    private void join(ChainGroups groups) {
        for (int v = 0; v < loops.length; v++) {
            List<Integer> members = groups.members(v);
            if (members.size() > 1) {
                List<Integer> reads = groups.reads(members);
                join(v, ChainLoop.of(steps, members, reads), members, reads);
            }
        }
    }

    /** One loop computes value {@code v} and the others that only it needs. */
    private void join(int v, BlockStep loop, List<Integer> others, List<Integer> reads) {
        for (int other : others) {
            loops[other] = null;
            operands.set(other, List.of());
        }
        loops[v] = loop;
        operands.set(v, reads);
    }

    /** A conversion to f32, a function of the sign and the way back, on the bits. */
    private void joinSign(int v, PointwiseStep.Cast back) {
        if (uses[back.self()] == 1
                && steps.get(back.self()) instanceof PointwiseStep.Unary unary
                && unary.result() == DType.F32
                && steps.get(unary.self()) instanceof PointwiseStep.Cast forth
                && forth.from() == back.result()
                && isHalf(forth.from())) {
            UnaryRow row = HalfSigns.row(unary.opcode(), forth.from());
            int a = forth.self();
            if (row != null) {
                join(v, new BlockStep.Unary(row, v, a), List.of(back.self()), List.of(a));
            }
        }
    }

    private static boolean isHalf(DType dtype) {
        return dtype == DType.F16 || dtype == DType.BF16;
    }

    /**
     * Whether all results are halves and all between is f32, so that elements may be in the order
     * of {@link HalfPairs}, as long as f32 that is loaded stands still.
     */
    static boolean canSplit(PointwiseProgram program) {
        List<PointwiseStep> steps = program.steps();
        return steps.stream().allMatch(step -> canSplit(steps, step))
                && program.outputs().stream().allMatch(v -> isHalf(steps.get(v).result()))
                && program.outputs().stream()
                        .noneMatch(v -> steps.get(v) instanceof PointwiseStep.Load);
    }

    private static boolean canSplit(List<PointwiseStep> steps, PointwiseStep step) {
        return switch (step) {
            case PointwiseStep.Load load -> isHalf(load.result()) || load.result() == DType.F32;
            case PointwiseStep.Cast cast -> HalfPairs.row(cast.from(), cast.result()) != null;
            case PointwiseStep.Unary unary -> areFloats(steps, unary);
            case PointwiseStep.Binary binary -> areFloats(steps, binary);
            case PointwiseStep.Whole whole -> areFloats(steps, whole);
            default -> false;
        };
    }

    private static boolean areFloats(List<PointwiseStep> steps, PointwiseStep step) {
        return step.result() == DType.F32
                && step.operands().stream().allMatch(v -> steps.get(v).result() == DType.F32);
    }
}
