// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import dev.keyway.Tensor;
import dev.keyway.spi.KernelCall;

import org.jspecify.annotations.Nullable;

/** The kernel of f64 convolutions: takes packed weights that the runtime keeps where it can. */
final class DoubleForward {
    /** Stands for packed weights, see {@link KernelCall#derived}. */
    private static final Object PANELS = new Object();

    private DoubleForward() {}

    static void run(
            KernelCall call,
            Convolution shape,
            Tensor out,
            Tensor input,
            Tensor weight,
            @Nullable Tensor bias) {
        long start = bias == null ? 0 : bias.address();
        if (DoubleConvolution.takesPacked(shape)) {
            long packed = panels(call, shape, weight);
            DoubleConvolution.forwardPacked(
                    call.workers(), shape, input.address(), packed, start, out.address());
        } else {
            DoubleConvolution.forward(
                    call.workers(),
                    shape,
                    input.address(),
                    weight.address(),
                    start,
                    out.address(),
                    call.scratch(DoubleConvolution.scratchBytes(shape, true)));
        }
    }

    private static long panels(KernelCall call, Convolution shape, Tensor weight) {
        long bytes = DoubleConvolution.packedBytes(shape);
        Tensor kept = kept(call, shape, weight, bytes);
        if (kept != null) {
            return kept.address();
        }
        long packed = call.scratch(bytes);
        DoubleConvolution.pack(call.workers(), shape, weight.address(), packed);
        return packed;
    }

    /** Not of groups: how many there are does not show in the weights. */
    private static @Nullable Tensor kept(
            KernelCall call, Convolution shape, Tensor weight, long bytes) {
        if (shape.groups() > 1 || bytes == 0) {
            return null;
        }
        return call.derived(
                weight,
                PANELS,
                bytes,
                memory ->
                        DoubleConvolution.pack(
                                call.workers(), shape, weight.address(), memory.address()));
    }
}
