// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import dev.keyway.backend.cpu.convolution.FloatChannelLanesPhase.Operands;
import dev.keyway.spi.Workers;

import java.util.List;

/**
 * f32 convolution and its gradient for the input. Every result takes its products by fused
 * multiply-adds in the order channel, kernel row, kernel column, starting at the bias. What lies in
 * the lanes of vectors depends on the output channels of a group, and changes no bits: channels
 * where there are many, pixels where there are few. Tensors are contiguous.
 */
public final class FloatConvolution {
    /** From so many channels on they lie in lanes. */
    private static final int MANY = 16;

    private FloatConvolution() {}

    /**
     * The convolution.
     *
     * @param bias address of a number for each output channel; 0 for none
     * @param scratch memory of {@link #scratchBytes}
     */
    public static void forward(
            Workers workers,
            Convolution shape,
            long input,
            long weight,
            long bias,
            long out,
            long scratch) {
        if (takesPacked(shape)) {
            pack(workers, shape, weight, scratch);
            forwardPacked(workers, shape, input, scratch, bias, out);
        } else if (shape.groupOutChannels() == 1) {
            Operands operands = new Operands(input, weight, bias, out);
            Phase phase = Phases.forward(shape).getFirst();
            new FloatPlaneLanesPhase(shape, true, Planes.ofInput(shape), phase, operands)
                    .run(workers);
        } else if (FloatFewChannelsPhase.suits(shape)) {
            new FloatFewChannelsPhase(shape, new Operands(input, weight, bias, out)).run(workers);
        } else {
            FloatPixelLanes.forward(workers, shape, input, weight, bias, out, scratch);
        }
    }

    /** Whether {@link #forwardPacked} is the way for the shape. */
    public static boolean takesPacked(Convolution shape) {
        return shape.groupOutChannels() >= MANY;
    }

    /** Bytes of packed weights. */
    public static long packedBytes(Convolution shape) {
        return FloatWeightPanels.forwardBytes(shape);
    }

    /** Packs weights for {@link #forwardPacked}. */
    public static void pack(Workers workers, Convolution shape, long weight, long packed) {
        FloatWeightPanels.forward(workers, shape, weight, packed);
    }

    /** {@link #forward} with weights that were packed before; needs no scratch memory. */
    public static void forwardPacked(
            Workers workers, Convolution shape, long input, long packed, long bias, long out) {
        Operands operands = new Operands(input, packed, bias, out);
        if (FloatShallowPhase.suits(shape)) {
            new FloatShallowPhase(shape, operands, workers.threads()).run(workers);
            return;
        }
        if (FloatFewPixelsPhase.suits(shape)) {
            new FloatFewPixelsPhase(shape, operands, workers.threads()).run(workers);
            return;
        }
        if (FloatWindowTile.takes(shape)) {
            new FloatWindowPhase(shape, true, operands, workers.threads()).run(workers);
            return;
        }
        Phase phase = Phases.forward(shape).getFirst();
        new FloatChannelLanesPhase(
                        shape, true, Planes.ofInput(shape), phase, operands, workers.threads())
                .run(workers);
    }

    /** The gradient for the input. */
    public static void backwardInput(
            Workers workers,
            Convolution shape,
            long gradOutput,
            long weight,
            long gradInput,
            long scratch) {
        Planes planes = Phases.ofOutput(shape);
        List<Phase> phases = Phases.backward(shape, planes);
        if (shape.groupChannels() >= MANY) {
            FloatWeightPanels.backward(workers, shape, phases, weight, scratch);
            Operands operands = new Operands(gradOutput, scratch, 0, gradInput);
            int threads = workers.threads();
            if (FloatWindowTile.takesGradient(shape)) {
                new FloatWindowPhase(shape, false, operands, threads).run(workers);
            } else if (phases.size() == 1) {
                Phase phase = phases.getFirst();
                new FloatChannelLanesPhase(shape, false, planes, phase, operands, threads)
                        .run(workers);
            } else if (!phases.isEmpty()) {
                new FloatStridedGradient(shape, planes, phases, operands, threads).run(workers);
            }
        } else if (shape.groupChannels() == 1) {
            for (Phase phase : phases) {
                Operands operands = new Operands(gradOutput, weight, 0, gradInput);
                new FloatPlaneLanesPhase(shape, false, planes, phase, operands).run(workers);
            }
        } else {
            FloatPixelLanes.backwardInput(workers, shape, gradOutput, weight, gradInput, scratch);
        }
    }

    /** Bytes of scratch memory. */
    public static long scratchBytes(Convolution shape, boolean forward) {
        int rows = forward ? shape.groupOutChannels() : shape.groupChannels();
        if (rows == 1) {
            return 0;
        }
        if (rows < MANY) {
            if (forward && FloatFewChannelsPhase.suits(shape)) {
                return 0;
            }
            return FloatPixelLanes.scratchBytes(shape, forward);
        }
        if (forward) {
            return packedBytes(shape);
        }
        long bytes = 0;
        for (Phase phase : Phases.backward(shape, Phases.ofOutput(shape))) {
            bytes += FloatWeightPanels.backwardBytes(shape, phase);
        }
        return bytes;
    }
}
