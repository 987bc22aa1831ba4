// SPDX-License-Identifier: Apache-2.0
package dev.keyway.backend.cpu.pointwise;

import static dev.keyway.backend.cpu.Memory.ALL;
import static dev.keyway.backend.cpu.Memory.ORDER;

import dev.keyway.backend.cpu.Exact;
import dev.keyway.backend.cpu.Memory;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/** Chooses elements of 64 bits by a row of truth values; operands step by 0 or 1. */
final class LongSelection {
    private static final VectorSpecies<Long> SPECIES = LongVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final int STEP = Math.max(LENGTH, MaskBytes.COUNT);
    private static final int SIZE = Long.BYTES;

    private LongSelection() {}

    private static LongVector load(long address, long step) {
        return step == 0
                ? Exact.LONGS.cast(LongVector.broadcast(SPECIES, Memory.getLong(address)))
                : Exact.LONGS.cast(LongVector.fromMemorySegment(SPECIES, ALL, address, ORDER));
    }

    /** {@code out = condition ? a : b}; the condition steps by 1. */
    static void where(
            long out, long condition, long a, long stepA, long b, long stepB, long count) {
        long full = count - count % STEP;
        for (long i = 0; i < full; i += STEP) {
            long bits = MaskBytes.get(condition + i, STEP);
            for (int k = 0; k < STEP; k += LENGTH) {
                VectorMask<Long> mask = VectorMask.fromLong(SPECIES, bits >>> k);
                LongVector no = load(b + SIZE * (i + k) * stepB, stepB);
                no.blend(load(a + SIZE * (i + k) * stepA, stepA), mask)
                        .intoMemorySegment(ALL, out + SIZE * (i + k), ORDER);
            }
        }
        for (long i = full; i < count; i++) {
            boolean yes = Memory.getByte(condition + i) != 0;
            long from = yes ? a + SIZE * i * stepA : b + SIZE * i * stepB;
            Memory.putLong(out + SIZE * i, Memory.getLong(from));
        }
    }
}
