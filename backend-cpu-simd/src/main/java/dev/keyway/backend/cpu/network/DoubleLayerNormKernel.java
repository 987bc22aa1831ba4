// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.network;

import static dev.keyway.backend.cpu.network.NormalizationKernels.address;

import dev.keyway.Tensor;
import dev.keyway.attributes.FusedRmsNormAttributes;
import dev.keyway.attributes.FusedRmsNormBackwardAttributes;
import dev.keyway.attributes.LayerNormAttributes;
import dev.keyway.attributes.NativeLayerNormAttributes;
import dev.keyway.attributes.NativeLayerNormBackwardAttributes;
import dev.keyway.spi.KernelCall;

import org.jspecify.annotations.Nullable;

import java.util.Objects;

/** The f64 kernels of layer and root mean square normalisation. */
final class DoubleLayerNormKernel {
    private DoubleLayerNormKernel() {}

    /** Inputs are input, weight, bias; results normalised, mean, inverse deviation. */
    static void layer(KernelCall call, Tensor[] out, @Nullable Tensor[] inputs) {
        var a = call.attributes(NativeLayerNormAttributes.class);
        Tensor input = Objects.requireNonNull(inputs[0]);
        DoubleLayerNorm.forward(
                call.workers(),
                LayerNormKernels.shape(input, a.normalizedShape(), true),
                input.address(),
                address(inputs[1]),
                address(inputs[2]),
                a.eps(),
                out[0].address(),
                out[1].address(),
                out[2].address());
    }

    /** The normalised alone, with a weight. */
    static void plain(
            KernelCall call, Tensor out, Tensor input, Tensor weight, @Nullable Tensor bias) {
        var a = call.attributes(LayerNormAttributes.class);
        DoubleLayerNorm.forward(
                call.workers(),
                LayerNormKernels.shape(input, a.normalizedShape(), true),
                input.address(),
                weight.address(),
                address(bias),
                a.eps(),
                out.address(),
                0,
                0);
    }

    /** Inputs are input, weight; results normalised, inverse root mean square. */
    static void rms(KernelCall call, Tensor[] out, @Nullable Tensor[] inputs) {
        var a = call.attributes(FusedRmsNormAttributes.class);
        Tensor input = Objects.requireNonNull(inputs[0]);
        Double eps = a.eps();
        DoubleLayerNorm.forward(
                call.workers(),
                LayerNormKernels.shape(input, a.normalizedShape(), false),
                input.address(),
                address(inputs[1]),
                0,
                eps == null ? Math.ulp(1.0) : eps,
                out[0].address(),
                0,
                out[1].address());
    }

    /** Inputs are grad, input, mean, rstd, weight, bias. */
    static void layerBackward(KernelCall call, Tensor[] out, @Nullable Tensor[] inputs) {
        var a = call.attributes(NativeLayerNormBackwardAttributes.class);
        Tensor input = Objects.requireNonNull(inputs[1]);
        LayerNorm shape = LayerNormKernels.shape(input, a.normalizedShape(), true);
        DoubleLayerNorm.backwardInput(
                call.workers(),
                shape,
                address(inputs[0]),
                input.address(),
                address(inputs[4]),
                address(inputs[2]),
                address(inputs[3]),
                out[0].address());
        DoubleLayerNorm.backwardParameters(
                call.workers(),
                shape,
                address(inputs[0]),
                input.address(),
                address(inputs[2]),
                address(inputs[3]),
                out[1].address(),
                out[2].address());
    }

    /** Inputs are grad, input, rstd, weight. */
    static void rmsBackward(KernelCall call, Tensor[] out, @Nullable Tensor[] inputs) {
        var a = call.attributes(FusedRmsNormBackwardAttributes.class);
        Tensor input = Objects.requireNonNull(inputs[1]);
        LayerNorm shape = LayerNormKernels.shape(input, a.normalizedShape(), false);
        DoubleLayerNorm.backwardInput(
                call.workers(),
                shape,
                address(inputs[0]),
                input.address(),
                address(inputs[3]),
                0,
                address(inputs[2]),
                out[0].address());
        DoubleLayerNorm.backwardParameters(
                call.workers(),
                shape,
                address(inputs[0]),
                input.address(),
                0,
                address(inputs[2]),
                out[1].address(),
                0);
    }
}
