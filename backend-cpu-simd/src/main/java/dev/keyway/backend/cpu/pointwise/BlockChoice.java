// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import dev.keyway.spi.PointwiseProgram;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The two plans of a program, step by step and with a {@link ChainLoop} for each of {@link
 * ChainGroups}, and which of them is used. The loops of steps are shared by all programs and soon
 * compiled; a loop made for one program has to run some ten thousand vectors in the interpreter
 * first. So a small share of the work runs in both ways, timed, until the loop made for it is
 * faster. No bit of a result depends on it. Thread-safe.
 */
final class BlockChoice {
    /** Elements after which a trial is due; of as many a trial takes a block more than one. */
    private static final long PERIOD = 1 << 17;

    /** Trials in a row that the joined loops have to win. */
    private static final int WINS = 8;

    /** Trials after which the joined loops are given up. */
    private static final int MOST = 4000;

    private final PointwiseProgram program;
    private final boolean split;
    private final BlockPlan steps;
    private final AtomicLong waiting = new AtomicLong();
    private volatile BlockPlan plan;
    private volatile boolean decided;
    private @Nullable BlockPlan joined;
    private int trials;
    private int wins;

    BlockChoice(PointwiseProgram program, boolean split) {
        this.program = program;
        this.split = split;
        steps = new BlockPlan(program, split, false);
        plan = steps;
        decided = !new ChainGroups(program).isAny();
    }

    /** The plan to use. */
    BlockPlan plan() {
        return plan;
    }

    /** Step by step. */
    BlockPlan steps() {
        return steps;
    }

    /** The blocks that a call runs in both ways; 0 for a call without a trial. */
    long blocks(long count) {
        if (decided || waiting.addAndGet(count) < PERIOD) {
            return 0;
        }
        waiting.set(0);
        return Math.min(2 + count / PERIOD, count / (2L * steps.block));
    }

    /** The plan that a trial compares with {@link #steps}; made with the first one. */
    synchronized BlockPlan joined() {
        BlockPlan made = joined;
        if (made == null) {
            made = new BlockPlan(program, split, true);
            joined = made;
        }
        return made;
    }

    /** A trial's times for as many elements. */
    synchronized void tried(long stepsTime, long joinedTime) {
        if (decided) {
            return;
        }
        wins = joinedTime < stepsTime ? wins + 1 : 0;
        if (wins == WINS) {
            plan = joined();
            decided = true;
        } else if (++trials == MOST) {
            joined = null;
            decided = true;
        }
    }
}
