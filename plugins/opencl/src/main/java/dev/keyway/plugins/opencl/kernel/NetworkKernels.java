// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl.kernel;

import dev.keyway.DType;
import dev.keyway.Scalar;
import dev.keyway.Tensor;
import dev.keyway.attributes.AddTensorAttributes;
import dev.keyway.attributes.LogSoftmaxAttributes;
import dev.keyway.attributes.SoftmaxAttributes;
import dev.keyway.attributes.SubTensorAttributes;
import dev.keyway.attributes.ThresholdBackwardAttributes;
import dev.keyway.plugins.opencl.device.Arguments;
import dev.keyway.plugins.opencl.device.KernelSource;
import dev.keyway.plugins.opencl.device.OpenClStream;
import dev.keyway.plugins.opencl.device.WorkSize;
import dev.keyway.plugins.opencl.kernel.Elementwise.Builder;
import dev.keyway.spi.Kernel;
import dev.keyway.spi.Kernel.Kernel1;
import dev.keyway.spi.Kernel.Kernel2;
import dev.keyway.spi.KernelCall;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Operators that would be several launches as composites and that training calls often. */
public final class NetworkKernels {
    private NetworkKernels() {}

    /** Registers them. */
    public static void register(KernelRegistry registry) {
        registry.operator(
                "threshold_backward",
                Layout.STRIDED,
                dtype ->
                        dtype.isFloating()
                                ? scaled(
                                        dtype,
                                        "(y) <= value ? (T)0 : (x)",
                                        call ->
                                                call.attributes(ThresholdBackwardAttributes.class)
                                                        .threshold())
                                : null);
        registry.operator(
                "add.Tensor",
                Layout.STRIDED,
                dtype ->
                        dtype.isFloating()
                                ? scaled(
                                        dtype,
                                        "(x) + (y) * value",
                                        call -> call.attributes(AddTensorAttributes.class).alpha())
                                : null);
        registry.operator(
                "sub.Tensor",
                Layout.STRIDED,
                dtype ->
                        dtype.isFloating()
                                ? scaled(
                                        dtype,
                                        "(x) - (y) * value",
                                        call -> call.attributes(SubTensorAttributes.class).alpha())
                                : null);
        registry.operator(
                "softmax",
                Layout.CONTIGUOUS,
                dtype ->
                        softmax(
                                dtype,
                                false,
                                call -> call.attributes(SoftmaxAttributes.class).dim()));
        registry.operator(
                "log_softmax",
                Layout.CONTIGUOUS,
                dtype ->
                        softmax(
                                dtype,
                                true,
                                call -> call.attributes(LogSoftmaxAttributes.class).dim()));
    }

    /** A function of two tensors and a number. */
    private static Kernel scaled(
            DType dtype, String function, Function<KernelCall, Scalar> number) {
        Elementwise kernel =
                new Builder(dtype)
                        .input(dtype)
                        .input(dtype)
                        .arithmetic(dtype)
                        .value(Types.stored(dtype))
                        .function(function);
        Kernel2 run =
                (call, out, self, other) -> {
                    double value = number.apply(call).doubleValue();
                    kernel.run(
                            call,
                            args -> {
                                if (dtype == DType.F64) {
                                    args.real(value);
                                } else {
                                    args.real((float) value);
                                }
                            },
                            out,
                            self,
                            other);
                };
        return run;
    }

    private static @Nullable Kernel softmax(
            DType dtype, boolean logarithm, Function<KernelCall, Long> dimension) {
        if (!dtype.isFloating()) {
            return null;
        }
        Map<String, String> macros = new HashMap<>();
        macros.put("T", Types.stored(dtype));
        if (logarithm) {
            macros.put("LOGARITHM", "1");
        }
        KernelSource source = KernelSource.of(macros, "softmax");
        Kernel1 run = (call, out, self) -> softmax(call, source, out, self, dimension.apply(call));
        return run;
    }

    private static void softmax(
            KernelCall call, KernelSource source, Tensor out, Tensor self, long dimension) {
        int dims = self.dim();
        int dim = (int) (dimension < 0 ? dimension + Math.max(dims, 1) : dimension);
        long n = dims == 0 ? 1 : self.size(dim);
        long inner = 1;
        for (int d = dim + 1; d < dims; d++) {
            inner *= self.size(d);
        }
        long lines = self.numel() / n;
        Arguments args = new Arguments().tensor(out).tensor(self);
        args.number(lines).number(n).number(inner);
        OpenClStream.of(call)
                .launch(call.operatorName(), source, "softmax", WorkSize.of(lines), args);
    }
}
