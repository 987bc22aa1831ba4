// SPDX-License-Identifier: Apache-2.0
package dev.keyway.nn;

import dev.keyway.ArgumentException;
import dev.keyway.DType;
import dev.keyway.Device;
import dev.keyway.Generator;
import dev.keyway.Ops;
import dev.keyway.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Initial values, as PyTorch's {@code nn.init} has them. Each method writes a tensor in place
 * without recording a gradient and returns it. Where a generator is null, the runtime's draws. A
 * weight's fan-in is {@code size(1)} times the elements of a window, its fan-out {@code size(0)}
 * times those.
 */
public final class Init {
    private Init() {}

    /** Which side keeps its variance in {@link #kaimingUniform_} and {@link #kaimingNormal_}. */
    public enum Fan {
        /** Activations, in the forward pass. */
        IN,
        /** Gradients, in the backward pass. */
        OUT
    }

    /**
     * Uniform in {@code [from, to)}.
     *
     * @param tensor the tensor to fill
     * @param from the lower end
     * @param to the upper end
     * @param generator where the first values come from; null for the generator of the runtime
     * @return the tensor
     */
    public static Tensor uniform_(
            Tensor tensor, double from, double to, @Nullable Generator generator) {
        try (Tensor unit = Ops.rand(tensor.device(), tensor.dtype(), generator, tensor.sizes());
                Tensor scaled = unit.mul(to - from);
                Tensor shifted = scaled.add(from)) {
            return write(tensor, shifted);
        }
    }

    /**
     * Normal with a mean and a standard deviation.
     *
     * @param tensor the tensor to fill
     * @param mean the mean
     * @param std the standard deviation, at least 0
     * @param generator where the first values come from; null for the generator of the runtime
     * @return the tensor
     */
    public static Tensor normal_(
            Tensor tensor, double mean, double std, @Nullable Generator generator) {
        try (Tensor unit = Ops.randn(tensor.device(), tensor.dtype(), generator, tensor.sizes());
                Tensor scaled = unit.mul(std);
                Tensor shifted = scaled.add(mean)) {
            return write(tensor, shifted);
        }
    }

    /**
     * One value everywhere.
     *
     * @param tensor the tensor to fill
     * @param value the value
     * @return the tensor
     */
    public static Tensor constant_(Tensor tensor, double value) {
        try (var scope = tensor.keyway().noGrad()) {
            tensor.fill_(value);
        }
        return tensor;
    }

    /**
     * Uniform in {@code ±gain sqrt(6 / (fanIn + fanOut))} (Glorot and Bengio, "Understanding the
     * Difficulty of Training Deep Feedforward Neural Networks", 2010).
     *
     * @param tensor the tensor to fill
     * @param gain factor of the width
     * @param generator where the first values come from; null for the generator of the runtime
     * @return the tensor
     * @throws ArgumentException when the tensor has fewer than two dimensions
     */
    public static Tensor xavierUniform_(Tensor tensor, double gain, @Nullable Generator generator) {
        double bound = gain * Math.sqrt(6.0 / (fan(tensor, Fan.IN) + fan(tensor, Fan.OUT)));
        return uniform_(tensor, -bound, bound, generator);
    }

    /**
     * Normal with the standard deviation {@code gain sqrt(2 / (fanIn + fanOut))}, as {@link
     * #xavierUniform_}.
     *
     * @param tensor the tensor to fill
     * @param gain factor of the width
     * @param generator where the first values come from; null for the generator of the runtime
     * @return the tensor
     * @throws ArgumentException when the tensor has fewer than two dimensions
     */
    public static Tensor xavierNormal_(Tensor tensor, double gain, @Nullable Generator generator) {
        double std = gain * Math.sqrt(2.0 / (fan(tensor, Fan.IN) + fan(tensor, Fan.OUT)));
        return normal_(tensor, 0, std, generator);
    }

    /**
     * Uniform in {@code ±gain sqrt(3 / fan)}, with gain {@code sqrt(2 / (1 + a²))} for a leaky ReLU
     * of slope {@code a}, 0 for ReLU (He et al., "Delving Deep into Rectifiers", 2015).
     *
     * @param tensor the tensor to fill
     * @param a slope of the leaky ReLU below 0
     * @param mode which fan counts
     * @param generator where the first values come from; null for the generator of the runtime
     * @return the tensor
     * @throws ArgumentException when the tensor has fewer than two dimensions
     */
    public static Tensor kaimingUniform_(
            Tensor tensor, double a, Fan mode, @Nullable Generator generator) {
        double bound = Math.sqrt(6.0 / ((1 + a * a) * fan(tensor, mode)));
        return uniform_(tensor, -bound, bound, generator);
    }

    /**
     * Normal with the standard deviation {@code gain / sqrt(fan)}, as {@link #kaimingUniform_}.
     *
     * @param tensor the tensor to fill
     * @param a slope of the leaky ReLU below 0
     * @param mode which fan counts
     * @param generator where the first values come from; null for the generator of the runtime
     * @return the tensor
     * @throws ArgumentException when the tensor has fewer than two dimensions
     */
    public static Tensor kaimingNormal_(
            Tensor tensor, double a, Fan mode, @Nullable Generator generator) {
        double std = Math.sqrt(2.0 / ((1 + a * a) * fan(tensor, mode)));
        return normal_(tensor, 0, std, generator);
    }

    private static Tensor write(Tensor tensor, Tensor values) {
        try (var scope = tensor.keyway().noGrad()) {
            tensor.copy_(values);
        }
        return tensor;
    }

    private static long fan(Tensor tensor, Fan mode) {
        long[] sizes = tensor.sizes();
        if (sizes.length < 2) {
            throw new ArgumentException(
                    "init: a tensor of shape "
                            + Arrays.toString(sizes)
                            + " has no fan-in and fan-out; it needs at least two dimensions");
        }
        long window = 1;
        for (int d = 2; d < sizes.length; d++) {
            window *= sizes[d];
        }
        return window * (mode == Fan.IN ? sizes[1] : sizes[0]);
    }

    /**
     * What PyTorch's linear and convolution layers start from: uniform in {@code ±1/sqrt(fanIn)},
     * which is {@link #kaimingUniform_} with a = sqrt(5).
     */
    static Tensor uniform(
            Device device, DType dtype, @Nullable Generator generator, long fanIn, long... sizes) {
        double bound = 1 / Math.sqrt(fanIn);
        try (Tensor unit = Ops.rand(device, dtype, generator, sizes);
                Tensor scaled = unit.mul(2 * bound)) {
            return scaled.sub(bound);
        }
    }

    /**
     * Uniform in {@code ±sqrt(6 / (rows + columns))} (Glorot and Bengio, "Understanding the
     * difficulty of training deep feedforward neural networks", 2010).
     */
    static Tensor glorot(
            Device device, DType dtype, @Nullable Generator generator, long rows, long columns) {
        double bound = Math.sqrt(6.0 / (rows + columns));
        try (Tensor unit = Ops.rand(device, dtype, generator, rows, columns);
                Tensor scaled = unit.mul(2 * bound)) {
            return scaled.sub(bound);
        }
    }
}
