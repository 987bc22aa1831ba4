// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl.kernel;

import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.attributes.Conv2dAttributes;
import dev.keyway.attributes.ConvolutionBackwardInputAttributes;
import dev.keyway.attributes.ConvolutionBackwardWeightAttributes;
import dev.keyway.plugins.opencl.device.Arguments;
import dev.keyway.plugins.opencl.device.KernelSource;
import dev.keyway.plugins.opencl.device.OpenClStream;
import dev.keyway.plugins.opencl.device.WorkSize;
import dev.keyway.spi.Kernel;
import dev.keyway.spi.Kernel.Kernel2;
import dev.keyway.spi.Kernel.Kernel3;
import dev.keyway.spi.KernelCall;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Convolution and its gradients in f32 and f64: with stride 1 and one group over padded planes
 * ({@link DenseConvolution}), else a work-item for each result.
 */
public final class ConvolutionKernels {
    private ConvolutionKernels() {}

    /** Registers them. */
    public static void register(KernelRegistry registry) {
        registry.operator("conv2d", Layout.CONTIGUOUS, ConvolutionKernels::forward);
        registry.operator(
                "convolution_backward_input", Layout.CONTIGUOUS, ConvolutionKernels::backwardInput);
        registry.operator(
                "convolution_backward_weight",
                Layout.CONTIGUOUS,
                ConvolutionKernels::backwardWeight);
    }

    private static KernelSource any(DType dtype) {
        return KernelSource.of(Map.of("T", Types.stored(dtype)), "convolution_any");
    }

    private static @Nullable Kernel forward(DType dtype) {
        if (!dtype.isFloating()) {
            return null;
        }
        KernelSource any = any(dtype);
        Kernel3 kernel =
                (call, out, input, weight, bias) -> {
                    ConvolutionShape shape =
                            ConvolutionShape.forward(
                                    call.attributes(Conv2dAttributes.class), out, input, weight);
                    if (shape.isDense()) {
                        DenseConvolution.forward(call, shape, out, input, weight, bias);
                        return;
                    }
                    Arguments args = new Arguments().tensor(out).tensor(input).tensor(weight);
                    args.tensor(bias == null ? weight : bias).integer(bias == null ? 0 : 1);
                    launch(call, any, "forward", out, shape, args);
                };
        return kernel;
    }

    private static @Nullable Kernel backwardInput(DType dtype) {
        if (!dtype.isFloating()) {
            return null;
        }
        KernelSource any = any(dtype);
        Kernel2 kernel =
                (call, out, grad, weight) -> {
                    var a = call.attributes(ConvolutionBackwardInputAttributes.class);
                    ConvolutionShape shape = ConvolutionShape.backwardInput(a, out, grad, weight);
                    if (shape.isDense()) {
                        DenseConvolution.backwardInput(call, shape, out, grad, weight);
                        return;
                    }
                    Arguments args = new Arguments().tensor(out).tensor(grad).tensor(weight);
                    launch(call, any, "backward_input", out, shape, args);
                };
        return kernel;
    }

    private static @Nullable Kernel backwardWeight(DType dtype) {
        if (!dtype.isFloating()) {
            return null;
        }
        KernelSource any = any(dtype);
        Kernel2 kernel =
                (call, out, grad, input) -> {
                    var a = call.attributes(ConvolutionBackwardWeightAttributes.class);
                    ConvolutionShape shape = ConvolutionShape.backwardWeight(a, out, grad, input);
                    if (shape.isDense()) {
                        DenseConvolution.backwardWeight(call, shape, out, grad, input);
                        return;
                    }
                    Arguments args = new Arguments().tensor(out).tensor(grad).tensor(input);
                    launch(call, any, "backward_weight", out, shape, args);
                };
        return kernel;
    }

    private static void launch(
            KernelCall call,
            KernelSource source,
            String entry,
            Tensor out,
            ConvolutionShape shape,
            Arguments args) {
        args.number(out.numel()).structure(shape.members());
        OpenClStream.of(call)
                .launch(call.operatorName(), source, entry, WorkSize.of(out.numel()), args);
    }
}
