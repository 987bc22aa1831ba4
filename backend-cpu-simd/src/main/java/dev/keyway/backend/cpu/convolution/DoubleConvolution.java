// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import dev.keyway.backend.cpu.convolution.DoublePlaneLanesPhase.Operands;
import dev.keyway.spi.Workers;

import java.util.List;

/**
 * f64 convolution and its gradient for the input. Every result takes its products by fused
 * multiply-adds in the order channel, kernel row, kernel column, starting at the bias. What lies in
 * the lanes of vectors depends on the output channels of a group, and changes no bits: channels
 * where there are many, pixels where there are few. Tensors are contiguous.
 */
public final class DoubleConvolution {
    /** From so many channels on they lie in lanes. */
    private static final int MANY = 16;

    private static final KeptWork FORWARD = new KeptWork(DoubleConvolution::describe);

    private DoubleConvolution() {}

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
            new DoublePlaneLanesPhase(shape, true, Planes.ofInput(shape), phase, operands)
                    .run(workers);
        } else {
            DoublePixelLanes.forward(workers, shape, input, weight, bias, out, scratch);
        }
    }

    /** Whether {@link #forwardPacked} is the way for the shape. */
    public static boolean takesPacked(Convolution shape) {
        return shape.groupOutChannels() >= MANY;
    }

    /** Bytes of packed weights. */
    public static long packedBytes(Convolution shape) {
        return DoubleWeightPanels.forwardBytes(shape);
    }

    /** Packs weights for {@link #forwardPacked}. */
    public static void pack(Workers workers, Convolution shape, long weight, long packed) {
        DoubleWeightPanels.forward(workers, shape, weight, packed);
    }

    /** {@link #forward} with weights that were packed before; needs no scratch memory. */
    public static void forwardPacked(
            Workers workers, Convolution shape, long input, long packed, long bias, long out) {
        KeptWork.Entry kept = FORWARD.take(shape, workers.threads());
        kept.work().run(workers, input, packed, bias, out);
        FORWARD.give(kept);
    }

    /** The way that packed weights take. */
    private static ConvolutionWork describe(Convolution shape, int threads) {
        Phase phase = Phases.forward(shape).getFirst();
        return new DoubleChannelLanesPhase(shape, true, Planes.ofInput(shape), phase, threads);
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
            long packed = scratch;
            for (Phase phase : phases) {
                DoubleWeightPanels.backward(workers, shape, phase, weight, packed);
                new DoubleChannelLanesPhase(shape, false, planes, phase, workers.threads())
                        .run(workers, gradOutput, packed, 0, gradInput);
                packed += DoubleWeightPanels.backwardBytes(shape, phase);
            }
        } else if (shape.groupChannels() == 1) {
            for (Phase phase : phases) {
                Operands operands = new Operands(gradOutput, weight, 0, gradInput);
                new DoublePlaneLanesPhase(shape, false, planes, phase, operands).run(workers);
            }
        } else {
            DoublePixelLanes.backwardInput(workers, shape, gradOutput, weight, gradInput, scratch);
        }
    }

    /** Bytes of scratch memory. */
    public static long scratchBytes(Convolution shape, boolean forward) {
        int rows = forward ? shape.groupOutChannels() : shape.groupChannels();
        if (rows == 1) {
            return 0;
        }
        if (rows < MANY) {
            return DoublePixelLanes.scratchBytes(shape, forward);
        }
        if (forward) {
            return packedBytes(shape);
        }
        long bytes = 0;
        for (Phase phase : Phases.backward(shape, Phases.ofOutput(shape))) {
            bytes += DoubleWeightPanels.backwardBytes(shape, phase);
        }
        return bytes;
    }
}
