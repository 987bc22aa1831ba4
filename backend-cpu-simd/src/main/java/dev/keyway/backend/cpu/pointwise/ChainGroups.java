// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import dev.keyway.DType;
import dev.keyway.attributes.AddTensorAttributes;
import dev.keyway.spi.BinaryOp;
import dev.keyway.spi.PointwiseProgram;
import dev.keyway.spi.PointwiseStep;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Which steps of a program one {@link ChainLoop} computes: single operations in f32 or f64 whose
 * values are read by the steps of the same loop alone, up to the one whose value is written.
 */
final class ChainGroups {
    /** Steps of a loop, so that C2 inlines all of them and their values fit its registers. */
    private static final int MOST = 16;

    private static final int NONE = -1;

    private final List<PointwiseStep> steps;
    private final int[] last;
    private final int[] sizes;

    /** Finds the groups. */
    ChainGroups(PointwiseProgram program) {
        steps = program.steps();
        last = new int[steps.size()];
        sizes = new int[steps.size()];
        List<Set<Integer>> users = new ArrayList<>();
        for (int v = 0; v < last.length; v++) {
            users.add(new LinkedHashSet<>());
            for (int operand : steps.get(v).operands()) {
                users.get(operand).add(v);
            }
        }
        for (int v = last.length - 1; v >= 0; v--) {
            last[v] = last(v, users.get(v), program.outputs().contains(v));
            if (last[v] != NONE) {
                sizes[last[v]]++;
            }
        }
    }

    /** The step that ends the group of value {@code v}; -1 where it is in none. */
    private int last(int v, Set<Integer> users, boolean output) {
        if (function(steps.get(v)) == null) {
            return NONE;
        }
        int common = NONE;
        for (int user : users) {
            if (last[user] == NONE || common != NONE && last[user] != common) {
                return v;
            }
            common = last[user];
        }
        return output || common == NONE || sizes[common] >= MOST ? v : common;
    }

    /** Whether a loop would compute several steps. */
    boolean isAny() {
        return Arrays.stream(sizes).anyMatch(size -> size > 1);
    }

    /** The steps of the group that ends with step {@code v}, ascending; empty if none does. */
    List<Integer> members(int v) {
        return IntStream.rangeClosed(0, v).filter(step -> last[step] == v).boxed().toList();
    }

    /** The values that a group's steps read and that are none of them. */
    List<Integer> reads(List<Integer> members) {
        Set<Integer> reads = new LinkedHashSet<>();
        for (int member : members) {
            reads.addAll(steps.get(member).operands());
        }
        members.forEach(reads::remove);
        return List.copyOf(reads);
    }

    /** The function of {@link FloatSteps} and {@link DoubleSteps} that a step is; null for none. */
    static @Nullable String function(PointwiseStep step) {
        if (step.result() != DType.F32 && step.result() != DType.F64) {
            return null;
        }
        return switch (step) {
            case PointwiseStep.Unary unary ->
                    switch (unary.opcode()) {
                        case NEG, ABS, RELU, SQRT, RECIPROCAL -> name(unary.opcode());
                        default -> null;
                    };
            case PointwiseStep.Binary binary ->
                    switch (binary.opcode()) {
                        case ADD, SUB, MUL, DIV, MAXIMUM, MINIMUM -> name(binary.opcode());
                        default -> null;
                    };
            case PointwiseStep.Whole whole
                    when whole.result() == DType.F32
                            && whole.dtype() == DType.F32
                            && whole.attributes() instanceof AddTensorAttributes add
                            && add.alpha().doubleValue() == 1 ->
                    name(BinaryOp.ADD);
            default -> null;
        };
    }

    private static String name(Enum<?> opcode) {
        return opcode.name().toLowerCase(Locale.ROOT);
    }
}
