// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import dev.keyway.Ops;
import dev.keyway.Scalar;
import dev.keyway.Tensor;
import java.util.Arrays;

/**
 * The sliding windows of convolution and pooling over the last dimensions of {@code [n, c, ...]}.
 * Convolution multiplies the unfolded windows ("im2col": Chellapilla, Puri, Simard, "High
 * Performance Convolutional Neural Networks for Document Processing", 2006, section 3).
 *
 * @param stride steps of the window, one for each direction
 * @param padding implied border on each side
 * @param dilation distance of window elements
 */
record Windows(long[] stride, long[] padding, long[] dilation) {
    /** One number stands for all directions. */
    static long[] each(long[] given, int rank) {
        if (given.length != 1 || rank == 1) {
            return given;
        }
        long[] all = new long[rank];
        Arrays.fill(all, given[0]);
        return all;
    }

    /** The number of directions. */
    int rank() {
        return stride.length;
    }

    /** How many windows fit in one direction. */
    long extent(long size, long window, int axis) {
        return extent(size, reach(window, axis), stride[axis], padding[axis]);
    }

    /** The same with the length of a window. */
    static long extent(long size, long reach, long stride, long padding) {
        return Math.floorDiv(size + 2 * padding - reach, stride) + 1;
    }

    /** The length of a window with its gaps. */
    long reach(long window, int axis) {
        return reach(window, dilation[axis]);
    }

    /** The same with the distance of the window's elements. */
    static long reach(long window, long dilation) {
        return dilation * (window - 1) + 1;
    }

    /** The input with a border of the value, as large as the windows need. */
    Tensor padded(Tensor input, Scalar border, long[] kernel, long[] out) {
        long[] sizes = input.sizes();
        boolean fits = true;
        for (int d = 0; d < rank(); d++) {
            long needed = (out[d] - 1) * stride[d] + reach(kernel[d], d);
            long full = Math.max(sizes[d + 2] + 2 * padding[d], needed);
            fits &= full == sizes[d + 2];
            sizes[d + 2] = full;
        }
        if (fits) {
            return input.contiguous();
        }
        Tensor full = Ops.full(input.device(), input.dtype(), border, sizes);
        try (Tensor inside = inside(full, Arrays.copyOfRange(input.sizes(), 2, sizes.length))) {
            inside.copy_(input);
        }
        return full;
    }

    /** The part of a padded tensor without its border. */
    Tensor inside(Tensor full, long[] sizes) {
        Tensor part = full.view(full.sizes());
        for (int d = 0; d < rank(); d++) {
            Tensor narrowed = part.narrow(d + 2, padding[d], sizes[d]);
            part.close();
            part = narrowed;
        }
        return part;
    }

    /** The windows of a padded input, {@code [n, c, kernel..., out...]}, a view. */
    Tensor windows(Tensor padded, long[] kernel, long[] out) {
        int rank = rank();
        long[] sizes = new long[2 + 2 * rank];
        long[] strides = new long[2 + 2 * rank];
        for (int d = 0; d < 2; d++) {
            sizes[d] = padded.size(d);
            strides[d] = padded.stride(d);
        }
        for (int d = 0; d < rank; d++) {
            sizes[2 + d] = kernel[d];
            strides[2 + d] = padded.stride(2 + d) * dilation[d];
            sizes[2 + rank + d] = out[d];
            strides[2 + rank + d] = padded.stride(2 + d) * stride[d];
        }
        return padded.asStrided(sizes, strides);
    }

    /** Adds {@code [n, c, kernel..., out...]} where the windows lie in the padded tensor. */
    void fold(Tensor full, Tensor parts) {
        int rank = rank();
        long[] sizes = parts.sizes();
        long[] kernel = Arrays.copyOfRange(sizes, 2, 2 + rank);
        long taps = Metas.product(kernel);
        for (long tap = 0; tap < taps; tap++) {
            Tensor target = full.view(full.sizes());
            Tensor part = parts.view(parts.sizes());
            long rest = tap;
            for (int d = rank - 1; d >= 0; d--) {
                long at = rest % kernel[d];
                rest /= kernel[d];
                part = replace(part, part.select(2 + d, at));
                long start = at * dilation[d];
                long end = start + (sizes[2 + rank + d] - 1) * stride[d] + 1;
                target = replace(target, target.slice(2 + d, start, end, stride[d]));
            }
            try (Tensor to = target;
                    Tensor from = part) {
                to.add_(from);
            }
        }
    }

    private static Tensor replace(Tensor old, Tensor by) {
        old.close();
        return by;
    }
}
