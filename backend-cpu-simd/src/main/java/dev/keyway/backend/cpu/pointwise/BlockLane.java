// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import dev.keyway.spi.toolkit.StridedLoop;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What one thread needs to run a program over blocks. */
final class BlockLane {
    private final BlockPlan plan;
    private final long scratch;
    private final long[] results;
    private final BlockInput[] inputs;
    private final StridedLoop.@Nullable Cursor[] cursors;
    private final long[] at;
    private final long[] step;

    /**
     * Whether one loop computes all, from where the inputs are: no value waits in scratch memory.
     */
    private final boolean direct;

    BlockLane(BlockPlan plan, long scratch, long[] results, BlockInput[] inputs) {
        this.plan = plan;
        this.scratch = scratch;
        this.results = results;
        this.inputs = inputs;
        this.cursors = new StridedLoop.@Nullable Cursor[inputs.length];
        this.at = new long[plan.values];
        this.step = new long[plan.values];
        java.util.Arrays.fill(step, 1);
        for (int v = 0; v < plan.values; v++) {
            at[v] = scratch + Math.max(plan.slots[v], 0) * BlockPlan.stride();
        }
        boolean copied = false;
        for (int i = 0; i < inputs.length; i++) {
            copied |= isCopied(i);
            if (inputs[i].number() && isCopied(i)) {
                inputs[i].read(inputs[i].loop().cursor(0), 0, plan.block, slot(i));
                at[plan.loads[i]] = slot(i);
            }
        }
        direct = plan.steps.length == 1 && !copied;
    }

    private boolean isCopied(int input) {
        return plan.loads[input] >= 0 && inputs[input].step() < 0;
    }

    private long slot(int input) {
        return scratch + (plan.slotCount + input) * BlockPlan.stride();
    }

    /** Computes the elements from {@code start} to {@code end}. */
    void run(long start, long end) {
        for (int i = 0; i < inputs.length; i++) {
            boolean spread = isCopied(i) && !inputs[i].number();
            StridedLoop loop = inputs[i].loop();
            cursors[i] = spread ? loop.cursor(start / loop.rowSize()) : null;
        }
        long most = direct ? end - start : plan.block;
        for (long from = start; from < end; from += most) {
            block(from, Math.min(most, end - from));
        }
    }

    private void block(long start, long count) {
        for (int i = 0; i < inputs.length; i++) {
            int value = plan.loads[i];
            if (value >= 0) {
                load(i, value, start, count);
            }
        }
        for (int i = 0; i < results.length; i++) {
            int value = plan.outputs[i];
            at[value] = results[i] + start * plan.sizes[value];
        }
        for (BlockStep loop : plan.steps) {
            loop.run(at, step, count);
        }
    }

    private void load(int number, int value, long start, long count) {
        BlockInput input = inputs[number];
        if (input.step() >= 0) {
            at[value] = input.address() + start * input.step() * input.size();
            step[value] = input.step();
        } else if (!input.number()) {
            long slot = slot(number);
            input.read(Objects.requireNonNull(cursors[number]), start, count, slot);
            at[value] = slot;
        }
    }
}
