// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import com.google.auto.service.AutoService;
import dev.keyway.backend.cpu.KernelFamily;
import dev.keyway.backend.cpu.PlainFallback;

import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.attributes.Conv2dAttributes;
import dev.keyway.attributes.ConvolutionBackwardInputAttributes;
import dev.keyway.attributes.ConvolutionBackwardWeightAttributes;
import dev.keyway.spi.Kernel.Kernel2;
import dev.keyway.spi.Kernel.Kernel3;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;

import org.jspecify.annotations.Nullable;

/** Registers the two-dimensional convolution and its gradients in f32 and f64. */
@AutoService(KernelFamily.class)
public final class ConvolutionKernels implements KernelFamily {
    /** For {@code ServiceLoader}. */
    public ConvolutionKernels() {}

    @Override
    public void register(KernelRegistry registry, PlainFallback plain) {
        boolean winograd = ConvolutionAlgorithm.configured() == ConvolutionAlgorithm.WINOGRAD;
        registry.operator(
                "conv2d",
                Layout.CHANNELS_LAST,
                dtype -> dtype == DType.F32 ? forward(winograd) : null);
        registry.operator(
                "conv2d", Layout.CONTIGUOUS, dtype -> dtype == DType.F64 ? forward() : null);
        registry.operator(
                "convolution_backward_input", Layout.CONTIGUOUS, ConvolutionKernels::backwardInput);
        registry.operator(
                "convolution_backward_weight",
                Layout.CONTIGUOUS,
                ConvolutionKernels::backwardWeight);
    }

    private static Kernel3 forward(boolean winograd) {
        return (call, out, input, weight, bias) ->
                FloatForward.run(
                        call,
                        shape(input, weight, call.attributes(Conv2dAttributes.class)),
                        out,
                        input,
                        weight,
                        bias,
                        winograd);
    }

    private static Kernel3 forward() {
        return (call, out, input, weight, bias) ->
                DoubleForward.run(
                        call,
                        shape(input, weight, call.attributes(Conv2dAttributes.class)),
                        out,
                        input,
                        weight,
                        bias);
    }

    private static @Nullable Kernel2 backwardInput(DType dtype) {
        return switch (dtype) {
            case F32 ->
                    (call, out, gradOutput, weight) -> {
                        Convolution shape =
                                shape(
                                        out,
                                        weight,
                                        call.attributes(ConvolutionBackwardInputAttributes.class));
                        FloatConvolution.backwardInput(
                                call.workers(),
                                shape,
                                gradOutput.address(),
                                weight.address(),
                                out.address(),
                                call.scratch(FloatConvolution.scratchBytes(shape, false)));
                    };
            case F64 ->
                    (call, out, gradOutput, weight) -> {
                        Convolution shape =
                                shape(
                                        out,
                                        weight,
                                        call.attributes(ConvolutionBackwardInputAttributes.class));
                        DoubleConvolution.backwardInput(
                                call.workers(),
                                shape,
                                gradOutput.address(),
                                weight.address(),
                                out.address(),
                                call.scratch(DoubleConvolution.scratchBytes(shape, false)));
                    };
            default -> null;
        };
    }

    private static @Nullable Kernel2 backwardWeight(DType dtype) {
        return switch (dtype) {
            case F32 ->
                    (call, out, gradOutput, input) -> {
                        Convolution shape =
                                shape(
                                        input,
                                        out,
                                        call.attributes(ConvolutionBackwardWeightAttributes.class));
                        FloatWeightGradient.run(
                                call.workers(),
                                shape,
                                gradOutput.address(),
                                input.address(),
                                out.address(),
                                call.scratch(FloatWeightGradient.scratchBytes(shape)));
                    };
            case F64 ->
                    (call, out, gradOutput, input) -> {
                        Convolution shape =
                                shape(
                                        input,
                                        out,
                                        call.attributes(ConvolutionBackwardWeightAttributes.class));
                        DoubleWeightGradient.run(
                                call.workers(),
                                shape,
                                gradOutput.address(),
                                input.address(),
                                out.address(),
                                call.scratch(DoubleWeightGradient.scratchBytes(shape)));
                    };
            default -> null;
        };
    }

    private static Convolution shape(Tensor input, Tensor weight, Conv2dAttributes a) {
        return shape(input, weight, a.stride(), a.padding(), a.dilation(), a.groups());
    }

    private static Convolution shape(
            Tensor input, Tensor weight, ConvolutionBackwardInputAttributes a) {
        return shape(input, weight, a.stride(), a.padding(), a.dilation(), a.groups());
    }

    private static Convolution shape(
            Tensor input, Tensor weight, ConvolutionBackwardWeightAttributes a) {
        return shape(input, weight, a.stride(), a.padding(), a.dilation(), a.groups());
    }

    /** One number stands for both directions; an input may come without batch. */
    private static Convolution shape(
            Tensor input,
            Tensor weight,
            long[] stride,
            long[] padding,
            long[] dilation,
            long groups) {
        return Convolution.of(
                input.dim() == 4 ? Math.toIntExact(input.size(0)) : 1,
                Math.toIntExact(input.size(-3)),
                Math.toIntExact(input.size(-2)),
                Math.toIntExact(input.size(-1)),
                Math.toIntExact(weight.size(0)),
                Math.toIntExact(weight.size(2)),
                Math.toIntExact(weight.size(3)),
                Math.toIntExact(stride[0]),
                Math.toIntExact(stride[stride.length - 1]),
                Math.toIntExact(padding[0]),
                Math.toIntExact(padding[padding.length - 1]),
                Math.toIntExact(dilation[0]),
                Math.toIntExact(dilation[dilation.length - 1]),
                Math.toIntExact(groups));
    }
}
