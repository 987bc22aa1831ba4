// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import dev.keyway.Ops;
import dev.keyway.Tensor;
import java.util.Arrays;

/** Sums over windows, as convolutions with ones, and how many elements they have. */
final class WindowSums {
    private WindowSums() {}

    /** Whether a window reaches beyond the padded input. */
    static boolean hangsOver(Tensor self, PoolingArguments a, long[] out) {
        int rank = a.rank();
        long[] size = PoolingArguments.spatial(self.sizes(), rank);
        long[] count = PoolingArguments.spatial(out, rank);
        boolean over = false;
        for (int d = 0; d < rank; d++) {
            over |= beyond(a, size[d], count[d], d) > 0;
        }
        return over;
    }

    private static long beyond(PoolingArguments a, long size, long count, int d) {
        long end = (count - 1) * a.stride()[d] + a.kernel()[d];
        return Math.max(0, end - size - 2 * a.padding()[d]);
    }

    /** The sums, with zeros for what is not there. */
    static Tensor of(Tensor self, PoolingArguments a, long[] out) {
        int rank = a.rank();
        long[] size = PoolingArguments.spatial(self.sizes(), rank);
        long[] count = PoolingArguments.spatial(out, rank);
        long planes = PoolingArguments.planes(self.sizes(), rank);
        long[] behind = new long[2 * rank];
        for (int d = 0; d < rank; d++) {
            behind[2 * (rank - 1 - d) + 1] = beyond(a, size[d], count[d], d);
        }
        try (Tensor flat = self.reshape(PoolingArguments.shape(planes, 1, size));
                Tensor whole =
                        hangsOver(self, a, out)
                                ? Ops.constantPadNd(flat, behind)
                                : flat.view(flat.sizes());
                Tensor ones =
                        Ops.ones(
                                self.device(),
                                self.dtype(),
                                PoolingArguments.shape(1, 1, a.kernel()));
                Tensor sums = convolve(whole, ones, a)) {
            return sums.reshape(out);
        }
    }

    private static Tensor convolve(Tensor whole, Tensor ones, PoolingArguments a) {
        return switch (a.rank()) {
            case 1 -> Ops.conv1d(whole, ones, null, a.stride(), a.padding());
            case 2 -> Ops.conv2d(whole, ones, null, a.stride(), a.padding());
            default -> Ops.conv3d(whole, ones, null, a.stride(), a.padding());
        };
    }

    /** How many elements the windows have, {@code [out...]}; with or without the padding. */
    static Tensor counts(Tensor self, PoolingArguments a, long[] out, boolean withPadding) {
        int rank = a.rank();
        long[] size = PoolingArguments.spatial(self.sizes(), rank);
        long[] count = PoolingArguments.spatial(out, rank);
        long[] all = new long[Math.toIntExact(Metas.product(count))];
        Arrays.fill(all, 1);
        long inner = all.length;
        for (int d = 0; d < rank; d++) {
            inner /= count[d];
            for (int i = 0; i < all.length; i++) {
                all[i] *= length(a, size[d], i / inner % count[d], d, withPadding);
            }
        }
        try (Tensor numbers = self.keyway().tensor(self.device(), all, count)) {
            return numbers.to(self.dtype()).view(count);
        }
    }

    private static long length(PoolingArguments a, long size, long at, int d, boolean withPadding) {
        long start = at * a.stride()[d] - a.padding()[d];
        long end = Math.min(start + a.kernel()[d], size + a.padding()[d]);
        return withPadding ? end - start : Math.min(end, size) - Math.max(start, 0);
    }
}
