// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.opencl.kernel;

import dev.keyway.DType;
import dev.keyway.Tensor;
import dev.keyway.attributes.NativeBatchNormAttributes;
import dev.keyway.attributes.NativeBatchNormBackwardAttributes;
import dev.keyway.spi.Kernel;
import dev.keyway.spi.Kernel.KernelN;
import dev.keyway.spi.KernelRegistry;
import dev.keyway.spi.Layout;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Batch normalization and its gradient in f32 and f64. */
public final class NormalizationKernels {
    private NormalizationKernels() {}

    /** Registers them. */
    public static void register(KernelRegistry registry) {
        registry.operator("native_batch_norm", Layout.CONTIGUOUS, NormalizationKernels::forward);
        registry.operator(
                "native_batch_norm_backward", Layout.CONTIGUOUS, NormalizationKernels::backward);
    }

    private static @Nullable Kernel forward(DType dtype) {
        if (!dtype.isFloating()) {
            return null;
        }
        KernelN kernel =
                (call, out, inputs) -> {
                    var a = call.attributes(NativeBatchNormAttributes.class);
                    Tensor input = Objects.requireNonNull(inputs[0]);
                    BatchNorm run = new BatchNorm(call, dtype, input);
                    if (a.training()) {
                        run.statistics(input, out[1], out[2], a.eps());
                        track(run, inputs, out[1], a.momentum());
                        run.normalize(
                                out[0],
                                input,
                                BatchNorm.at(out[1]),
                                BatchNorm.at(out[2]),
                                inputs[1],
                                inputs[2]);
                    } else {
                        run.fromRunning(
                                Objects.requireNonNull(inputs[3]),
                                Objects.requireNonNull(inputs[4]),
                                a.eps());
                        run.normalize(
                                out[0],
                                input,
                                run.ownMean(),
                                run.ownInverse(),
                                inputs[1],
                                inputs[2]);
                    }
                };
        return kernel;
    }

    /** Running statistics; that of the variance without bias. */
    private static void track(
            BatchNorm run, @Nullable Tensor[] inputs, Tensor mean, double momentum) {
        double n = run.count();
        if (inputs[3] != null) {
            run.track(inputs[3], BatchNorm.at(mean), momentum, 1);
        }
        if (inputs[4] != null) {
            run.track(inputs[4], run.ownVariance(), momentum, n / (n - 1));
        }
    }

    private static @Nullable Kernel backward(DType dtype) {
        if (!dtype.isFloating()) {
            return null;
        }
        KernelN kernel =
                (call, out, inputs) -> {
                    boolean training =
                            call.attributes(NativeBatchNormBackwardAttributes.class).training();
                    Tensor input = Objects.requireNonNull(inputs[1]);
                    BatchNorm run = new BatchNorm(call, dtype, input);
                    run.backward(
                            out,
                            Objects.requireNonNull(inputs[0]),
                            input,
                            inputs[2],
                            Objects.requireNonNull(inputs[3]),
                            Objects.requireNonNull(inputs[4]),
                            training);
                };
        return kernel;
    }
}
