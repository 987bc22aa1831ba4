// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

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

    private static final KeptWork FORWARD = new KeptWork(FloatConvolution::describe);

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
        } else if (shape.groupOutChannels() == 1 || FloatFewChannelsPhase.suits(shape)) {
            compute(workers, shape, input, weight, bias, out);
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
        compute(workers, shape, input, packed, bias, out);
    }

    private static void compute(
            Workers workers, Convolution shape, long input, long weight, long bias, long out) {
        KeptWork.Entry kept = FORWARD.take(shape, workers.threads());
        kept.work().run(workers, input, weight, bias, out);
        FORWARD.give(kept);
    }

    /** The way that is taken for the shape. */
    private static ConvolutionWork describe(Convolution shape, int threads) {
        if (takesPacked(shape)) {
            if (FloatShallowPhase.suits(shape)) {
                return new FloatShallowPhase(shape, threads);
            }
            if (FloatFewPixelsPhase.suits(shape)) {
                return new FloatFewPixelsPhase(shape, threads);
            }
            if (FloatWindowTile.takes(shape)) {
                return new FloatWindowPhase(shape, true, threads);
            }
        } else if (shape.groupOutChannels() > 1) {
            return new FloatFewChannelsPhase(shape);
        }
        Planes planes = Planes.ofInput(shape);
        Phase phase = Phases.forward(shape).getFirst();
        return takesPacked(shape)
                ? new FloatChannelLanesPhase(shape, true, planes, phase, threads)
                : new FloatPlaneLanesPhase(shape, true, planes, phase);
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
            if (!phases.isEmpty()) {
                backward(shape, planes, phases, workers.threads())
                        .run(workers, gradOutput, scratch, 0, gradInput);
            }
        } else if (shape.groupChannels() == 1) {
            for (Phase phase : phases) {
                new FloatPlaneLanesPhase(shape, false, planes, phase)
                        .run(workers, gradOutput, weight, 0, gradInput);
            }
        } else {
            FloatPixelLanes.backwardInput(workers, shape, gradOutput, weight, gradInput, scratch);
        }
    }

    private static ConvolutionWork backward(
            Convolution shape, Planes planes, List<Phase> phases, int threads) {
        if (FloatWindowTile.takesGradient(shape)) {
            return new FloatWindowPhase(shape, false, threads);
        }
        return phases.size() == 1
                ? new FloatChannelLanesPhase(shape, false, planes, phases.getFirst(), threads)
                : new FloatStridedGradient(shape, planes, phases, threads);
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
