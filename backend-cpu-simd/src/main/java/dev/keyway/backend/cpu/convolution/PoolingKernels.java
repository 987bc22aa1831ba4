// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.convolution;

import com.google.auto.service.AutoService;
import dev.keyway.backend.cpu.KernelFamily;
import dev.keyway.backend.cpu.PlainFallback;

import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.attributes.AvgPool2dAttributes;
import dev.keyway.attributes.MaxPool2dAttributes;
import dev.keyway.attributes.MaxPool2dWithIndicesAttributes;
import dev.keyway.spi.Kernel;
import dev.keyway.spi.Kernel.Kernel1;
import dev.keyway.spi.Kernel.Kernel2;
import dev.keyway.spi.Kernel.KernelN;
import dev.keyway.spi.KernelCall;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;

import org.jspecify.annotations.Nullable;

import java.util.Objects;

/** Registers two-dimensional pooling in f32 and f64; planes are all but the last two dimensions. */
@AutoService(KernelFamily.class)
public final class PoolingKernels implements KernelFamily {
    private static final long[] ONE = {1};

    /** For {@code ServiceLoader}. */
    public PoolingKernels() {}

    @Override
    public void register(KernelRegistry registry, PlainFallback plain) {
        registry.operator("max_pool2d", Layout.CHANNELS_LAST, PoolingKernels::values);
        registry.operator("max_pool2d_with_indices", Layout.CONTIGUOUS, PoolingKernels::max);
        registry.operator("max_pool2d_backward", Layout.CONTIGUOUS, PoolingKernels::maxBackward);
        registry.operator("avg_pool2d", Layout.CONTIGUOUS, PoolingKernels::average);
        registry.operator(
                "adaptive_avg_pool2d",
                Layout.CHANNELS_LAST,
                dtype -> dtype == DType.F32 ? (Kernel1) PoolingKernels::adaptive : null);
        registry.operator(
                "adaptive_avg_pool2d",
                Layout.CONTIGUOUS,
                dtype -> dtype == DType.F64 ? (Kernel1) PoolingKernels::adaptiveDouble : null);
    }

    /** In f32 without the indices, which nobody reads but the gradient. */
    private static @Nullable Kernel values(DType dtype) {
        if (dtype != DType.F32) {
            return null;
        }
        return (Kernel1)
                (call, out, self) -> {
                    var a = call.attributes(MaxPool2dAttributes.class);
                    Pooling shape =
                            shape(self, out, a.kernelSize(), a.stride(), a.padding(), a.dilation());
                    long from = self.address();
                    long to = out.address();
                    if (self.isContiguous()) {
                        FloatMaxValues.run(call.workers(), shape, from, to);
                    } else {
                        int channels = size(self, 1);
                        FloatLastMaxPooling.run(call.workers(), shape, channels, from, to);
                    }
                };
    }

    private static @Nullable Kernel max(DType dtype) {
        return switch (dtype) {
            case F32 ->
                    (KernelN)
                            (call, out, inputs) -> {
                                Tensor input = Objects.requireNonNull(inputs[0]);
                                var a = call.attributes(MaxPool2dWithIndicesAttributes.class);
                                FloatPooling.max(
                                        call.workers(),
                                        shape(
                                                input,
                                                out[0],
                                                a.kernelSize(),
                                                a.stride(),
                                                a.padding(),
                                                a.dilation()),
                                        input.address(),
                                        out[0].address(),
                                        out[1].address());
                            };
            case F64 ->
                    (KernelN)
                            (call, out, inputs) -> {
                                Tensor input = Objects.requireNonNull(inputs[0]);
                                var a = call.attributes(MaxPool2dWithIndicesAttributes.class);
                                DoublePooling.max(
                                        call.workers(),
                                        shape(
                                                input,
                                                out[0],
                                                a.kernelSize(),
                                                a.stride(),
                                                a.padding(),
                                                a.dilation()),
                                        input.address(),
                                        out[0].address(),
                                        out[1].address());
                            };
            default -> null;
        };
    }

