// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import dev.keyway.Tensor;
import dev.keyway.operator.MetaContext;
import java.util.Arrays;

/**
 * The shape of a convolution's result, with the checks of its arguments. Lists have a number for
 * each direction; they come one by one, as an object for them would be left behind by every call.
 */
final class ConvolutionShape {
    private static final long[] NONE = {};

    private ConvolutionShape() {}

    /** Of one that is not transposed; a list of one number stands for all directions. */
    static long[] output(
            MetaContext m, int rank, long[] stride, long[] padding, long[] dilation, long groups) {
        return output(
                m,
                rank,
                false,
                Windows.each(stride, rank),
                Windows.each(padding, rank),
                Windows.each(dilation, rank),
                NONE,
                groups);
    }

    /** Fails for what does not fit. */
    static long[] output(
            MetaContext m,
            int rank,
            boolean transposed,
            long[] stride,
            long[] padding,
            long[] dilation,
            long[] more,
            long groups) {
        Checks.list(m, "stride", stride, rank, 1);
        Checks.list(m, "padding", padding, rank, 0);
        Checks.list(m, "dilation", dilation, rank, 1);
        Tensor input = m.input(0);
        Tensor weight = m.input(1);
        if (weight.dim() != rank + 2 || input.dim() != rank + 2 && input.dim() != rank + 1) {
            throw dimensions(m, rank);
        }
        checkChannels(m, input.size(-rank - 1), transposed, groups);
        if (transposed) {
            checkMore(m, rank, stride, dilation, more);
        }
        long[] out = input.sizes();
        out[out.length - rank - 1] = transposed ? weight.size(1) * groups : weight.size(0);
        for (int d = 0; d < rank; d++) {
            int at = out.length - rank + d;
            long reach = Windows.reach(weight.size(2 + d), dilation[d]);
            if (transposed) {
                out[at] = (out[at] - 1) * stride[d] - 2 * padding[d] + reach + more[d];
            } else {
                out[at] = Windows.extent(out[at], reach, stride[d], padding[d]);
            }
            if (out[at] < 1) {
                throw transposed ? removed(m, d, out[at], padding) : tooLarge(m);
            }
        }
        return out;
    }

    private static RuntimeException dimensions(MetaContext m, int rank) {
        return m.error(
                "input has shape "
                        + Arrays.toString(m.input(0).sizes())
                        + " and weight "
                        + Arrays.toString(m.input(1).sizes())
                        + ", expected "
                        + (rank + 2)
                        + " dimensions each, or "
                        + (rank + 1)
                        + " of an input without batch");
    }

    private static RuntimeException tooLarge(MetaContext m) {
        return m.error(
                "the window of weight "
                        + Arrays.toString(m.input(1).sizes())
                        + " is larger than the padded input "
                        + Arrays.toString(m.input(0).sizes()));
    }

    private static RuntimeException removed(MetaContext m, int axis, long extent, long[] padding) {
        return m.error(
                "the result would have size "
                        + extent
                        + " in direction "
                        + axis
                        + "; padding "
                        + Arrays.toString(padding)
                        + " removes more than weight "
                        + Arrays.toString(m.input(1).sizes())
                        + " gives");
    }

    /** Fails for an output padding that the window does not reach. */
    private static void checkMore(
            MetaContext m, int rank, long[] stride, long[] dilation, long[] more) {
        for (int d = 0; d < rank; d++) {
            if (more[d] < 0 || more[d] >= Math.max(stride[d], dilation[d])) {
                throw m.error(
                        "argument 'output_padding' is "
                                + Arrays.toString(more)
                                + ", expected each at least 0 and smaller than stride "
                                + Arrays.toString(stride)
                                + " or dilation "
                                + Arrays.toString(dilation));
            }
        }
    }

    private static void checkChannels(
            MetaContext m, long channels, boolean transposed, long groups) {
        Tensor weight = m.input(1);
        if (groups < 1 || channels % groups != 0 || weight.size(0) % groups != 0) {
            throw m.error(
                    "groups "
                            + groups
                            + " must divide the channels of input "
                            + Arrays.toString(m.input(0).sizes())
                            + " and weight "
                            + Arrays.toString(weight.sizes()));
        }
        long expected = transposed ? weight.size(0) : weight.size(1) * groups;
        if (channels != expected) {
            throw m.error(
                    "input "
                            + Arrays.toString(m.input(0).sizes())
                            + " has "
                            + channels
                            + " channels, weight "
                            + Arrays.toString(weight.sizes())
                            + " with groups "
                            + groups
                            + " expects "
                            + expected);
        }
    }
}
