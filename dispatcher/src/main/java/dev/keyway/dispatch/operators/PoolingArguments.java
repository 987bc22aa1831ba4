// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import dev.keyway.Attributes;
import dev.keyway.Tensor;
import dev.keyway.attributes.AvgPool1dAttributes;
import dev.keyway.attributes.AvgPool2dAttributes;
import dev.keyway.attributes.AvgPool3dAttributes;
import dev.keyway.attributes.LpPool1dAttributes;
import dev.keyway.attributes.LpPool2dAttributes;
import dev.keyway.attributes.LpPool3dAttributes;
import dev.keyway.attributes.MaxPool1dAttributes;
import dev.keyway.attributes.MaxPool1dWithIndicesAttributes;
import dev.keyway.attributes.MaxPool2dAttributes;
import dev.keyway.attributes.MaxPool2dWithIndicesAttributes;
import dev.keyway.attributes.MaxPool3dAttributes;
import dev.keyway.attributes.MaxPool3dWithIndicesAttributes;
import dev.keyway.operator.MetaContext;
import java.util.Arrays;

/** The windows of a pooling in any number of directions, with their checks. */
record PoolingArguments(
        long[] kernel, long[] stride, long[] padding, long[] dilation, boolean ceilMode) {
    private static final long[] ONE = {1};
    private static final long[] ZERO = {0};

    static PoolingArguments of(Attributes given, int rank) {
        PoolingArguments plain = of(given);
        if (plain.isEach(rank)) {
            return plain;
        }
        long[] kernel = Windows.each(plain.kernel, rank);
        return new PoolingArguments(
                kernel,
                plain.stride.length == 0 ? kernel : Windows.each(plain.stride, rank),
                Windows.each(plain.padding, rank),
                Windows.each(plain.dilation, rank),
                plain.ceilMode);
    }

    /** Whether no list is empty or has a number that stands for all directions. */
    private boolean isEach(int rank) {
        return kernel.length == rank
                && stride.length == rank
                && padding.length == rank
                && dilation.length == rank;
    }

    private static PoolingArguments of(Attributes given) {
        return switch (given) {
            case MaxPool1dAttributes(var k, var s, var p, var d, var c) ->
                    new PoolingArguments(k, s, p, d, c);
            case MaxPool2dAttributes(var k, var s, var p, var d, var c) ->
                    new PoolingArguments(k, s, p, d, c);
            case MaxPool3dAttributes(var k, var s, var p, var d, var c) ->
                    new PoolingArguments(k, s, p, d, c);
            case MaxPool1dWithIndicesAttributes(var k, var s, var p, var d, var c) ->
                    new PoolingArguments(k, s, p, d, c);
            case MaxPool2dWithIndicesAttributes(var k, var s, var p, var d, var c) ->
                    new PoolingArguments(k, s, p, d, c);
            case MaxPool3dWithIndicesAttributes(var k, var s, var p, var d, var c) ->
                    new PoolingArguments(k, s, p, d, c);
            case AvgPool1dAttributes a ->
                    new PoolingArguments(
                            a.kernelSize(), a.stride(), a.padding(), ONE, a.ceilMode());
            case AvgPool2dAttributes a ->
                    new PoolingArguments(
                            a.kernelSize(), a.stride(), a.padding(), ONE, a.ceilMode());
            case AvgPool3dAttributes a ->
                    new PoolingArguments(
                            a.kernelSize(), a.stride(), a.padding(), ONE, a.ceilMode());
            case LpPool1dAttributes a ->
                    new PoolingArguments(a.kernelSize(), a.stride(), ZERO, ONE, a.ceilMode());
            case LpPool2dAttributes a ->
                    new PoolingArguments(a.kernelSize(), a.stride(), ZERO, ONE, a.ceilMode());
            case LpPool3dAttributes a ->
                    new PoolingArguments(a.kernelSize(), a.stride(), ZERO, ONE, a.ceilMode());
            default -> throw new IllegalArgumentException(given + " is of no pooling");
        };
    }

    Windows windows() {
        return new Windows(stride, padding, dilation);
    }

    int rank() {
        return kernel.length;
    }

    /** The shape of the result; fails for what does not fit. */
    long[] output(MetaContext m) {
        int rank = rank();
        Tensor self = m.input(0);
        if (self.dim() != rank + 1 && self.dim() != rank + 2) {
            throw Checks.wrongShape(
                    m, 0, "self", rank + 2 + " dimensions, or " + (rank + 1) + " without batch");
        }
        checkLists(m);
        long[] out = self.sizes();
        for (int d = 0; d < rank; d++) {
            int at = out.length - rank + d;
            out[at] = extent(out[at], d);
            if (out[at] < 1) {
                throw m.error(
                        "kernel "
                                + Arrays.toString(kernel)
                                + " is larger than the padded input "
                                + Arrays.toString(self.sizes()));
            }
        }
        return out;
    }

    private void checkLists(MetaContext m) {
        int rank = rank();
        Checks.list(m, "kernel_size", kernel, rank, 1);
        Checks.list(m, "stride", stride, rank, 1);
        Checks.list(m, "padding", padding, rank, 0);
        Checks.list(m, "dilation", dilation, rank, 1);
        for (int d = 0; d < rank; d++) {
            if (padding[d] * 2 > Windows.reach(kernel[d], dilation[d])) {
                throw m.error(
                        "padding "
                                + Arrays.toString(padding)
                                + " exceeds half of the kernel "
                                + Arrays.toString(kernel));
            }
        }
    }

    /** With {@code ceil_mode} also a window that hangs over, if it starts inside or before. */
    private long extent(long size, int d) {
        long room = size + 2 * padding[d] - Windows.reach(kernel[d], dilation[d]);
        long last = Math.floorDiv(room + (ceilMode ? stride[d] - 1 : 0), stride[d]);
        return ceilMode && last * stride[d] >= size + padding[d] ? last : last + 1;
    }

    /** The last {@code rank} sizes. */
    static long[] spatial(long[] sizes, int rank) {
        return Arrays.copyOfRange(sizes, sizes.length - rank, sizes.length);
    }

    /** The product of all but the last {@code rank} sizes. */
    static long planes(long[] sizes, int rank) {
        return Metas.product(Arrays.copyOf(sizes, sizes.length - rank));
    }

    /** {@code [first, second, spatial...]}. */
    static long[] shape(long first, long second, long[] spatial) {
        long[] sizes = new long[2 + spatial.length];
        sizes[0] = first;
        sizes[1] = second;
        System.arraycopy(spatial, 0, sizes, 2, spatial.length);
        return sizes;
    }
}
