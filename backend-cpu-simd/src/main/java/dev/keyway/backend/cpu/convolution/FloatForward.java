// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import dev.keyway.Tensor;
import dev.keyway.spi.KernelCall;

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

    static void run(
            KernelCall call,
            Convolution shape,
            Tensor out,
            Tensor input,
            Tensor weight,
            @Nullable Tensor bias,
            boolean winograd) {
        long start = bias == null ? 0 : bias.address();
        if (winograd && FloatWinograd.suits(shape)) {
            FloatWinograd.run(
                    call.workers(),
                    new FloatWinogradWork(
                            shape,
                            FloatWinograd.edge(shape),
                            input.address(),
                            points(call, shape, weight),
                            start,
                            out.address()));
        } else if (FloatConvolution.takesPacked(shape)) {
            long packed = panels(call, shape, weight);
            FloatConvolution.forwardPacked(
                    call.workers(), shape, input.address(), packed, start, out.address());
        } else {
            FloatConvolution.forward(
                    call.workers(),
                    shape,
                    input.address(),
                    weight.address(),
                    start,
                    out.address(),
                    call.scratch(FloatConvolution.scratchBytes(shape, true)));
        }
    }

    private static long panels(KernelCall call, Convolution shape, Tensor weight) {
        long bytes = FloatConvolution.packedBytes(shape);
        Tensor kept = kept(call, shape, weight, PANELS, bytes);
        if (kept != null) {
            return kept.address();
        }
        long packed = call.scratch(bytes);
        FloatConvolution.pack(call.workers(), shape, weight.address(), packed);
        return packed;
    }

    private static long points(KernelCall call, Convolution shape, Tensor weight) {
        int edge = FloatWinograd.edge(shape);
        long bytes = FloatWinograd.packedBytes(shape, edge);
        Tensor kept = kept(call, shape, weight, edge == 2 ? POINTS_2 : POINTS_4, bytes);
        if (kept != null) {
            return kept.address();
        }
        long packed = call.scratch(bytes);
        packPoints(call, shape, weight, packed);
        return packed;
    }

    private static void packPoints(KernelCall call, Convolution shape, Tensor weight, long packed) {
        long panels = call.scratch(FloatConvolution.packedBytes(shape));
        FloatConvolution.pack(call.workers(), shape, weight.address(), panels);
        FloatWinograd.pack(call.workers(), shape, FloatWinograd.edge(shape), panels, packed);
    }

    /** Not of groups: how many there are does not show in the weights. */
    private static @Nullable Tensor kept(
            KernelCall call, Convolution shape, Tensor weight, Object form, long bytes) {
        if (shape.groups() > 1 || bytes == 0) {
            return null;
        }
        return call.derived(
                weight,
                form,
                bytes,
                memory -> {
                    if (form == PANELS) {
                        FloatConvolution.pack(
                                call.workers(), shape, weight.address(), memory.address());
                    } else {
                        packPoints(call, shape, weight, memory.address());
                    }
                });
    }
}
