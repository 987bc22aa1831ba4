// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import dev.keyway.Attributes;
import dev.keyway.Tensor;
import dev.keyway.attributes.Conv1dAttributes;
import dev.keyway.attributes.Conv2dAttributes;
import dev.keyway.attributes.Conv3dAttributes;
import dev.keyway.attributes.ConvTranspose1dAttributes;
import dev.keyway.attributes.ConvTranspose2dAttributes;
import dev.keyway.attributes.ConvTranspose3dAttributes;
import dev.keyway.attributes.ConvolutionAttributes;
import dev.keyway.operator.MetaContext;
import java.util.Arrays;

/**
 * The attributes of a convolution in any number of directions, with their checks.
 *
 * @param outputPadding of a transposed one; empty for others
 */
record ConvolutionArguments(
        long[] stride, long[] padding, long[] dilation, long[] outputPadding, long groups) {
    private static final long[] NONE = {};

    /** From the attributes of a convolution, for {@code rank} directions. */
    static ConvolutionArguments of(Attributes given, int rank) {
        ConvolutionArguments plain = of(given);
        if (plain.isEach(rank)) {
            return plain;
        }
        return new ConvolutionArguments(
                Windows.each(plain.stride, rank),
                Windows.each(plain.padding, rank),
                Windows.each(plain.dilation, rank),
                Windows.each(plain.outputPadding, rank),
                plain.groups);
    }

    /** Whether no list has a number that stands for all directions. */
    private boolean isEach(int rank) {
        return stride.length == rank
                && padding.length == rank
                && dilation.length == rank
                && outputPadding.length != 1;
    }

    private static ConvolutionArguments of(Attributes given) {
        return switch (given) {
            case Conv1dAttributes a ->
                    new ConvolutionArguments(
                            a.stride(), a.padding(), a.dilation(), NONE, a.groups());
            case Conv2dAttributes a ->
                    new ConvolutionArguments(
                            a.stride(), a.padding(), a.dilation(), NONE, a.groups());
            case Conv3dAttributes a ->
                    new ConvolutionArguments(
                            a.stride(), a.padding(), a.dilation(), NONE, a.groups());
            case ConvTranspose1dAttributes a ->
                    new ConvolutionArguments(
                            a.stride(), a.padding(), a.dilation(), a.outputPadding(), a.groups());
            case ConvTranspose2dAttributes a ->
                    new ConvolutionArguments(
                            a.stride(), a.padding(), a.dilation(), a.outputPadding(), a.groups());
            case ConvTranspose3dAttributes a ->
                    new ConvolutionArguments(
                            a.stride(), a.padding(), a.dilation(), a.outputPadding(), a.groups());
            case ConvolutionAttributes a ->
                    new ConvolutionArguments(
                            a.stride(),
                            a.padding(),
                            a.dilation(),
                            a.transposed() ? a.outputPadding() : NONE,
                            a.groups());
            default -> throw new IllegalArgumentException(given + " is of no convolution");
        };
    }

    Windows windows() {
        return new Windows(stride, padding, dilation);
    }

    private void checkLists(MetaContext m, int rank) {
        Checks.list(m, "stride", stride, rank, 1);
        Checks.list(m, "padding", padding, rank, 0);
        Checks.list(m, "dilation", dilation, rank, 1);
    }

    /**
     * The shape of the result; fails for what does not fit.
     *
     * @param channels which dimension of the weight goes with the input's channels
     */
    long[] output(MetaContext m, int rank, boolean transposed) {
        checkLists(m, rank);
        Tensor input = m.input(0);
        Tensor weight = m.input(1);
        if (weight.dim() != rank + 2 || input.dim() != rank + 2 && input.dim() != rank + 1) {
            throw m.error(
                    "input has shape "
                            + Arrays.toString(input.sizes())
                            + " and weight "
                            + Arrays.toString(weight.sizes())
                            + ", expected "
                            + (rank + 2)
                            + " dimensions each, or "
                            + (rank + 1)
                            + " of an input without batch");
        }
        checkChannels(m, input.size(-rank - 1), input, weight, transposed);
        long[] out = input.sizes();
        out[out.length - rank - 1] = transposed ? weight.size(1) * groups : weight.size(0);
        for (int d = 0; d < rank; d++) {
            int at = out.length - rank + d;
            out[at] = transposed ? enlarged(m, d, out[at], weight) : reduced(m, d, out[at], weight);
        }
        return out;
    }

    private long reduced(MetaContext m, int axis, long size, Tensor weight) {
        long extent = windows().extent(size, weight.size(2 + axis), axis);
        if (extent < 1) {
            throw m.error(
                    "the window of weight "
                            + Arrays.toString(weight.sizes())
                            + " is larger than the padded input "
                            + Arrays.toString(m.input(0).sizes()));
        }
        return extent;
    }

    private long enlarged(MetaContext m, int axis, long size, Tensor weight) {
        long more = outputPadding[axis];
        if (more < 0 || more >= Math.max(stride[axis], dilation[axis])) {
            throw m.error(
                    "argument 'output_padding' is "
                            + Arrays.toString(outputPadding)
                            + ", expected each at least 0 and smaller than stride "
                            + Arrays.toString(stride)
                            + " or dilation "
                            + Arrays.toString(dilation));
        }
        long extent =
                (size - 1) * stride[axis]
                        - 2 * padding[axis]
                        + windows().reach(weight.size(2 + axis), axis)
                        + more;
        if (extent < 1) {
            throw m.error(
                    "the result would have size "
                            + extent
                            + " in direction "
                            + axis
                            + "; padding "
                            + Arrays.toString(padding)
                            + " removes more than weight "
                            + Arrays.toString(weight.sizes())
                            + " gives");
        }
        return extent;
    }

    private void checkChannels(
            MetaContext m, long channels, Tensor input, Tensor weight, boolean transposed) {
        if (groups < 1 || channels % groups != 0 || weight.size(0) % groups != 0) {
            throw m.error(
                    "groups "
                            + groups
                            + " must divide the channels of input "
                            + Arrays.toString(input.sizes())
                            + " and weight "
                            + Arrays.toString(weight.sizes()));
        }
        long expected = transposed ? weight.size(0) : weight.size(1) * groups;
        if (channels != expected) {
            throw m.error(
                    "input "
                            + Arrays.toString(input.sizes())
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

    /** Two directions from one: the first has size 1. */
    static long[] lift(long[] list, long first) {
        return new long[] {first, list[0]};
    }

    /** Whether the input has a batch dimension. */
    static boolean batched(Tensor input, int rank) {
        return input.dim() == rank + 2;
    }
}
