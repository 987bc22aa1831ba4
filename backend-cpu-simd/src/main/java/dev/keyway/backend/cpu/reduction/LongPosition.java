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
 * The first extreme of i64 lines: its value first, then the first element equal to it.
 *
 * @param largest whether it is the largest
 */
record LongPosition(boolean largest) implements LinePosition {
    private static final VectorSpecies<Long> SPECIES = LongVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int SIZE = Long.BYTES;

    @Override
    public long dense(long address, long n) {
        long extreme =
                largest ? LongReduction.largest(address, n) : LongReduction.smallest(address, n);
        return first(address, n, extreme);
    }

    private static LongVector load(long address) {
        return Exact.LONGS.cast(LongVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
    }

    private static long first(long a, long n, long extreme) {
        LongVector extremes = LongVector.broadcast(SPECIES, extreme);
        long full = n - n % LENGTH;
        for (long i = 0; i < full; i += LENGTH) {
            VectorMask<Long> equal = load(a + SIZE * i).compare(VectorOperators.EQ, extremes);
            if (equal.anyTrue()) {
                return i + equal.firstTrue();
            }
        }
        long i = full;
        while (Memory.getLong(a + SIZE * i) != extreme) {
            i++;
        }
        return i;
    }

    @Override
    public long strided(long address, long step, long n) {
        long best = 0;
        long extreme = Memory.getLong(address);
        for (long i = 1; i < n; i++) {
            long x = Memory.getLong(address + step * i);
            if (largest ? x > extreme : x < extreme) {
                best = i;
                extreme = x;
            }
        }
        return best;
    }
}
