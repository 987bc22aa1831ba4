// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.reduction;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Extremes in f64, as {@link Math#max(double, double)} has them: NaN wins and 0 is above -0. By the
 * bits as integers, whose comparisons take one instruction and any order: the largest is a number's
 * with the sign plus, if there is one, the smallest that of the negative number next to 0, if there
 * is one, and without regard to signs the largest is that of the negative number furthest from it.
 *
 * @param sign 1 for the largest, -1 for the smallest
 */
record DoubleExtreme(double sign) implements LineReduction {
    private static final VectorSpecies<Long> SPECIES = LongVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int BLOCK = 4 * LENGTH;
    private static final long BYTES = SPECIES.vectorByteSize();
    private static final long SIZE = Double.BYTES;

    /** Bits above are NaN's. */
    private static final long INFINITY = 0x7ff0000000000000L;

    private static final long NAN = 0x7ff8000000000000L;
    private static final LongVector SIGNS = LongVector.broadcast(SPECIES, Long.MIN_VALUE);

    @Override
    public int itemSize() {
        return Double.BYTES;
    }

    @Override
    public void rows(long self, long step, long rows, long n, long out) {
        boolean largest = sign > 0;
        for (long r = 0; r < rows; r++) {
            Memory.putLong(out + SIZE * r, row(self + r * step, n, largest));
        }
    }

    private static long row(long a, long n, boolean largest) {
        LongVector high = LongVector.broadcast(SPECIES, Long.MIN_VALUE);
        LongVector low = LongVector.broadcast(SPECIES, Long.MAX_VALUE);
        LongVector unsigned = high;
        long body = n - n % BLOCK;
        for (long i = 0; i < body; i += BLOCK) {
            LongVector x0 = load(a + SIZE * i);
            LongVector x1 = load(a + SIZE * i + BYTES);
            LongVector x2 = load(a + SIZE * i + 2 * BYTES);
            LongVector x3 = load(a + SIZE * i + 3 * BYTES);
            high = x0.max(x1).max(x2.max(x3)).max(high);
            low = x0.min(x1).min(x2.min(x3)).min(low);
            LongVector u = flipped(x0).max(flipped(x1)).max(flipped(x2).max(flipped(x3)));
            unsigned = u.max(unsigned);
        }
        long most = Exact.LONGS.cast(high).reduceLanes(VectorOperators.MAX);
        long least = Exact.LONGS.cast(low).reduceLanes(VectorOperators.MIN);
        long furthest = Exact.LONGS.cast(unsigned).reduceLanes(VectorOperators.MAX);
        for (long i = body; i < n; i++) {
            long x = Memory.getLong(a + SIZE * i);
            most = Math.max(most, x);
            least = Math.min(least, x);
            furthest = Math.max(furthest, x ^ Long.MIN_VALUE);
        }
        return result(most, least, furthest, largest);
    }

    private static LongVector flipped(LongVector x) {
        return x.lanewise(VectorOperators.XOR, SIGNS);
    }

    private static long line(long a, long step, long n, boolean largest) {
        long most = Long.MIN_VALUE;
        long least = Long.MAX_VALUE;
        long furthest = Long.MIN_VALUE;
        for (long r = 0; r < n; r++) {
            long x = Memory.getLong(a + r * step);
            most = Math.max(most, x);
            least = Math.min(least, x);
            furthest = Math.max(furthest, x ^ Long.MIN_VALUE);
        }
        return result(most, least, furthest, largest);
    }

    /**
     * The bits of the extreme.
     *
     * @param furthest with the sign bit flipped
     */
    private static long result(long most, long least, long furthest, boolean largest) {
        if (most > INFINITY || furthest > INFINITY) {
            return NAN;
        }
        if (largest) {
            return most >= 0 ? most : least;
        }
        return furthest >= 0 ? furthest ^ Long.MIN_VALUE : least;
    }

    @Override
    public void columns(long self, long step, long n, long width, long out) {
        boolean largest = sign > 0;
        long i = 0;
        for (; i <= width - 2 * LENGTH; i += 2 * LENGTH) {
            pair(self + SIZE * i, step, n, largest, out + SIZE * i);
        }
        for (; i <= width - LENGTH; i += LENGTH) {
            vector(self + SIZE * i, step, n, largest, out + SIZE * i);
        }
        for (; i < width; i++) {
            Memory.putLong(out + SIZE * i, line(self + SIZE * i, step, n, largest));
        }
    }

    private static void pair(long self, long step, long n, boolean largest, long out) {
        LongVector h0 = LongVector.broadcast(SPECIES, Long.MIN_VALUE);
        LongVector l0 = LongVector.broadcast(SPECIES, Long.MAX_VALUE);
        LongVector u0 = h0;
        LongVector h1 = h0;
        LongVector l1 = l0;
        LongVector u1 = h0;
        for (long r = 0; r < n; r++) {
            LongVector x0 = load(self + r * step);
            LongVector x1 = load(self + r * step + BYTES);
            h0 = x0.max(h0);
            l0 = x0.min(l0);
            u0 = flipped(x0).max(u0);
            h1 = x1.max(h1);
            l1 = x1.min(l1);
            u1 = flipped(x1).max(u1);
        }
        store(h0, l0, u0, largest, out);
        store(h1, l1, u1, largest, out + BYTES);
    }

    private static void vector(long self, long step, long n, boolean largest, long out) {
        LongVector high = LongVector.broadcast(SPECIES, Long.MIN_VALUE);
        LongVector low = LongVector.broadcast(SPECIES, Long.MAX_VALUE);
        LongVector unsigned = high;
        for (long r = 0; r < n; r++) {
            LongVector x = load(self + r * step);
            high = x.max(high);
            low = x.min(low);
            unsigned = flipped(x).max(unsigned);
        }
        store(high, low, unsigned, largest, out);
    }

    /** As {@link #result}, of a vector. */
    private static void store(
            LongVector most, LongVector least, LongVector furthest, boolean largest, long out) {
        LongVector high = Exact.LONGS.cast(most);
        LongVector low = Exact.LONGS.cast(least);
        LongVector far = Exact.LONGS.cast(furthest);
        VectorMask<Long> nan =
                high.compare(VectorOperators.GT, INFINITY)
                        .or(far.compare(VectorOperators.GT, INFINITY));
        LongVector result =
                largest
                        ? low.blend(high, high.compare(VectorOperators.GE, 0))
                        : low.blend(flipped(far), far.compare(VectorOperators.GE, 0));
        Exact.LONGS.cast(result).blend(NAN, nan).intoMemorySegment(ALL, out, ORDER);
    }

    private static LongVector load(long address) {
        return Exact.LONGS.cast(LongVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
    }
}
