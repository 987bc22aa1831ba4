// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.matrix;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.Tensor;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * f32 products of small matrices, whose rows are contiguous, on the calling thread: the right
 * operand is read where it is, and tiles write into the result. Each element is one chain of fused
 * multiply-adds from 0 on, in order of k, as in {@link FloatMatrixProduct}.
 */
final class FloatSmallProduct {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final int SIZE = Float.BYTES;
    private static final int COLUMNS = FloatTile.COLUMNS;
    private static final int ROWS = 8;
    private static final int DEPTH = FloatTile.DEPTH;

    /** The most bytes of the right operand: they stay in the first cache. */
    private static final long RIGHT_BYTES = 1 << 14;

    /** The most products: a share for two threads would not pay. */
    private static final long PRODUCTS = 1L << 18;

    private static final float[] ZEROS = new float[COLUMNS];

    private static final ThreadLocal<float[][]> PANELS =
            ThreadLocal.withInitial(() -> new float[2][ROWS * DEPTH]);

    private FloatSmallProduct() {}

    /**
     * Computes {@code out = a * b} for matrices, if they are small and their rows contiguous.
     *
     * @return whether it did
     */
    static boolean run(Tensor out, Tensor a, Tensor b) {
        long m = a.size(0);
        long k = b.size(0);
        long n = b.size(1);
        boolean contiguous = out.stride(1) == 1 && a.stride(1) == 1 && b.stride(1) == 1;
        if (!FloatTile.WIDE || !contiguous || !fits(m, n, k)) {
            return false;
        }
        run(
                (int) m,
                (int) n,
                (int) k,
                a.address(),
                SIZE * a.stride(0),
                b.address(),
                SIZE * b.stride(0),
                out.address(),
                SIZE * out.stride(0));
        return true;
    }

    /** Whether {@code [m, k]} by {@code [k, n]} is small enough, and not smaller than a vector. */
    static boolean fits(long m, long n, long k) {
        return m > 1
                && n >= LANES
                && k >= LANES
                && SIZE * n * k <= RIGHT_BYTES
                && m * n * k <= PRODUCTS;
    }

    /** Computes {@code out = a * b} for sizes that {@link #fits} takes; rows are so far apart. */
    static void run(
            int m,
            int n,
            int k,
            long a,
            long aBytes,
            long b,
            long bBytes,
            long out,
            long outBytes) {
        float[][] panels = PANELS.get();
        int turn = 0;
        pack(panels[0], a, aBytes, Math.min(ROWS, m), k);
        for (int left = m; left > 0; left -= ROWS) {
            a += ROWS * aBytes;
            // Early, so that what is written there does not hold up who reads it.
            if (left > ROWS) {
                pack(panels[turn ^ 1], a, aBytes, Math.min(ROWS, left - ROWS), k);
            }
            rows(panels[turn], b, bBytes, k, out, outBytes, n, Math.min(ROWS, left));
            out += ROWS * outBytes;
            turn ^= 1;
        }
    }

    /** Where the last columns fill no tile, it begins before the others end. */
    private static void rows(
            float[] a, long b, long bBytes, int k, long out, long outBytes, int n, int used) {
        int j = 0;
        for (; j <= n - COLUMNS; j += COLUMNS) {
            long at = (long) SIZE * j;
            FloatTile8x2.multiplyInto(a, ZEROS, 0, 0, b + at, bBytes, k, out + at, outBytes, used);
        }
        for (; j < n; j += LANES) {
            long at = (long) SIZE * Math.min(j, n - LANES);
            FloatTile8x1.multiplyInto(a, ZEROS, 0, 0, b + at, bBytes, k, out + at, outBytes, used);
        }
    }

    /** Rows that there aren't become like the last. */
    private static void pack(float[] panel, long a, long aBytes, int rows, int k) {
        long a1 = a + Math.min(1, rows - 1) * aBytes;
        long a2 = a + Math.min(2, rows - 1) * aBytes;
        long a3 = a + Math.min(3, rows - 1) * aBytes;
        long a4 = a + Math.min(4, rows - 1) * aBytes;
        long a5 = a + Math.min(5, rows - 1) * aBytes;
        long a6 = a + Math.min(6, rows - 1) * aBytes;
        long a7 = a + Math.min(7, rows - 1) * aBytes;
        int at = 0;
        for (int left = k / LANES; left > 0; left--) {
            eight(panel, at, a, a1, a2, a3, a4, a5, a6, a7, SIZE * (long) at);
            at += LANES;
        }
        if (at < k) {
            at = k - LANES;
            eight(panel, at, a, a1, a2, a3, a4, a5, a6, a7, SIZE * (long) at);
        }
    }

    private static void eight(
            float[] panel,
            int at,
            long a,
            long a1,
            long a2,
            long a3,
            long a4,
            long a5,
            long a6,
            long a7,
            long offset) {
        load(a + offset).intoArray(panel, at);
        load(a1 + offset).intoArray(panel, at + DEPTH);
        load(a2 + offset).intoArray(panel, at + 2 * DEPTH);
        load(a3 + offset).intoArray(panel, at + 3 * DEPTH);
        load(a4 + offset).intoArray(panel, at + 4 * DEPTH);
        load(a5 + offset).intoArray(panel, at + 5 * DEPTH);
        load(a6 + offset).intoArray(panel, at + 6 * DEPTH);
        load(a7 + offset).intoArray(panel, at + 7 * DEPTH);
    }

    private static FloatVector load(long address) {
        return FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER);
    }
}
