// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import dev.keyway.spi.PointwiseProgram;
import dev.keyway.spi.PointwiseStep;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Objects;

/**
 * Where the values of a program are while a block is computed: results are written where they
 * belong, what is between them shares a few slots of scratch memory. Immutable.
 */
final class BlockPlan {
    /** Bytes of a slot; a few of them fit the innermost cache. */
    private static final int SLOT = 1 << 12;

    private static final int NONE = -1;

    final int values;

    /** The value that an input is loaded as; -1 where nothing reads it. */
    final int[] loads;

    /** Bytes of an element of each value. */
    final int[] sizes;

    /** Whether a loop reads an input and takes dense elements only. */
    final boolean[] dense;

    final int[] outputs;
    final BlockStep[] steps;

    /** The slot of each value; -1 for inputs and results. */
    final int[] slots;

    final int slotCount;

    /** Elements of a block. */
    final int block;

    /**
     * {@code split}: elements are in the order of {@link HalfPairs} between conversions; {@code
     * joined}: several steps may be one loop.
     */
    BlockPlan(PointwiseProgram program, boolean split, boolean joined) {
        List<PointwiseStep> all = program.steps();
        values = all.size();
        outputs = program.outputs().stream().mapToInt(Integer::intValue).toArray();
        sizes = all.stream().mapToInt(step -> step.result().itemSize()).toArray();
        block = SLOT / Arrays.stream(sizes).max().orElseThrow();
        BlockLoops pairs = new BlockLoops(program, split, joined);
        int[] lastUse = lastUse(pairs);
        loads = new int[(int) all.stream().filter(PointwiseStep.Load.class::isInstance).count()];
        dense = new boolean[loads.length];
        slots = new int[values];
        Arrays.fill(loads, NONE);
        Arrays.fill(slots, NONE);
        List<BlockStep> loops = new ArrayList<>(values);
        Slots free = new Slots();
        int[] inputOf = new int[values];
        for (int v = 0; v < values; v++) {
            PointwiseStep step = all.get(v);
            if (lastUse[v] == NONE) {
                continue;
            }
            if (step instanceof PointwiseStep.Load load) {
                loads[load.input()] = v;
                inputOf[v] = load.input();
                continue;
            }
            BlockStep loop = Objects.requireNonNull(pairs.loops[v]);
            loops.add(loop);
            List<Integer> operands = pairs.operands.get(v);
            for (int operand : operands) {
                if (all.get(operand) instanceof PointwiseStep.Load) {
                    dense[inputOf[operand]] |= !FusedRows.takesNumber(loop, operand);
                }
            }
            place(v, operands, lastUse, free);
        }
        steps = loops.toArray(new BlockStep[0]);
        slotCount = free.count;
    }

    /** The last step that reads each value; its number of steps for results, -1 for nothing. */
    private int[] lastUse(BlockLoops pairs) {
        int[] last = new int[values];
        Arrays.fill(last, NONE);
        for (int output : outputs) {
            last[output] = values;
        }
        for (int v = values - 1; v >= 0; v--) {
            if (last[v] != NONE) {
                for (int operand : pairs.operands.get(v)) {
                    last[operand] = Math.max(last[operand], v);
                }
            }
        }
        return last;
    }

    /** A loop may write over an operand that nothing reads later, where elements are as large. */
    private void place(int value, List<Integer> operands, int[] lastUse, Slots free) {
        int shared = NONE;
        for (int operand : operands) {
            boolean ends = slots[operand] != NONE && lastUse[operand] == value;
            if (ends && shared == NONE && sizes[operand] == sizes[value]) {
                shared = slots[operand];
            }
        }
        boolean written = lastUse[value] == values;
        if (!written) {
            slots[value] = shared != NONE ? shared : free.take();
        }
        for (int operand : operands) {
            boolean ends = slots[operand] != NONE && lastUse[operand] == value;
            if (ends && slots[operand] != slots[value]) {
                free.give(slots[operand]);
            }
        }
    }

    /** Numbers of slots. */
    private static final class Slots {
        private final Deque<Integer> free = new ArrayDeque<>();
        private int count;

        int take() {
            return free.isEmpty() ? count++ : free.pop();
        }

        void give(int slot) {
            if (!free.contains(slot)) {
                free.push(slot);
            }
        }
    }

    /** Bytes of scratch memory for one thread, with slots for inputs that are not dense. */
    long scratchBytes() {
        return (long) (slotCount + loads.length) * stride();
    }

    /** The distance of slots: one cache line more, so that they don't meet in the same sets. */
    static long stride() {
        return SLOT + 64;
    }
}
