// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.reduction;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Whether any or all of some truth values are true, bytes of 0 or 1: or and and of their bits,
 * eight values at once as an i64.
 *
 * @param all whether all have to be true
 */
record BoolReduction(boolean all) implements LineReduction {
    private static final VectorSpecies<Long> SPECIES = LongVector.SPECIES_PREFERRED;
    private static final int BYTES = SPECIES.vectorByteSize();
    private static final int BLOCK = 4 * BYTES;

    /** Eight values that are true. */
    private static final long TRUE = 0x0101010101010101L;

    private static final LongVector TRUES = LongVector.broadcast(SPECIES, TRUE);

    @Override
    public int itemSize() {
        return 1;
    }

    @Override
    public void rows(long self, long step, long rows, long n, long out) {
        for (long r = 0; r < rows; r++) {
            long row = self + r * step;
            Memory.putByte(out + r, all ? all(row, n) : any(row, n));
        }
    }

    private static byte any(long a, long n) {
        LongVector found = LongVector.zero(SPECIES);
        long body = n - n % BLOCK;
        for (long i = 0; i < body; i += BLOCK) {
            LongVector first = load(a + i).or(load(a + i + BYTES));
            LongVector second = load(a + i + 2 * BYTES).or(load(a + i + 3 * BYTES));
            found = first.or(second).or(found);
        }
        long bits = Exact.LONGS.cast(found).reduceLanes(VectorOperators.OR);
        long i = body;
        for (; i <= n - Long.BYTES; i += Long.BYTES) {
            bits |= Memory.getLong(a + i);
        }
        for (; i < n; i++) {
            bits |= Memory.getByte(a + i);
        }
        return (byte) (bits != 0 ? 1 : 0);
    }

    private static byte all(long a, long n) {
        LongVector left = LongVector.broadcast(SPECIES, TRUE);
        long body = n - n % BLOCK;
        for (long i = 0; i < body; i += BLOCK) {
            LongVector first = load(a + i).and(load(a + i + BYTES));
            LongVector second = load(a + i + 2 * BYTES).and(load(a + i + 3 * BYTES));
            left = first.and(second).and(left);
        }
        long bits = Exact.LONGS.cast(left).reduceLanes(VectorOperators.AND);
        long i = body;
        for (; i <= n - Long.BYTES; i += Long.BYTES) {
            bits &= Memory.getLong(a + i);
        }
        byte rest = 1;
        for (; i < n; i++) {
            rest &= Memory.getByte(a + i);
        }
        return (byte) (bits == TRUE && rest == 1 ? 1 : 0);
    }

    @Override
    public void columns(long self, long step, long n, long width, long out) {
        long i = 0;
        for (; i <= width - BYTES; i += BYTES) {
            if (all) {
                allOf(self + i, step, n, out + i);
            } else {
                anyOf(self + i, step, n, out + i);
            }
        }
        for (; i < width; i++) {
            byte value = (byte) (all ? 1 : 0);
            for (long r = 0; r < n; r++) {
                byte other = Memory.getByte(self + r * step + i);
                value = (byte) (all ? value & other : value | other);
            }
            Memory.putByte(out + i, value);
        }
    }

    private static void anyOf(long self, long step, long n, long out) {
        LongVector found = LongVector.zero(SPECIES);
        for (long r = 0; r < n; r++) {
            found = load(self + r * step).or(found);
        }
        Exact.LONGS.cast(found).intoMemorySegment(ALL, out, ORDER);
    }

    private static void allOf(long self, long step, long n, long out) {
        LongVector left = TRUES;
        for (long r = 0; r < n; r++) {
            left = load(self + r * step).and(left);
        }
        Exact.LONGS.cast(left).intoMemorySegment(ALL, out, ORDER);
    }

    private static LongVector load(long address) {
        return Exact.LONGS.cast(LongVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
    }
}
