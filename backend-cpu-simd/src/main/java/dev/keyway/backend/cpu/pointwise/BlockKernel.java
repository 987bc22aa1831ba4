// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.spi.Kernel.KernelN;
import dev.keyway.spi.KernelCall;
import dev.keyway.spi.PointwiseProgram;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;

/**
 * Runs the loops of a program over blocks, on the runtime's threads. Blocks depend on the number of
 * elements alone, and begin at multiples of the vector length, as the chunks of {@link Rows} do.
 */
final class BlockKernel implements KernelN {
    /** Blocks that a thread takes at once. */
    private static final int BLOCKS = 8;

    private final BlockPlan ordered;

    /** For halves, where f32 that is loaded stands still. */
    private final @Nullable BlockPlan split;

    BlockKernel(PointwiseProgram program) {
        ordered = new BlockPlan(program, false);
        split = BlockPairs.canSplit(program) ? new BlockPlan(program, true) : null;
    }

    private static boolean canSplit(@Nullable Tensor[] inputs) {
        for (Tensor input : inputs) {
            Tensor read = Objects.requireNonNull(input);
            if (read.dtype() == DType.F32 && !BlockInput.of(read, true).number()) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void run(KernelCall call, Tensor[] out, @Nullable Tensor[] inputs) {
        run(call, split != null && canSplit(inputs) ? split : ordered, out, inputs);
    }

    private static void run(
            KernelCall call, BlockPlan plan, Tensor[] out, @Nullable Tensor[] inputs) {
        long count = out[0].numel();
        int threads = call.workers().threads();
        long bytes = plan.scratchBytes();
        long scratch = call.scratch(Math.max(bytes * threads, 1));
        AtomicIntegerArray taken = new AtomicIntegerArray(threads);
        BlockLane[] lanes = new BlockLane[threads];
        BlockInput[] sources = new BlockInput[inputs.length];
        for (int i = 0; i < sources.length; i++) {
            sources[i] = BlockInput.of(Objects.requireNonNull(inputs[i]), plan.dense[i]);
        }
        long[] to = new long[out.length];
        for (int i = 0; i < to.length; i++) {
            to[i] = out[i].address();
        }
        call.workers()
                .parallel(
                        count,
                        (long) BLOCKS * plan.block,
                        (start, end) -> {
                            int lane = take(taken);
                            BlockLane own = lanes[lane];
                            if (own == null) {
                                own = new BlockLane(plan, scratch + lane * bytes, to, sources);
                                lanes[lane] = own;
                            }
                            own.run(start, end);
                            taken.set(lane, 0);
                        });
    }

    /** A lane that no other thread uses; there are as many as threads. */
    private static int take(AtomicIntegerArray taken) {
        for (int lane = 0; ; lane = (lane + 1) % taken.length()) {
            if (taken.compareAndSet(lane, 0, 1)) {
                return lane;
            }
        }
    }
}
