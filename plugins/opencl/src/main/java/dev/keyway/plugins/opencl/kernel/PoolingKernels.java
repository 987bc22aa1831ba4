// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl.kernel;

import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.attributes.MaxPool2dWithIndicesAttributes;
import dev.keyway.plugins.opencl.device.Arguments;
import dev.keyway.plugins.opencl.device.KernelSource;
import dev.keyway.plugins.opencl.device.OpenClStream;
import dev.keyway.plugins.opencl.device.WorkSize;
import dev.keyway.spi.Kernel;
import dev.keyway.spi.Kernel.Kernel2;
import dev.keyway.spi.Kernel.KernelN;
import dev.keyway.spi.KernelCall;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Two-dimensional max pooling and its gradient in f32 and f64. */
public final class PoolingKernels {
    private PoolingKernels() {}

    /** Registers them. */
    public static void register(KernelRegistry registry) {
        registry.operator("max_pool2d_with_indices", Layout.CONTIGUOUS, PoolingKernels::largest);
        registry.operator("max_pool2d_backward", Layout.CONTIGUOUS, PoolingKernels::backward);
    }

    private static KernelSource source(DType dtype) {
        return KernelSource.of(Map.of("T", Types.stored(dtype)), "pooling");
    }

    private static @Nullable Kernel largest(DType dtype) {
        if (!dtype.isFloating()) {
            return null;
        }
        KernelSource source = source(dtype);
        KernelN kernel =
                (call, out, inputs) ->
                        largest(call, source, out[0], out[1], Objects.requireNonNull(inputs[0]));
        return kernel;
    }

    private static void largest(
            KernelCall call, KernelSource source, Tensor out, Tensor indices, Tensor self) {
        var a = call.attributes(MaxPool2dWithIndicesAttributes.class);
        long[] kernel = a.kernelSize();
        long[] stride = a.stride().length == 0 ? kernel : a.stride();
        int last = self.dim() - 1;
        Arguments args = new Arguments().tensor(out).tensor(indices).tensor(self);
        args.number(out.numel()).number(self.size(last - 1)).number(self.size(last));
        args.number(out.size(last - 1)).number(out.size(last));
        for (long[] pair : new long[][] {kernel, stride, a.padding(), a.dilation()}) {
            args.number(pair[0]).number(pair[pair.length - 1]);
        }
        OpenClStream.of(call)
                .launch(call.operatorName(), source, "largest", WorkSize.of(out.numel()), args);
    }

    private static @Nullable Kernel backward(DType dtype) {
        if (!dtype.isFloating()) {
            return null;
        }
        KernelSource source = source(dtype);
        Kernel2 kernel =
                (call, out, grad, indices) -> {
                    long pixels = pixels(out);
                    long planes = out.numel() / pixels;
                    Arguments args = new Arguments().tensor(out).tensor(grad).tensor(indices);
                    args.number(planes).number(pixels).number(pixels(grad));
                    OpenClStream.of(call)
                            .launch(
                                    call.operatorName(),
                                    source,
                                    "backward",
                                    WorkSize.heavy(planes, 1),
                                    args);
                };
        return kernel;
    }

    private static long pixels(Tensor tensor) {
        int last = tensor.dim() - 1;
        return tensor.size(last - 1) * tensor.size(last);
    }
}
