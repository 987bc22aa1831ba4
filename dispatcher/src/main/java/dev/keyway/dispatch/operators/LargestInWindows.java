// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import dev.keyway.DType;
import dev.keyway.Ops;
import dev.keyway.Scalar;
import dev.keyway.Tensor;
import dev.keyway.operator.CompositeContext;
import dev.keyway.spi.ArgReduceOp;
import org.jspecify.annotations.Nullable;

/** Max pooling for devices without a kernel of their own, and its positions. */
final class LargestInWindows {
    private LargestInWindows() {}

    private static Scalar lowest(DType dtype) {
        return switch (dtype) {
            case F32, F64, F16, BF16 -> Scalar.of(Double.NEGATIVE_INFINITY);
            case I64 -> Scalar.of(Long.MIN_VALUE);
            default -> Scalar.of((long) Integer.MIN_VALUE);
        };
    }

    static Tensor[] compute(CompositeContext c, @Nullable Tensor[] inputs, int rank) {
        PoolingArguments a = PoolingArguments.of(c.attributes(), rank);
        Tensor self = Inputs.get(inputs, 0);
        long[] out = PoolingArguments.spatial(c.outputSizes(0), rank);
        long planes = PoolingArguments.planes(c.outputSizes(0), rank);
        long[] size = PoolingArguments.spatial(self.sizes(), rank);
        long taps = Metas.product(a.kernel());
        long positions = Metas.product(out);
        try (Tensor whole = self.reshape(PoolingArguments.shape(1, planes, size));
                Tensor padded = a.windows().padded(whole, lowest(self.dtype()), a.kernel(), out);
                Tensor parts = a.windows().windows(padded, a.kernel(), out);
                Tensor flat = parts.reshape(planes, taps, positions);
                Tensor places = places(a, self, size, out)) {
            return pick(c, flat, places);
        }
    }

    /**
     * The largest of each column of {@code [planes, taps, positions]}, and where it comes from.
     *
     * @param places {@code [1, taps, positions]}
     */
    static Tensor[] pick(CompositeContext c, Tensor flat, Tensor places) {
        long[] out = c.outputSizes(0);
        if (flat.numel() == 0) {
            return new Tensor[] {c.empty(c.dtype(), out), c.empty(DType.I64, out)};
        }
        try (Tensor best = c.argReduce(ArgReduceOp.ARGMAX, flat);
                Tensor index = best.view(flat.size(0), 1, flat.size(2));
                Tensor values = c.gather(flat, index);
                Tensor shaped = values.view(out);
                Tensor every = places.expand(flat.sizes());
                Tensor origin = c.gather(every, index);
                Tensor indices = origin.view(out)) {
            return new Tensor[] {shaped.detach(), indices.detach()};
        }
    }

    /** For each kernel place and window the flat position in the unpadded plane. */
    private static Tensor places(PoolingArguments a, Tensor self, long[] size, long[] out) {
        long pixels = Metas.product(size);
        try (Tensor numbers = Ops.arange(self.device(), DType.I64, 0L, pixels);
                Tensor plane = numbers.view(PoolingArguments.shape(1, 1, size));
                Tensor padded = a.windows().padded(plane, Scalar.ZERO, a.kernel(), out);
                Tensor parts = a.windows().windows(padded, a.kernel(), out)) {
            return parts.reshape(1, Metas.product(a.kernel()), Metas.product(out));
        }
    }
}
