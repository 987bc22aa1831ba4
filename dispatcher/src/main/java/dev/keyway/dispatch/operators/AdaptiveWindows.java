// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

/** The elements of adaptive windows as a table. */
final class AdaptiveWindows {
    private AdaptiveWindows() {}

    /**
     * The flat positions of each window's elements in row-major order, {@code [taps, windows]};
     * shorter windows name elements twice, which does not change their largest.
     */
    static long[] members(long[] size, long[] out) {
        int rank = size.length;
        long[] longest = new long[rank];
        for (int d = 0; d < rank; d++) {
            for (long i = 0; i < out[d]; i++) {
                long length =
                        AdaptivePooling.end(i, size[d], out[d])
                                - AdaptivePooling.start(i, size[d], out[d]);
                longest[d] = Math.max(longest[d], length);
            }
        }
        int windows = Math.toIntExact(Metas.product(out));
        int taps = Math.toIntExact(Metas.product(longest));
        long[] members = new long[windows * taps];
        for (int t = 0; t < taps; t++) {
            for (int w = 0; w < windows; w++) {
                members[t * windows + w] = member(size, out, longest, w, t);
            }
        }
        return members;
    }

    private static long member(long[] size, long[] out, long[] longest, long window, long tap) {
        long position = 0;
        long scale = 1;
        long restOfWindow = window;
        long restOfTap = tap;
        for (int d = size.length - 1; d >= 0; d--) {
            long i = restOfWindow % out[d];
            long k = restOfTap % longest[d];
            restOfWindow /= out[d];
            restOfTap /= longest[d];
            long start = AdaptivePooling.start(i, size[d], out[d]);
            long last = AdaptivePooling.end(i, size[d], out[d]) - 1;
            position += Math.min(start + k, last) * scale;
            scale *= size[d];
        }
        return position;
    }
}
