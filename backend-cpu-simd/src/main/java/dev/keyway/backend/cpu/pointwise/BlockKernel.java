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
 * Runs the loops of a program over blocks, on the runtime's threads. Blocks begin at multiples of
 * the vector length, as the chunks of {@link Rows} do; no bit depends on their sizes.
 */
final class BlockKernel implements KernelN {
    /** Blocks that a thread takes at once. */
    private static final int BLOCKS = 8;

    /** Elements of a short piece, whole vectors that a block is a multiple of. */
    private static final int PIECE = 128;

    private final BlockChoice ordered;

    /** For halves, where f32 that is loaded stands still. */
    private final @Nullable BlockChoice split;

    BlockKernel(PointwiseProgram program) {
        ordered = new BlockChoice(program, false);
        split = BlockLoops.canSplit(program) ? new BlockChoice(program, true) : null;
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
        BlockChoice choice = split != null && canSplit(inputs) ? split : ordered;
        long blocks = choice.blocks(out[0].numel());
        long tried = blocks == 0 ? 0 : trial(call, choice, blocks, out, inputs);
        run(call, choice.plan(), tried, out, inputs);
    }

    /**
     * Computes the first elements, half of them each way; returns how many. Of the joined loops one
     * block is timed; they run over the others in short pieces, as the JVM compiles a loop after so
     * many calls and so many rounds.
     */
    private static long trial(
            KernelCall call,
            BlockChoice choice,
            long blocks,
            Tensor[] out,
            @Nullable Tensor[] inputs) {
        BlockPlan steps = choice.steps();
        long half = blocks * steps.block;
        long begin = System.nanoTime();
        lane(call, steps, out, inputs).run(0, half);
        long stepsTime = System.nanoTime() - begin;
        BlockLane joined = lane(call, choice.joined(), out, inputs);
        long last = 2 * half - steps.block;
        for (long at = half; at < last; at += PIECE) {
            joined.run(at, at + PIECE);
        }
        begin = System.nanoTime();
        joined.run(last, 2 * half);
        choice.tried(stepsTime, blocks * (System.nanoTime() - begin));
        return 2 * half;
    }

    private static BlockLane lane(
            KernelCall call, BlockPlan plan, Tensor[] out, @Nullable Tensor[] inputs) {
        long scratch = call.scratch(Math.max(plan.scratchBytes(), 1));
        return new BlockLane(plan, scratch, addresses(out), sources(plan, inputs));
    }

    private static void run(
            KernelCall call, BlockPlan plan, long first, Tensor[] out, @Nullable Tensor[] inputs) {
        int threads = call.workers().threads();
        long bytes = plan.scratchBytes();
        long scratch = call.scratch(Math.max(bytes * threads, 1));
        AtomicIntegerArray taken = new AtomicIntegerArray(threads);
        BlockLane[] lanes = new BlockLane[threads];
        BlockInput[] sources = sources(plan, inputs);
        long[] to = addresses(out);
        call.workers()
                .parallel(
                        out[0].numel() - first,
                        (long) BLOCKS * plan.block,
                        (start, end) -> {
                            int lane = take(taken);
                            BlockLane own = lanes[lane];
                            if (own == null) {
                                own = new BlockLane(plan, scratch + lane * bytes, to, sources);
                                lanes[lane] = own;
                            }
                            own.run(first + start, first + end);
                            taken.set(lane, 0);
                        });
    }

    private static BlockInput[] sources(BlockPlan plan, @Nullable Tensor[] inputs) {
        BlockInput[] sources = new BlockInput[inputs.length];
        for (int i = 0; i < sources.length; i++) {
            sources[i] = BlockInput.of(Objects.requireNonNull(inputs[i]), plan.dense[i]);
        }
        return sources;
    }

    private static long[] addresses(Tensor[] out) {
        long[] to = new long[out.length];
        for (int i = 0; i < to.length; i++) {
            to[i] = out[i].address();
        }
        return to;
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
