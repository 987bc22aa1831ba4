// SPDX-License-Identifier: Apache-2.0
package dev.keyway.conformance.oracle;

import java.util.Arrays;

/** Index arithmetic over row-major shapes. */
public final class Shapes {
    private Shapes() {}

    /** The number of elements. */
    public static int numel(long... shape) {
        long product = 1;
        for (long size : shape) {
            product *= size;
        }
        return Math.toIntExact(product);
    }

    /** The row-major coordinates of element {@code linear}. */
    public static long[] coordinates(int linear, long... shape) {
        long[] coordinates = new long[shape.length];
        int rest = linear;
        for (int d = shape.length - 1; d >= 0; d--) {
            int size = (int) shape[d];
            coordinates[d] = rest % size;
            rest /= size;
        }
        return coordinates;
    }

    /** The row-major position of the coordinates. */
    public static int linear(long[] coordinates, long... shape) {
        long position = 0;
        for (int d = 0; d < shape.length; d++) {
            position = position * shape[d] + coordinates[d];
        }
        return Math.toIntExact(position);
    }

    /** The position in {@code shape} that broadcasting pairs with the coordinates of the result. */
    public static int broadcastLinear(long[] coordinates, long... shape) {
        int skipped = coordinates.length - shape.length;
        long position = 0;
        for (int d = 0; d < shape.length; d++) {
            position = position * shape[d] + (shape[d] == 1 ? 0 : coordinates[skipped + d]);
        }
        return Math.toIntExact(position);
    }

    /** The shape to which two broadcast. */
    public static long[] broadcast(long[] a, long[] b) {
        int rank = Math.max(a.length, b.length);
        long[] result = new long[rank];
        for (int d = 0; d < rank; d++) {
            long left = d < rank - a.length ? 1 : a[d - rank + a.length];
            long right = d < rank - b.length ? 1 : b[d - rank + b.length];
            if (left != right && left != 1 && right != 1) {
                throw new IllegalArgumentException(
                        Arrays.toString(a) + " and " + Arrays.toString(b) + " do not broadcast");
            }
            result[d] = left == 1 ? right : left;
        }
        return result;
    }

    /** A dimension counted from the front; scalars have the dimension 0 too. */
    public static int dimension(long dim, int rank) {
        return Math.toIntExact(dim < 0 ? dim + Math.max(rank, 1) : dim);
    }

    /** The dimensions, counted from the front, as flags; an empty list means all. */
    public static boolean[] dimensions(long[] dims, int rank) {
        boolean[] chosen = new boolean[rank];
        if (dims.length == 0) {
            Arrays.fill(chosen, true);
        } else if (rank > 0) {
            for (long dim : dims) {
                chosen[dimension(dim, rank)] = true;
            }
        }
        return chosen;
    }

    /** The shape without the chosen dimensions, or with 1 in their place. */
    public static long[] reduce(long[] shape, boolean[] chosen, boolean keepDim) {
        long[] result = new long[shape.length];
        int count = 0;
        for (int d = 0; d < shape.length; d++) {
            if (!chosen[d] || keepDim) {
                result[count++] = chosen[d] ? 1 : shape[d];
            }
        }
        return Arrays.copyOf(result, count);
    }

    /** A copy with the size of one dimension replaced. */
    public static long[] with(long[] shape, int dim, long size) {
        long[] result = shape.clone();
        result[dim] = size;
        return result;
    }
}
