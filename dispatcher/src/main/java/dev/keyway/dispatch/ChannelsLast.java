// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.Attributes;
import dev.keyway.spi.Kernel;
import dev.keyway.spi.Layout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * {@link dev.keyway.MemoryFormat#CHANNELS_LAST} in calls of kernels: which results have it, and how
 * kernels of pointwise operators, which need not know, get such tensors: as vectors of all elements
 * in the order in which they lie.
 */
final class ChannelsLast {
    private ChannelsLast() {}

    /** Strides of the format for four dimensions. */
    static long[] strides(long[] sizes) {
        long channels = Math.max(sizes[1], 1);
        long row = Math.max(sizes[3], 1) * channels;
        return new long[] {Math.max(sizes[2], 1) * row, 1, row, channels};
    }

    /** Whether elements lie so; some lie row-major as well, as those of one channel. */
    static boolean lies(long[] sizes, long[] strides) {
        if (sizes.length != 4) {
            return false;
        }
        long expected = 1;
        for (int i = 0; i < 4; i++) {
            int d = i == 0 ? 1 : i == 3 ? 0 : 4 - i;
            if (sizes[d] != 1) {
                if (strides[d] != expected) {
                    return false;
                }
                expected *= sizes[d];
            }
        }
        return true;
    }

    /** Whether the kernel of the layout takes the tensor as its first input for such a result. */
    static boolean takes(Layout layout, @Nullable TensorImpl first, long[] sizes) {
        return layout == Layout.CHANNELS_LAST
                && first != null
                && first.isChannelsLast()
                && sizes.length == 4;
    }

    /**
     * Whether the operands of a pointwise operator lie so, all of one shape, or, where the kernel
     * takes strides, are numbers; at least one lies so and not row-major.
     */
    static boolean areFlat(
            Layout layout,
            long[] sizes,
            @Nullable TensorImpl x,
            @Nullable TensorImpl y,
            @Nullable TensorImpl z) {
        return sizes.length == 4
                && (x != null && x.isChannelsLast()
                        || y != null && y.isChannelsLast()
                        || z != null && z.isChannelsLast())
                && isFlat(layout, x, sizes)
                && isFlat(layout, y, sizes)
                && isFlat(layout, z, sizes);
    }

    private static boolean isFlat(Layout layout, @Nullable TensorImpl tensor, long[] sizes) {
        return tensor == null
                || tensor.numel == 1 && layout == Layout.STRIDED
                || Arrays.equals(tensor.sizes, sizes) && lies(tensor.sizes, tensor.strides);
    }

    /** Calls the kernel of a pointwise operator with vectors for tensors. */
    static void invoke(
            ThreadState state,
            Kernel kernel,
            Attributes attributes,
            TensorImpl out,
            @Nullable TensorImpl x,
            @Nullable TensorImpl y,
            @Nullable TensorImpl z) {
        PrimitiveRunner.invoke(
                state,
                kernel,
                attributes,
                flat(out, out.numel),
                x == null ? null : flat(x, out.numel),
                y == null ? null : flat(y, out.numel),
                z == null ? null : flat(z, out.numel));
    }

    /** A borrowed vector of the elements as they lie; of a number again and again. */
    static TensorImpl flat(TensorImpl tensor, long numel) {
        long[] stride = {tensor.numel == 1 && numel != 1 ? 0 : 1};
        return tensor.borrow(new long[] {numel}, stride, tensor.storageOffset);
    }
}
