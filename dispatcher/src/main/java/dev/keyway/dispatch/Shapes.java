// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch;

import dev.keyway.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Arithmetic on sizes and strides. */
final class Shapes {
    private Shapes() {}

    static long numel(long[] sizes) {
        long count = 1;
        for (long size : sizes) {
            count = Math.multiplyExact(count, size);
        }
        return count;
    }

    /** Whether both are equal. No loop for up to four: one costs more than the comparisons. */
    static boolean same(long[] a, long[] b) {
        if (a == b) {
            return true;
        }
        if (a.length != b.length) {
            return false;
        }
        return switch (a.length) {
            case 0 -> true;
            case 1 -> a[0] == b[0];
            case 2 -> a[0] == b[0] && a[1] == b[1];
            case 3 -> a[0] == b[0] && a[1] == b[1] && a[2] == b[2];
            case 4 -> a[0] == b[0] && a[1] == b[1] && a[2] == b[2] && a[3] == b[3];
            default -> Arrays.equals(a, b);
        };
    }

    /**
     * All sizes in one number, which is different for different sizes; -1 for more than eight and
     * where one is too large for its share of the bits.
     */
    static long pack(long[] sizes) {
        if (sizes.length > 8) {
            return -1;
        }
        int bits = 60 / Math.max(sizes.length, 1); // the number of sizes stands before them
        long packed = sizes.length;
        for (long size : sizes) {
            if (size >>> bits != 0) {
                return -1;
            }
            packed = packed << bits | size;
        }
        return packed;
    }

    static long[] contiguousStrides(long[] sizes) {
        long[] strides = new long[sizes.length];
        long stride = 1;
        for (int d = sizes.length - 1; d >= 0; d--) {
            strides[d] = stride;
            stride *= Math.max(sizes[d], 1);
        }
        return strides;
    }

    /** Row-major strides of the sizes: those of the tensor where it has the sizes and they are. */
    static long[] contiguousStrides(long[] sizes, @Nullable TensorImpl like) {
        return like != null && like.sizes == sizes && isRowMajor(sizes, like.strides)
                ? like.strides
                : contiguousStrides(sizes);
    }

    private static boolean isRowMajor(long[] sizes, long[] strides) {
        long stride = 1;
        for (int d = sizes.length - 1; d >= 0; d--) {
            if (strides[d] != stride) {
                return false;
            }
            stride *= Math.max(sizes[d], 1);
        }
        return true;
    }

    static boolean isContiguous(long[] sizes, long[] strides) {
        long expected = 1;
        for (int d = sizes.length - 1; d >= 0; d--) {
            if (sizes[d] == 0) {
                return true;
            }
            if (sizes[d] != 1) {
                if (strides[d] != expected) {
                    return false;
                }
                expected *= sizes[d];
            }
        }
        return true;
    }

    /**
     * Whether two elements may share a place: a dimension with stride 0, or strides that overlap.
     */
    static boolean overlapsItself(TensorImpl tensor) {
        if (tensor.contiguous || tensor.isChannelsLast() || tensor.numel == 0) {
            return false;
        }
        int dims = tensor.sizes.length;
        Integer[] order = new Integer[dims];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, (a, b) -> Long.compare(tensor.strides[a], tensor.strides[b]));
        long extent = 0;
        for (int d : order) {
            if (tensor.sizes[d] > 1) {
                if (tensor.strides[d] <= extent) {
                    return true;
                }
                extent += tensor.strides[d] * (tensor.sizes[d] - 1);
            }
        }
        return false;
    }

    /**
     * The shape to which both broadcast; one of the arrays where possible; null when they don't.
     */
    static long @Nullable [] broadcast(long[] a, long[] b) {
        if (a == b || Arrays.equals(a, b) || b.length == 0) {
            return a;
        }
        long[] result = new long[Math.max(a.length, b.length)];
        for (int i = 1; i <= result.length; i++) {
            long x = i <= a.length ? a[a.length - i] : 1;
            long y = i <= b.length ? b[b.length - i] : 1;
            if (x != y && x != 1 && y != 1) {
                return null;
            }
            result[result.length - i] = x == 1 ? y : x;
        }
        return Arrays.equals(result, a) ? a : Arrays.equals(result, b) ? b : result;
    }

    /** A borrowed view of the tensor with the sizes, by strides of 0. */
    static TensorImpl expand(TensorImpl tensor, long[] sizes) {
        if (tensor.sizes == sizes || Arrays.equals(tensor.sizes, sizes)) {
            return tensor;
        }
        long[] strides = new long[sizes.length];
        int lead = sizes.length - tensor.sizes.length;
        for (int d = lead; d < sizes.length; d++) {
            strides[d] = tensor.sizes[d - lead] == 1 ? 0 : tensor.strides[d - lead];
        }
        return tensor.borrow(sizes, strides, tensor.storageOffset);
    }

    /** For messages: {@code f32[2, 3] on cpu:0}. */
    static String describe(Tensor tensor) {
        return tensor.dtype() + Arrays.toString(tensor.sizes()) + " on " + tensor.device().name();
    }
}
