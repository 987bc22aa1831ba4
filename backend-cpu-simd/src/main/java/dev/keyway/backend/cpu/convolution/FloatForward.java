// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import dev.keyway.Tensor;
import dev.keyway.backend.cpu.convolution.WeightPacking.Packer;
import dev.keyway.spi.KernelCall;
import dev.keyway.spi.Workers;

import org.jspecify.annotations.Nullable;

/**
 * The kernel of f32 convolutions: picks the algorithm, and takes packed weights that the runtime
 * keeps where it can.
 */
final class FloatForward {
    /** Stand for packed weights, see {@link KernelCall#derived}. */
    private static final Object PANELS = new Object();

    private static final Object POINTS_2 = new Object();

    private static final Object POINTS_4 = new Object();

    private FloatForward() {}

    /** Images and results are row-major, or both have their channels last. */
    static void run(
            KernelCall call,
            Convolution shape,
            Tensor out,
            Tensor input,
            Tensor weight,
            @Nullable Tensor bias,
            boolean winograd) {
        long start = bias == null ? 0 : bias.address();
        boolean exact = !(winograd && FloatWinograd.suits(shape));
        if (!input.isContiguous()) {
            if (exact && FloatLastConvolution.takes(shape)) {
                last(call, shape, out.address(), input.address(), weight, start);
            } else {
                turned(call, shape, out, input, weight, start, winograd);
            }
        } else if (exact && FloatLastWindowShapes.paysTurning(shape)) {
            turnedLast(call, shape, out, input, weight, start);
        } else {
            rows(call, shape, out.address(), input.address(), weight, start, winograd);
        }
    }

    /** By addresses of images with their channels last. */
    private static void last(
            KernelCall call, Convolution shape, long out, long input, Tensor weight, long bias) {
        boolean packs = FloatConvolution.takesPacked(shape);
        long weights = packs ? panels(call, shape, weight) : weight.address();
        FloatLastConvolution.forward(call.workers(), shape, input, weights, bias, out);
    }

    /** Of row-major images, which become channels last, and the results row-major again. */
    private static void turnedLast(
            KernelCall call,
            Convolution shape,
            Tensor out,
            Tensor input,
            Tensor weight,
            long bias) {
        Workers workers = call.workers();
        int batch = shape.batch();
        int pixels = shape.height() * shape.width();
        long images = call.scratch(input.nbytes());
        long results = call.scratch(out.nbytes());
        FloatLastCopies.fromRows(workers, input.address(), images, batch, shape.channels(), pixels);
        last(call, shape, results, images, weight, bias);
        FloatLastCopies.toRows(
                workers, results, out.address(), batch, shape.outChannels(), shape.outPixels());
    }

    /** Of shapes without a way of their own: in rows, and back. */
    private static void turned(
            KernelCall call,
            Convolution shape,
            Tensor out,
            Tensor input,
            Tensor weight,
            long bias,
            boolean winograd) {
        Workers workers = call.workers();
        int batch = shape.batch();
        int pixels = shape.height() * shape.width();
        long images = call.scratch(input.nbytes());
        long results = call.scratch(out.nbytes());
        FloatLastCopies.toRows(workers, input.address(), images, batch, shape.channels(), pixels);
        rows(call, shape, results, images, weight, bias, winograd);
        FloatLastCopies.fromRows(
                workers, results, out.address(), batch, shape.outChannels(), shape.outPixels());
    }

    /** By addresses of row-major images. */
    private static void rows(
            KernelCall call,
            Convolution shape,
            long out,
            long input,
            Tensor weight,
            long bias,
            boolean winograd) {
        if (winograd && FloatWinograd.suits(shape)) {
            long packed = points(call, shape, weight);
            FloatWinograd.run(call.workers(), shape, input, packed, bias, out);
        } else if (FloatConvolution.takesPacked(shape)) {
            long packed = panels(call, shape, weight);
            FloatConvolution.forwardPacked(call.workers(), shape, input, packed, bias, out);
        } else {
            FloatConvolution.forward(
                    call.workers(),
                    shape,
                    input,
                    weight.address(),
                    bias,
                    out,
                    call.scratch(FloatConvolution.scratchBytes(shape, true)));
        }
    }

    private static long panels(KernelCall call, Convolution shape, Tensor weight) {
        long bytes = FloatConvolution.packedBytes(shape);
        return packed(call, shape, weight, PANELS, bytes, FloatForward::packPanels);
    }

    private static long points(KernelCall call, Convolution shape, Tensor weight) {
        int edge = FloatWinograd.edge(shape);
        long bytes = FloatWinograd.packedBytes(shape, edge);
        Object form = edge == 2 ? POINTS_2 : POINTS_4;
        return packed(call, shape, weight, form, bytes, FloatForward::packPoints);
    }

    /** Packed weights, in scratch memory where the runtime does not keep them. */
    private static long packed(
            KernelCall call,
            Convolution shape,
            Tensor weight,
            Object form,
            long bytes,
            Packer packer) {
        Tensor kept = WeightPacking.kept(call, shape, weight, form, bytes, packer);
        if (kept != null) {
            return kept.address();
        }
        long packed = call.scratch(bytes);
        packer.pack(call, shape, weight, packed);
        return packed;
    }

    private static void packPanels(KernelCall call, Convolution shape, Tensor weight, long packed) {
        FloatConvolution.pack(call.workers(), shape, weight.address(), packed);
    }

    private static void packPoints(KernelCall call, Convolution shape, Tensor weight, long packed) {
        long panels = call.scratch(FloatConvolution.packedBytes(shape));
        FloatConvolution.pack(call.workers(), shape, weight.address(), panels);
        FloatWinograd.pack(call.workers(), shape, FloatWinograd.edge(shape), panels, packed);
    }
}
