// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import dev.keyway.backend.cpu.matrix.DoubleTile;
import dev.keyway.spi.Workers;

import java.util.List;

/**
 * f64 convolution and its gradient for the input, as matrix products whose right side is never
 * built: each image is copied once with its padding, where a tap is an offset. Every result takes
 * its products by fused multiply-adds in the order channel, kernel row, kernel column, starting at
 * the bias. Tensors are contiguous.
 */
public final class DoublePixelLanes {
    private static final int SIZE = Double.BYTES;
    private static final long HELD_BYTES = 1L << 20;
    private static final long COPY = 1L << 13;

    private final boolean forward;
    private final Convolution shape;
    private final Planes planes;
    private final List<Phase> phases;
    private final long source;
    private final long weight;
    private final long bias;
    private final long out;
    private final long images;
    private final long rows;

    private DoublePixelLanes(
            Convolution shape,
            boolean forward,
            long source,
            long weight,
            long bias,
            long out,
            long scratch) {
        this.forward = forward;
        this.shape = shape;
        this.planes = planes(shape, forward);
        this.phases = phases(shape, forward);
        this.source = source;
        this.weight = weight;
        this.bias = bias;
        this.out = out;
        this.images = scratch;
        this.rows = scratch + held(shape, planes) * imageBytes(planes);
    }

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
        new DoublePixelLanes(shape, true, input, weight, bias, out, scratch).run(workers);
    }

    /** The gradient for the input. */
    public static void backwardInput(
            Workers workers,
            Convolution shape,
            long gradOutput,
            long weight,
            long gradInput,
            long scratch) {
        new DoublePixelLanes(shape, false, gradOutput, weight, 0, gradInput, scratch).run(workers);
    }

    /** Bytes of scratch memory. */
    public static long scratchBytes(Convolution shape, boolean forward) {
        Planes planes = planes(shape, forward);
        long bytes = held(shape, planes) * imageBytes(planes);
        if (!forward) {
            for (Phase phase : phases(shape, false)) {
                bytes += DoubleWeights.bytes(shape, phase);
            }
        }
        return bytes;
    }

    private static Planes planes(Convolution shape, boolean forward) {
        return forward ? Planes.ofInput(shape) : Phases.ofOutput(shape);
    }

    private static List<Phase> phases(Convolution shape, boolean forward) {
        return forward ? Phases.forward(shape) : Phases.backward(shape, Phases.ofOutput(shape));
    }

    /** A tile may read past the last position. */
    private static long imageBytes(Planes planes) {
        return ((long) planes.size() + 2 * DoubleTile.COLUMNS) * SIZE;
    }

    /** Groups of images whose copies are held at once. */
    private static long held(Convolution shape, Planes planes) {
        long all = (long) shape.batch() * shape.groups();
        return Math.min(all, Math.max(1, HELD_BYTES / imageBytes(planes)));
    }

    private void run(Workers workers) {
        DoublePixelLanesPhase[] parts = new DoublePixelLanesPhase[phases.size()];
        long rowsOfPhase = rows;
        for (int i = 0; i < parts.length; i++) {
            Phase phase = phases.get(i);
            long weights = weight;
            if (!forward) {
                weights = rowsOfPhase;
                DoubleWeights.transpose(workers, shape, phase, weight, weights);
                rowsOfPhase += DoubleWeights.bytes(shape, phase);
            }
            parts[i] = new DoublePixelLanesPhase(shape, forward, planes, phase, weights, bias, out);
        }
        long all = (long) shape.batch() * shape.groups();
        long held = held(shape, planes);
        for (long first = 0; first < all; first += held) {
            long start = first;
            long count = Math.min(held, all - first);
            workers.parallel(
                    count * planes.channels(),
                    Math.max(1, COPY / Math.max(1, planes.channelSize())),
                    (from, to) -> copy(start, from, to));
            for (DoublePixelLanesPhase part : parts) {
                part.run(workers, first, count, images, imageBytes(planes));
            }
        }
    }

    private void copy(long first, long from, long to) {
        long channelBytes = (long) SIZE * planes.height() * planes.width();
        for (long index = from; index < to; index++) {
            long channel = index % planes.channels();
            DoublePlanes.channel(
                    planes,
                    source + (first * planes.channels() + index) * channelBytes,
                    images
                            + index / planes.channels() * imageBytes(planes)
                            + SIZE * channel * planes.channelSize());
        }
    }
}
