// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.scan;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import java.util.Arrays;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorSpecies;

/** Running products of i64, which wrap around; each step waits for the one before. */
final class LongProducts implements RunningLines {
    private static final VectorSpecies<Long> SPECIES = LongVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Long.BYTES;

    /** Lines that run side by side. */
    private static final int TOGETHER = 4;

    @Override
    public int itemSize() {
        return SIZE;
    }

    @Override
    public void row(long out, long self, long n) {
        long product = 1;
        for (long i = 0; i < n; i++) {
            product *= Memory.getLong(self + SIZE * i);
            Memory.putLong(out + SIZE * i, product);
        }
    }

    @Override
    public void rows(long out, long self, long n, long rows) {
        long line = SIZE * n;
        long r = 0;
        for (; r <= rows - TOGETHER; r += TOGETHER) {
            four(out + r * line, self + r * line, n, line);
        }
        for (; r < rows; r++) {
            row(out + r * line, self + r * line, n);
        }
    }

    private static void four(long out, long self, long n, long line) {
        long p0 = 1;
        long p1 = 1;
        long p2 = 1;
        long p3 = 1;
        for (long at = 0; at < SIZE * n; at += SIZE) {
            p0 *= Memory.getLong(self + at);
            p1 *= Memory.getLong(self + line + at);
            p2 *= Memory.getLong(self + 2 * line + at);
            p3 *= Memory.getLong(self + 3 * line + at);
            Memory.putLong(out + at, p0);
            Memory.putLong(out + line + at, p1);
            Memory.putLong(out + 2 * line + at, p2);
            Memory.putLong(out + 3 * line + at, p3);
        }
    }

    @Override
    public void columns(long out, long self, long n, long step, int width) {
        long[] products = new long[width];
        Arrays.fill(products, 1);
        for (long j = 0; j < n; j++) {
            multiply(out + j * step, self + j * step, products);
        }
    }

    private static void multiply(long out, long self, long[] products) {
        int full = products.length - products.length % LENGTH;
        for (int i = 0; i < full; i += LENGTH) {
            LongVector x =
                    Exact.LONGS.cast(
                            LongVector.fromMemorySegment(
                                    SPECIES, ALL, self + (long) SIZE * i, ORDER));
            LongVector next = x.mul(LongVector.fromArray(SPECIES, products, i));
            next.intoArray(products, i);
            next.intoMemorySegment(ALL, out + (long) SIZE * i, ORDER);
        }
        for (int i = full; i < products.length; i++) {
            products[i] *= Memory.getLong(self + (long) SIZE * i);
            Memory.putLong(out + (long) SIZE * i, products[i]);
        }
    }
}
