// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import dev.keyway.Ops;
import dev.keyway.Scalar;
import dev.keyway.Tensor;
import dev.keyway.attributes.Conv2dAttributes;
import dev.keyway.attributes.ConvolutionBackwardInputAttributes;
import dev.keyway.attributes.ConvolutionBackwardWeightAttributes;
import dev.keyway.operator.MetaContext;
import java.util.Arrays;

/**
 * The sliding windows of two-dimensional convolution and pooling. Convolution multiplies the
 * unfolded windows ("im2col": Chellapilla, Puri, Simard, "High Performance Convolutional Neural
 * Networks for Document Processing", 2006, section 3).
 *
 * @param stride steps of the window, height and width
 * @param padding implied border on each side
 * @param dilation distance of window elements
 * @param groups number of groups of channels
 */
record Windows(long[] stride, long[] padding, long[] dilation, long groups) {
    static Windows of(Conv2dAttributes a) {
        return new Windows(pair(a.stride()), pair(a.padding()), pair(a.dilation()), a.groups());
    }

    static Windows of(ConvolutionBackwardInputAttributes a) {
        return new Windows(pair(a.stride()), pair(a.padding()), pair(a.dilation()), a.groups());
    }

    static Windows of(ConvolutionBackwardWeightAttributes a) {
        return new Windows(pair(a.stride()), pair(a.padding()), pair(a.dilation()), a.groups());
    }

    /** One number stands for both directions. */
    static long[] pair(long[] given) {
        return given.length == 1 ? new long[] {given[0], given[0]} : given;
    }

    void check(MetaContext m, long[] input, long[] weight) {
        positive(m, "stride", stride, 1);
        positive(m, "padding", padding, 0);
        positive(m, "dilation", dilation, 1);
        if (groups < 1 || input[1] % groups != 0 || weight[0] % groups != 0) {
            throw m.error(
                    "groups "
                            + groups
                            + " must divide the channels of input "
                            + Arrays.toString(input)
                            + " and weight "
                            + Arrays.toString(weight));
        }
        if (input[1] != weight[1] * groups) {
            throw m.error(
                    "input "
                            + Arrays.toString(input)
                            + " has "
                            + input[1]
                            + " channels, weight "
                            + Arrays.toString(weight)
                            + " with groups "
                            + groups
                            + " expects "
                            + weight[1] * groups);
        }
        long[] out = output(input, weight);
        if (out[2] < 1 || out[3] < 1) {
            throw m.error(
                    "the window of weight "
                            + Arrays.toString(weight)
                            + " is larger than the padded input "
                            + Arrays.toString(input));
        }
    }

    static void positive(MetaContext m, String name, long[] pair, long least) {
        if (pair.length != 2 || pair[0] < least || pair[1] < least) {
            throw m.error(
                    "argument '"
                            + name
                            + "' is "
                            + Arrays.toString(pair)
                            + ", expected one or two numbers of at least "
                            + least);
        }
    }

    long extent(long size, long window, int axis) {
        return (size + 2 * padding[axis] - dilation[axis] * (window - 1) - 1) / stride[axis] + 1;
    }

    long[] output(long[] input, long[] weight) {
        return new long[] {
            input[0], weight[0], extent(input[2], weight[2], 0), extent(input[3], weight[3], 1)
        };
    }

    /** The input with its border, filled with the value. */
    Tensor padded(Tensor input, Scalar border) {
        if (padding[0] == 0 && padding[1] == 0) {
            return input.contiguous();
        }
        long height = input.size(2) + 2 * padding[0];
        long width = input.size(3) + 2 * padding[1];
        Tensor full =
                Ops.full(
                        input.device(),
                        input.dtype(),
                        border,
                        input.size(0),
                        input.size(1),
                        height,
                        width);
        try (Tensor inside = inside(full, input.size(2), input.size(3))) {
            inside.copy_(input);
        }
        return full;
    }

    private Tensor inside(Tensor full, long height, long width) {
        try (Tensor rows = full.narrow(2, padding[0], height)) {
            return rows.narrow(3, padding[1], width);
        }
    }

