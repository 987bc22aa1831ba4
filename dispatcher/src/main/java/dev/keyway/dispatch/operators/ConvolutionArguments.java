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

    /** The shape of the result; fails for what does not fit. */
    long[] output(MetaContext m, int rank, boolean transposed) {
        return ConvolutionShape.output(
                m, rank, transposed, stride, padding, dilation, outputPadding, groups);
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
