// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.ArgumentException;
import dev.keyway.DType;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What must hold of a tensor that an operator writes to. */
final class OutChecks {
    private OutChecks() {}

    /** Fails when the result does not fit {@code out}. */
    static void check(OperatorImpl operator, TensorImpl out, long[] sizes, DType dtype) {
        out.checkOpen();
        if (out.sizes != sizes && !Arrays.equals(out.sizes, sizes)) {
            throw new ArgumentException(
                    operator
                            + ": out has shape "
                            + Arrays.toString(out.sizes)
                            + ", the result has "
                            + Arrays.toString(sizes)
                            + "; give a tensor of the result's shape");
        }
        if (dtype.category().compareTo(out.dtype.category()) > 0) {
            throw new ArgumentException(
                    operator
                            + ": result dtype "
                            + dtype
                            + " can't be written to a tensor of dtype "
                            + out.dtype
                            + "; convert it first with to(dtype)");
        }
        if (Shapes.overlapsItself(out)) {
            throw new ArgumentException(
                    operator
                            + ": out "
                            + Shapes.describe(out)
                            + " has several elements in one place (expanded or overlapping); clone it first");
        }
    }

    /** Whether the input is exactly {@code out} or shares no memory with it. */
    static boolean sameOrApart(TensorImpl out, @Nullable TensorImpl input) {
        return input == null || input.storage != out.storage || areSame(out, input);
    }

    /** Whether both are the same elements. */
    static boolean areSame(TensorImpl a, TensorImpl b) {
        return a == b
                || a.storage == b.storage
                        && a.storageOffset == b.storageOffset
                        && a.dtype == b.dtype
                        && Arrays.equals(a.sizes, b.sizes)
                        && Arrays.equals(a.strides, b.strides);
    }

    /** Whether the bytes from the first to the last element of both meet; those between count. */
    static boolean mayOverlap(TensorImpl a, TensorImpl b) {
        return a.storage == b.storage
                && a.numel > 0
                && b.numel > 0
                && start(a) < end(b)
                && start(b) < end(a);
    }

    private static long start(TensorImpl tensor) {
        return tensor.storageOffset * tensor.dtype.itemSize();
    }

    private static long end(TensorImpl tensor) {
        long last = tensor.storageOffset;
        for (int d = 0; d < tensor.sizes.length; d++) {
            last += (tensor.sizes[d] - 1) * tensor.strides[d];
        }
        return (last + 1) * tensor.dtype.itemSize();
    }

    /** Whether no input shares storage with {@code out}. */
    static boolean apart(
            TensorImpl out,
            @Nullable TensorImpl x,
            @Nullable TensorImpl y,
            @Nullable TensorImpl z) {
        return (x == null || x.storage != out.storage)
                && (y == null || y.storage != out.storage)
                && (z == null || z.storage != out.storage);
    }
}