    /** The windows of a padded input, {@code [n, c, kernel h, kernel w, out h, out w]}, a view. */
    Tensor windows(Tensor padded, long kernelHeight, long kernelWidth, long height, long width) {
        long[] s = padded.strides();
        return padded.asStrided(
                new long[] {
                    padded.size(0), padded.size(1), kernelHeight, kernelWidth, height, width
                },
                s[0],
                s[1],
                s[2] * dilation[0],
                s[3] * dilation[1],
                s[2] * stride[0],
                s[3] * stride[1]);
    }

    /** {@code [n, groups, channels * kernel, positions]}. */
    private Tensor columns(Tensor input, long[] weight, long height, long width) {
        try (Tensor padded = padded(input, Scalar.ZERO);
                Tensor windows = windows(padded, weight[2], weight[3], height, width)) {
            return windows.reshape(
                    input.size(0), groups, weight[1] * weight[2] * weight[3], height * width);
        }
    }

    private Tensor grouped(Tensor weight) {
        long rows = weight.size(0) / groups;
        return weight.reshape(groups, rows, weight.numel() / weight.size(0));
    }

    /** The convolution without bias. */
    Tensor multiply(Tensor input, Tensor weight, long[] out) {
        if (Metas.product(out) == 0) {
            return Matrix.zeros(input, out);
        }
        try (Tensor columns = columns(input, weight.sizes(), out[2], out[3]);
                Tensor matrices = grouped(weight);
                Tensor product = matrices.matmul(columns)) {
            return product.reshape(out);
        }
    }

    /**
     * The gradient of the input: products with the transposed weight, added where windows overlap.
     */
    Tensor multiplyTransposed(Tensor grad, Tensor weight, long[] inputSize) {
        long[] w = weight.sizes();
        long positions = grad.size(2) * grad.size(3);
        if (grad.numel() == 0) {
            return Matrix.zeros(grad, inputSize);
        }
        try (Tensor matrices = grouped(weight);
                Tensor transposed = matrices.transpose(1, 2);
                Tensor rows = grad.reshape(grad.size(0), groups, w[0] / groups, positions);
                Tensor product = transposed.matmul(rows);
                Tensor parts =
                        product.reshape(
                                grad.size(0),
                                inputSize[1],
                                w[2],
                                w[3],
                                grad.size(2),
                                grad.size(3));
                Tensor full =
                        Ops.zeros(
                                grad.device(),
                                grad.dtype(),
                                inputSize[0],
                                inputSize[1],
                                inputSize[2] + 2 * padding[0],
                                inputSize[3] + 2 * padding[1])) {
            fold(full, parts);
            try (Tensor inside = inside(full, inputSize[2], inputSize[3])) {
                return inside.clone();
            }
        }
    }

    private void fold(Tensor full, Tensor parts) {
        for (long y = 0; y < parts.size(2); y++) {
            for (long x = 0; x < parts.size(3); x++) {
                try (Tensor rows = stripe(full, 2, y, parts.size(4));
                        Tensor target = stripe(rows, 3, x, parts.size(5));
                        Tensor line = parts.select(2, y);
                        Tensor part = line.select(2, x)) {
                    target.add_(part);
                }
            }
        }
    }

    private Tensor stripe(Tensor tensor, int dim, long kernelIndex, long count) {
        int axis = dim - 2;
        long start = kernelIndex * dilation[axis];
        return tensor.slice(dim, start, start + (count - 1) * stride[axis] + 1, stride[axis]);
    }

    /** The gradient of the weight. */
    Tensor correlate(Tensor grad, Tensor input, long[] weightSize) {
        if (grad.numel() == 0) {
            return Matrix.zeros(grad, weightSize);
        }
        long positions = grad.size(2) * grad.size(3);
        long outputs = weightSize[0] / groups;
        try (Tensor columns = columns(input, weightSize, grad.size(2), grad.size(3));
                Tensor transposed = columns.transpose(2, 3);
                Tensor rows = grad.reshape(grad.size(0), groups, outputs, positions);
                Tensor products = rows.matmul(transposed);
                Tensor sum = products.sum(0)) {
            return sum.reshape(weightSize);
        }
    }
}
