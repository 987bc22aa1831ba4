// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.reduction;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Extremes in f32, as {@link Math#max(float, float)} has them: NaN wins and 0 is above -0. By the
 * bits as integers, whose comparisons take one instruction and any order: the largest is a number's
 * with the sign plus, if there is one, the smallest that of the negative number next to 0, if there
 * is one, and without regard to signs the largest is that of the negative number furthest from it.
 *
 * @param sign 1 for the largest, -1 for the smallest
 */
record FloatExtreme(float sign) implements LineReduction {
    private static final VectorSpecies<Integer> SPECIES = IntVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int BLOCK = 4 * LENGTH;
    private static final long BYTES = SPECIES.vectorByteSize();
    private static final long SIZE = Float.BYTES;

    /** Bits above are NaN's. */
    private static final int INFINITY = 0x7f800000;

    private static final int NAN = 0x7fc00000;
    private static final IntVector SIGNS = IntVector.broadcast(SPECIES, Integer.MIN_VALUE);

    @Override
    public int itemSize() {
        return Float.BYTES;
    }

    @Override
    public void rows(long self, long step, long rows, long n, long out) {
        boolean largest = sign > 0;
        for (long r = 0; r < rows; r++) {
            Memory.putInt(out + SIZE * r, row(self + r * step, n, 4 * BYTES, largest));
        }
    }

    /**
     * The bits of a row's extreme.
     *
     * @param block bytes of four vectors; the compiler makes three loops with checks of their own
     *     of one that is counted in constants
     */
    private static int row(long a, long n, long block, boolean largest) {
        IntVector high = IntVector.broadcast(SPECIES, Integer.MIN_VALUE);
        IntVector low = IntVector.broadcast(SPECIES, Integer.MAX_VALUE);
        IntVector unsigned = IntVector.zero(SPECIES);
        long at = a;
        long end = a + SIZE * (n - n % BLOCK);
        while (at < end) {
            IntVector x0 = load(at);
            IntVector x1 = load(at + BYTES);
            IntVector x2 = load(at + 2 * BYTES);
            IntVector x3 = load(at + 3 * BYTES);
            high = x0.max(x1).max(x2.max(x3)).max(high);
            low = x0.min(x1).min(x2.min(x3)).min(low);
            unsigned = further(further(x0, x1), further(further(x2, x3), unsigned));
            at += block;
        }
        int most = Exact.INTS.cast(high).reduceLanes(VectorOperators.MAX);
        int least = Exact.INTS.cast(low).reduceLanes(VectorOperators.MIN);
        int furthest = flipped(Exact.INTS.cast(unsigned)).reduceLanes(VectorOperators.MAX);
        for (long i = n - n % BLOCK; i < n; i++) {
            int x = Memory.getInt(a + SIZE * i);
            most = Math.max(most, x);
            least = Math.min(least, x);
            furthest = Math.max(furthest, x ^ Integer.MIN_VALUE);
        }
        return result(most, least, furthest, largest);
    }

    /** The larger of bits without regard to signs. */
    private static IntVector further(IntVector x, IntVector y) {
        return x.lanewise(VectorOperators.UMAX, y);
    }

    private static IntVector flipped(IntVector x) {
        return x.lanewise(VectorOperators.XOR, SIGNS);
    }

    private static int line(long a, long step, long n, boolean largest) {
        int most = Integer.MIN_VALUE;
        int least = Integer.MAX_VALUE;
        int furthest = Integer.MIN_VALUE;
        for (long r = 0; r < n; r++) {
            int x = Memory.getInt(a + r * step);
            most = Math.max(most, x);
            least = Math.min(least, x);
            furthest = Math.max(furthest, x ^ Integer.MIN_VALUE);
        }
        return result(most, least, furthest, largest);
    }

    /**
     * The bits of the extreme.
     *
     * @param furthest with the sign bit flipped
     */
    private static int result(int most, int least, int furthest, boolean largest) {
        if (most > INFINITY || furthest > INFINITY) {
            return NAN;
        }
        if (largest) {
            return most >= 0 ? most : least;
        }
        return furthest >= 0 ? furthest ^ Integer.MIN_VALUE : least;
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
            Memory.putInt(out + SIZE * i, line(self + SIZE * i, step, n, largest));
        }
    }

    private static void pair(long self, long step, long n, boolean largest, long out) {
        IntVector h0 = IntVector.broadcast(SPECIES, Integer.MIN_VALUE);
        IntVector l0 = IntVector.broadcast(SPECIES, Integer.MAX_VALUE);
        IntVector u0 = IntVector.zero(SPECIES);
        IntVector h1 = h0;
        IntVector l1 = l0;
        IntVector u1 = u0;
        for (long r = 0; r < n; r++) {
            IntVector x0 = load(self + r * step);
            IntVector x1 = load(self + r * step + BYTES);
            h0 = x0.max(h0);
            l0 = x0.min(l0);
            u0 = further(x0, u0);
            h1 = x1.max(h1);
            l1 = x1.min(l1);
            u1 = further(x1, u1);
        }
        store(h0, l0, u0, largest, out);
        store(h1, l1, u1, largest, out + BYTES);
    }

    private static void vector(long self, long step, long n, boolean largest, long out) {
        IntVector high = IntVector.broadcast(SPECIES, Integer.MIN_VALUE);
        IntVector low = IntVector.broadcast(SPECIES, Integer.MAX_VALUE);
        IntVector unsigned = IntVector.zero(SPECIES);
        for (long r = 0; r < n; r++) {
            IntVector x = load(self + r * step);
            high = x.max(high);
            low = x.min(low);
            unsigned = further(x, unsigned);
        }
        store(high, low, unsigned, largest, out);
    }

    /** As {@link #result}, of a vector. */
    private static void store(
            IntVector most, IntVector least, IntVector furthest, boolean largest, long out) {
        IntVector high = Exact.INTS.cast(most);
        IntVector low = Exact.INTS.cast(least);
        IntVector far = flipped(Exact.INTS.cast(furthest));
        VectorMask<Integer> nan =
                high.compare(VectorOperators.GT, INFINITY)
                        .or(far.compare(VectorOperators.GT, INFINITY));
        IntVector result =
                largest
                        ? low.blend(high, high.compare(VectorOperators.GE, 0))
                        : low.blend(flipped(far), far.compare(VectorOperators.GE, 0));
        Exact.INTS.cast(result).blend(NAN, nan).intoMemorySegment(ALL, out, ORDER);
    }

    private static IntVector load(long address) {
        return Exact.INTS.cast(IntVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
    }
}
