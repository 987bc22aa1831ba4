// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import dev.keyway.spi.Workers;

/**
 * f32 convolution of images with their channels last, as input {@code [batch, height, width,
 * channels]} lies in memory; so does the output. Output channels, which are neighbours, lie in the
 * lanes of vectors: nothing has to be transposed. The bits are those of {@link FloatConvolution}.
 */
final class FloatLastConvolution {
    private static final KeptWork FORWARD = new KeptWork(FloatLastConvolution::describe);

    private FloatLastConvolution() {}

    /** Whether there is a way for the shape; else images have to become row-major. */
    static boolean takes(Convolution shape) {
        return FloatLastDepthwisePhase.suits(shape)
                || FloatConvolution.takesPacked(shape)
                        && (FloatLastPointPhase.suits(shape)
                                || FloatLastWindowShapes.suits(shape)
                                || FloatLastShallowPhase.suits(shape));
    }

    /**
     * The convolution.
     *
     * @param weight address of weights, packed where {@link FloatConvolution#takesPacked}
     * @param bias address of a number for each output channel; 0 for none
     */
    static void forward(
            Workers workers, Convolution shape, long input, long weight, long bias, long out) {
        KeptWork.Entry kept = FORWARD.take(shape, workers.threads());
        kept.work().run(workers, input, weight, bias, out);
        FORWARD.give(kept);
    }

    private static ConvolutionWork describe(Convolution shape, int threads) {
        if (FloatLastDepthwisePhase.suits(shape)) {
            return new FloatLastDepthwisePhase(shape, threads);
        }
        if (FloatLastPointPhase.suits(shape)) {
            return new FloatLastPointPhase(shape, threads);
        }
        return FloatLastWindowShapes.suits(shape)
                ? new FloatLastWindowPhase(shape, threads)
                : new FloatLastShallowPhase(shape, threads);
    }
}
