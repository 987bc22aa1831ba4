// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import dev.keyway.DType;
import dev.keyway.Scalar;
import dev.keyway.Tensor;

/** From the coordinates of a grid to those of pixels. */
final class GridPlaces {
    private GridPlaces() {}

    /** Coordinates from -1 to 1 as pixels, with the border's rule applied. */
    static Tensor pixels(Tensor grid, long size, long padding, boolean align) {
        try (Tensor free = plain(grid, size, align)) {
            return bounded(free, size, padding, align);
        }
    }

    /** Pixels, those outside put inside by the border's rule. */
    static Tensor bounded(Tensor free, long size, long padding, boolean align) {
        if (padding == 0) {
            return free.view(free.sizes());
        }
        if (padding == 1) {
            return free.clamp(Scalar.of(0.0), Scalar.of((double) size - 1));
        }
        try (Tensor mirrored =
                align ? reflected(free, 0, 2 * (size - 1)) : reflected(free, -1, 2 * size - 1)) {
            return mirrored.clamp(Scalar.of(0.0), Scalar.of((double) size - 1));
        }
    }

    /** Coordinates from -1 to 1 as pixels. */
    static Tensor plain(Tensor grid, long size, boolean align) {
        double half = align ? (size - 1) / 2.0 : size / 2.0;
        try (Tensor shifted = grid.add(1L);
                Tensor scaled = shifted.mul(half)) {
            return align ? scaled.view(scaled.sizes()) : scaled.sub(0.5);
        }
    }

    /** Mirrored between {@code low / 2} and {@code high / 2}, again and again. */
    private static Tensor reflected(Tensor at, long low, long high) {
        if (low == high) {
            return at.mul(0L);
        }
        double start = low / 2.0;
        double span = (high - low) / 2.0;
        try (Tensor shifted = at.sub(start);
                Tensor distance = shifted.abs();
                Tensor turns = distance.div(span);
                Tensor whole = floor(turns);
                Tensor passed = whole.mul(span);
                Tensor extra = distance.sub(passed);
                Tensor parity = whole.remainder(2L);
                Tensor odd = parity.ne(0L);
                Tensor negative = extra.neg();
                Tensor back = negative.add(span);
                Tensor inside = dev.keyway.Ops.where(odd, back, extra)) {
            return inside.add(start);
        }
    }

    /** The next whole number below, a constant for gradients. */
    static Tensor floor(Tensor x) {
        try (Tensor plain = x.detach()) {
            return plain.floor();
        }
    }

    /** Whether whole coordinates lie in [0, size). */
    static Tensor inside(Tensor x, long size) {
        try (Tensor low = x.ge(0L);
                Tensor high = x.lt(size)) {
            return low.bitwiseAnd(high);
        }
    }

    /** Coordinates as numbers of pixels, 0 where they lie outside. */
    static Tensor index(Tensor x, Tensor outside) {
        try (Tensor plain = x.detach();
                Tensor safe = plain.maskedFill(outside, 0L)) {
            return safe.to(DType.I64);
        }
    }

    /** {@code [1, places, rank + 1]}: coordinates of a regular grid, x first, and a 1. */
    static Tensor regular(Tensor like, long[] size, boolean align) {
        int rank = size.length - 2;
        long places = 1;
        for (int d = 0; d < rank; d++) {
            places *= size[2 + d];
        }
        int n = Math.toIntExact(places);
        double[] values = new double[n * (rank + 1)];
        for (int p = 0; p < n; p++) {
            long rest = p;
            for (int d = rank - 1; d >= 0; d--) {
                long count = size[2 + d];
                values[p * (rank + 1) + rank - 1 - d] = coordinate(rest % count, count, align);
                rest /= count;
            }
            values[p * (rank + 1) + rank] = 1;
        }
        if (like.dtype() == DType.F64) {
            return like.keyway().tensor(like.device(), values, 1, n, rank + 1);
        }
        float[] single = new float[values.length];
        for (int i = 0; i < single.length; i++) {
            single[i] = (float) values[i];
        }
        return like.keyway().tensor(like.device(), single, 1, n, rank + 1);
    }

    private static double coordinate(long i, long count, boolean align) {
        if (align) {
            return count == 1 ? 0 : -1 + 2.0 * i / (count - 1);
        }
        return (2.0 * i + 1) / count - 1;
    }
}
