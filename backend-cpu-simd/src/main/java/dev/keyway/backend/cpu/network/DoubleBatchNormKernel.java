// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.network;

import static dev.keyway.backend.cpu.network.NormalizationKernels.address;

import dev.keyway.Tensor;
import dev.keyway.attributes.NativeBatchNormAttributes;
import dev.keyway.backend.cpu.Memory;
import dev.keyway.spi.KernelCall;

import org.jspecify.annotations.Nullable;

import java.util.Objects;

/** The f64 kernel of {@code native_batch_norm}. */
final class DoubleBatchNormKernel {
    private static final int SIZE = Double.BYTES;

    private DoubleBatchNormKernel() {}

    /**
     * Inputs are input, weight, bias, running mean and variance; the last two change in training.
     */
    static void run(KernelCall call, Tensor[] out, @Nullable Tensor[] inputs) {
        NativeBatchNormAttributes attributes = call.attributes(NativeBatchNormAttributes.class);
        Tensor input = Objects.requireNonNull(inputs[0]);
        BatchNorm shape = NormalizationKernels.shape(input);
        int channels = shape.channels();
        long bytes = (long) SIZE * channels;
        long mean = call.scratch(bytes);
        long invstd = call.scratch(bytes);
        if (attributes.training()) {
            long variance = inputs[4] == null ? 0 : call.scratch(bytes);
            DoubleBatchNorm.statistics(
                    call.workers(),
                    shape,
                    input.address(),
                    attributes.eps(),
                    mean,
                    invstd,
                    variance);
            update(channels, inputs[3], mean, attributes.momentum());
            update(channels, inputs[4], variance, attributes.momentum());
        } else {
            fromRunning(channels, inputs, attributes.eps(), mean, invstd);
        }
        save(out[1], mean);
        save(out[2], invstd);
        DoubleBatchNorm.normalize(
                call.workers(),
                shape,
                input.address(),
                mean,
                invstd,
                address(inputs[1]),
                address(inputs[2]),
                out[0].address());
    }

    private static void update(
            int channels, @Nullable Tensor running, long current, double momentum) {
        if (running != null) {
            for (int c = 0; c < channels; c++) {
                double value = Memory.getDouble(current + (long) SIZE * c);
                RunningStatistics.update(running, c, value, momentum);
            }
        }
    }

    private static void fromRunning(
            int channels, @Nullable Tensor[] inputs, double eps, long mean, long invstd) {
        Tensor runningMean = Objects.requireNonNull(inputs[3]);
        Tensor runningVariance = Objects.requireNonNull(inputs[4]);
        for (int c = 0; c < channels; c++) {
            long offset = (long) SIZE * c;
            Memory.putDouble(mean + offset, RunningStatistics.get(runningMean, c));
            double variance = RunningStatistics.get(runningVariance, c);
            Memory.putDouble(invstd + offset, 1 / Math.sqrt(variance + eps));
        }
    }

    /** Results may be empty where nothing is to be saved. */
    private static void save(Tensor result, long values) {
        for (int c = 0; c < result.numel(); c++) {
            long offset = (long) SIZE * c;
            Memory.putDouble(result.address() + offset, Memory.getDouble(values + offset));
        }
    }
}