    private static @Nullable Kernel maxBackward(DType dtype) {
        return switch (dtype) {
            case F32 ->
                    (Kernel2)
                            (call, out, gradOutput, indices) ->
                                    FloatPooling.maxBackward(
                                            call.workers(),
                                            planes(out),
                                            pixels(gradOutput),
                                            pixels(out),
                                            gradOutput.address(),
                                            indices.address(),
                                            out.address());
            case F64 ->
                    (Kernel2)
                            (call, out, gradOutput, indices) ->
                                    DoublePooling.maxBackward(
                                            call.workers(),
                                            planes(out),
                                            pixels(gradOutput),
                                            pixels(out),
                                            gradOutput.address(),
                                            indices.address(),
                                            out.address());
            default -> null;
        };
    }

    private static @Nullable Kernel average(DType dtype) {
        return switch (dtype) {
            case F32 ->
                    (Kernel1)
                            (call, out, self) -> {
                                var a = call.attributes(AvgPool2dAttributes.class);
                                FloatAverage.run(
                                        call.workers(),
                                        shape(
                                                self,
                                                out,
                                                a.kernelSize(),
                                                a.stride(),
                                                a.padding(),
                                                ONE),
                                        a.countIncludePad(),
                                        divisor(a),
                                        self.address(),
                                        out.address());
                            };
            case F64 ->
                    (Kernel1)
                            (call, out, self) -> {
                                var a = call.attributes(AvgPool2dAttributes.class);
                                DoubleAverage.run(
                                        call.workers(),
                                        shape(
                                                self,
                                                out,
                                                a.kernelSize(),
                                                a.stride(),
                                                a.padding(),
                                                ONE),
                                        a.countIncludePad(),
                                        divisor(a),
                                        self.address(),
                                        out.address());
                            };
            default -> null;
        };
    }

    private static void adaptive(KernelCall call, Tensor out, Tensor self) {
        if (self.isContiguous()) {
            FloatAdaptiveAverage.run(
                    call.workers(),
                    planes(self),
                    size(self, -2),
                    size(self, -1),
                    size(out, -2),
                    size(out, -1),
                    self.address(),
                    out.address());
        } else {
            FloatLastAdaptiveAverage.run(
                    call.workers(),
                    size(self, 0),
                    size(self, 1),
                    size(self, 2),
                    size(self, 3),
                    size(out, 2),
                    size(out, 3),
                    self.address(),
                    out.address());
        }
    }

    private static void adaptiveDouble(KernelCall call, Tensor out, Tensor self) {
        DoubleAdaptiveAverage.run(
                call.workers(),
                planes(self),
                size(self, -2),
                size(self, -1),
                size(out, -2),
                size(out, -1),
                self.address(),
                out.address());
    }

    private static long divisor(AvgPool2dAttributes a) {
        Long divisor = a.divisorOverride();
        return divisor == null ? 0 : divisor;
    }

    /** An empty stride means that of the kernel; one number stands for both directions. */
    private static Pooling shape(
            Tensor input,
            Tensor out,
            long[] kernel,
            long[] stride,
            long[] padding,
            long[] dilation) {
        long[] steps = stride.length == 0 ? kernel : stride;
        return Pooling.of(
                planes(input),
                size(input, -2),
                size(input, -1),
                Math.toIntExact(kernel[0]),
                Math.toIntExact(kernel[kernel.length - 1]),
                Math.toIntExact(steps[0]),
                Math.toIntExact(steps[steps.length - 1]),
                Math.toIntExact(padding[0]),
                Math.toIntExact(padding[padding.length - 1]),
                Math.toIntExact(dilation[0]),
                Math.toIntExact(dilation[dilation.length - 1]),
                size(out, -2),
                size(out, -1));
    }

    private static int size(Tensor tensor, int dim) {
        return Math.toIntExact(tensor.size(dim));
    }

    private static int pixels(Tensor tensor) {
        return Math.multiplyExact(size(tensor, -2), size(tensor, -1));
    }

    private static long planes(Tensor tensor) {
        long planes = 1;
        for (int i = 0; i < tensor.dim() - 2; i++) {
            planes *= tensor.size(i);
        }
        return planes;
    }
}
