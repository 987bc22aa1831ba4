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
        Tensor kept = WeightPacking.kept(call, shape, weight, PANELS, bytes, DoubleForward::pack);
        if (kept != null) {
            return kept.address();
        }
        long packed = call.scratch(bytes);
        pack(call, shape, weight, packed);
        return packed;
    }

    private static void pack(KernelCall call, Convolution shape, Tensor weight, long packed) {
        DoubleConvolution.pack(call.workers(), shape, weight.address(), packed);
    }
}
